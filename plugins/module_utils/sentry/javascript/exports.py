# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module gives to others that is Sentry's, and goes once nobody takes it."""

from __future__ import annotations

import typing as t

from ..outcome import Wanted
from ..tree import Node
from .code import Code
from .names import FUNCTIONS
from .patterns import pattern_names


def exported(code: Code) -> dict[bytes, list[Node]]:
    """What a module exports under each name, with the nodes that do it; `*` is everything of another module."""
    found: dict[bytes, list[Node]] = {}
    for statement in code.tree.of_type("export_statement"):
        for name, node in (*declared(statement), *listed(statement)):
            found.setdefault(name, []).append(node)
    return found


def declared(statement: Node) -> t.Iterator[tuple[bytes, Node]]:
    declaration, value = statement.get("declaration"), statement.get("value")
    if any(child.type == "default" for child in statement.children):
        yield b"default", declaration or value or statement
    elif declaration is not None and declaration.type in ("lexical_declaration", "variable_declaration"):
        yield from ((name.text, name) for one in declaration.items for name in pattern_names(one.get("name")))
    elif declaration is not None and (own := declaration.get("name")) is not None:
        yield own.text, own


def listed(statement: Node) -> t.Iterator[tuple[bytes, Node]]:
    for clause in statement.items:
        if clause.type == "export_clause":
            for one in clause.items:
                name = one.get("alias") or one.get("name")
                if name is not None:
                    yield name.text.strip(b"'\""), one
        elif clause.type == "namespace_export":
            yield clause.items[-1].text, clause
    if statement.get("source") is not None and any(child.type == "*" for child in statement.children):
        yield b"*", statement


def is_sentrys_export(code: Code, node: Node) -> bool:
    """Whether what is exported is Sentry's."""
    statement = node if node.type == "export_statement" else node.inside("export_statement")
    source = statement.get("source") if statement is not None else None
    if source is not None:
        name = node.get("name") if node.type == "export_specifier" else None
        return code.names.modules(source.text[1:-1], name.text if name is not None else None)
    if node.type == "export_specifier":
        name = node.get("name")
        return name is not None and code.names.is_sentry(name)
    if node.type in FUNCTIONS:
        return code.names.relays(node)
    if node.type in ("identifier", "type_identifier", "shorthand_property_identifier_pattern"):
        declaration = next(
            (one for one in code.names.declared.get(node.text, ()) if one.node.start == node.start), None
        )
        return code.names.declares_sentry(declaration) if declaration is not None else code.names.is_sentry(node)
    return code.names.rooted(node)


def of_sentry(code: Code) -> frozenset[bytes]:
    """The names under which others get something of Sentry's; `*` when that is all there is to get."""
    own = exported(code)
    found = {name for name, nodes in own.items() if all(is_sentrys_export(code, one) for one in nodes)}
    found |= {exported_name(one) for one in common_js_exports(code)}
    if own and len(found) == len(own):
        found.add(b"*")
    elif own:
        found.discard(b"*")
    return frozenset(found)


def common_js_exports(code: Code) -> list[Node]:
    """The assignments `module.exports = Sentry` and `exports.a = Sentry.b`."""
    found = []
    for assignment in code.tree.of_type("assignment_expression"):
        left, right = assignment.get("left"), assignment.get("right")
        if left is None or right is None or not code.names.rooted(right):
            continue
        if left.text.rpartition(b".")[0] in (b"exports", b"module.exports") or left.text == b"module.exports":
            found.append(assignment)
    return found


def exported_name(assignment: Node) -> bytes:
    left = assignment.get("left")
    return b"*" if left is None or left.text == b"module.exports" else left.text.rpartition(b".")[2]


def cut(code: Code, wanted: Wanted) -> None:
    """Takes out exports of Sentry's that nobody imports, and functions that were imported and do nothing any more."""
    for name, nodes in exported(code).items():
        for node in nodes:
            ours = is_sentrys_export(code, node)
            emptied = not ours and is_emptied(code, node) and wanted(name, True)
            if (ours or emptied) and not wanted(name, False):
                cut_export(code, node)
    for assignment in common_js_exports(code):
        statement = assignment.parent
        name = exported_name(assignment)
        if statement is not None and statement.type == "expression_statement" and not wanted(name, False):
            code.cut_statement(statement)


def is_emptied(code: Code, node: Node) -> bool:
    function = node if node.type in FUNCTIONS else node.parent
    if function is not None and function.type == "variable_declarator":
        function = function.get("value")
    return function is not None and function.type in FUNCTIONS and code.emptied(function)


def cut_export(code: Code, node: Node) -> None:
    statement = node if node.type == "export_statement" else node.inside("export_statement")
    if statement is None:
        return
    clause = node.parent if node.type == "export_specifier" else None
    if clause is not None and len(clause.items) > 1:
        if code.free(statement.start, statement.end):
            code.cut_element(node)
        return
    pattern = node.inside("object_pattern")
    if pattern is not None and pattern.start > statement.start and len(pattern.items) > 1:
        if code.free(statement.start, statement.end):
            code.cut_element(next(one for one in node.up() if one.parent is pattern))
        return
    declaration = statement.get("declaration")
    if declaration is None or declaration.type in FUNCTIONS or len(declaration.items) == 1:
        code.cut_statement(statement)
