# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Imports of what a file uses now, where its import of Sentry was, and written as that was."""

from __future__ import annotations

import re
import typing as t

from ...edit import BOM, Edit, line_end
from ...javascript.code import Code
from ...javascript.names import PACKAGE, string_value
from ...tree import Node
from .speech import Import


def is_there(code: Code, wanted: Import) -> bool:
    """Whether the file imports a name already, from wherever it gets it; what Sentry calls so is on its way out."""
    declared = code.names.declared.get(wanted.name.encode(), ())
    there = [one for one in declared if one.kind in ("import", "value") and one.start == code.tree.root.start]
    return any(not code.names.declares_sentry(one) for one in there)


def put_imports(code: Code, wanted: t.Collection[Import], effects: t.Collection[str]) -> None:
    """Adds the lines for what is not there yet."""
    if not wanted and not effects:
        return
    missing = [one for one in dict.fromkeys(wanted) if not is_there(code, one)]
    there = {string_value(one.get("source")) for one in code.tree.of_type("import_statement")} | required(code)
    modules = {one.module for one in missing}
    alone = [one for one in dict.fromkeys(effects) if one not in modules and one.encode() not in there]
    if not missing and not alone:
        return
    style = Style(code)
    lines = [
        style.line(module, [one for one in missing if one.module == module]) for module in sorted(modules, key=order)
    ]
    lines += [style.effect(module) for module in alone]
    code.edits.append(style.at(b"".join(lines)))


def required(code: Code) -> set[bytes | None]:
    return {code.names.loads(one) for one in code.tree.of_type("call_expression")}


def order(module: str) -> tuple[bool, str]:
    """Packages before files."""
    return module.startswith((".", "@/", "~/", "$")), module


class Style:
    """How a file writes its imports, and where a new one belongs."""

    def __init__(self, code: Code) -> None:
        self.text = code.text
        statements = [one for one in code.tree.root.items if imports_something(one)]
        self.model = next((one for one in statements if is_sentrys(one)), statements[-1] if statements else None)
        self.requires = self.model.type != "import_statement" if self.model is not None else is_common_js(code)
        source = next((one for one in self.model.walk() if one.type == "string"), None) if self.model else None
        self.quote = source.text[:1].decode() if source else '"'
        self.end = ";" if self.model is None or self.model.text.rstrip().endswith(b";") else ""
        self.break_ = b"\r\n" if b"\r\n" in self.text else b"\n"
        self.code = code

    def line(self, module: str, names: list[Import]) -> bytes:
        if names and all(one.is_type for one in names):
            types = ", ".join(one.name for one in names)
            return f"import type {{ {types} }} from {self.source(module)}{self.end}".encode() + self.break_
        whole = [one.name for one in names if one.default]
        some = ", ".join(sorted(one.name for one in names if not one.default))
        source = self.source(module)
        if self.requires:
            left = f"{{ {some} }}" if some else whole[0]
            text = f"const {left} = require({source})" + (".default" if whole else "")
        else:
            text = f"import {', '.join([*whole, *([f'{{ {some} }}'] if some else [])])} from {source}"
        return f"{text}{self.end}".encode() + self.break_

    def source(self, module: str) -> str:
        return f"{self.quote}{module}{self.quote}"

    def effect(self, module: str) -> bytes:
        source = self.source(module)
        return f"{f'require({source})' if self.requires else f'import {source}'}{self.end}".encode() + self.break_

    def at(self, lines: bytes) -> Edit:
        if self.model is not None and is_sentrys(self.model):
            place = self.code.with_comments_above(self.model)
            return Edit(place, place, lines)
        if self.model is not None:
            place = line_end(self.text, self.model.end)
            return Edit(place, place, lines)
        place = top(self.code)
        return Edit(place, place, lines + self.break_)


def is_common_js(code: Code) -> bool:
    """Whether a file without imports at its top is a module of the old kind."""
    is_module = code.path.endswith((".mjs", ".mts")) or bool(code.tree.of_type("export_statement"))
    return not is_module and re.search(rb"\brequire\(|\bmodule\.exports\b", code.text) is not None


def imports_something(node: Node) -> bool:
    if node.type == "import_statement":
        return True
    return node.type in ("lexical_declaration", "variable_declaration") and b"require(" in node.text


def is_sentrys(node: Node) -> bool:
    names = [one for one in node.walk() if one.type == "string"]
    return any(PACKAGE.match(string_value(one) or b"") for one in names)


def top(code: Code) -> int:
    """Behind what has to stay first: a hashbang, directives, and the comment that heads the file."""
    place = len(BOM) if code.text.startswith(BOM) else 0
    for node in code.tree.root.children:
        directive = node.type == "expression_statement" and bool(node.items) and node.items[0].type == "string"
        if node.type != "hash_bang_line" and not directive:
            break
        place = line_end(code.text, node.end)
    return place
