# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is dead in a Python file once Sentry's parts are gone: only what this run made dead."""

from __future__ import annotations

import posixpath
import re
import typing as t

from ..outcome import Elsewhere
from ..tree import Node
from .code import Code
from .names import Binding, positional
from .statements import effect_free, is_read

SETTING = re.compile(rb"(\w+_)?SENTRY(_\w+)?", re.IGNORECASE)
VALIDATOR = re.compile(rb"(\w+\.)?(field_validator|validator)")
# Calls by which a setting gets its value.
READERS = re.compile(
    rb"(os\.)?getenv|os\.environ\.get|env(\.\w+)?|config|get_?env\w*|Field|SecretStr|str|bool|float|int|\w*settings\.get"
)


def clean(code: Code, lost: frozenset[bytes], elsewhere: Elsewhere) -> None:
    """`lost` are the names that were read where something is gone."""
    forget_caught(code, lost)
    cut_validators(code)
    doomed: dict[int, tuple[Node, list[Node]]] = {}
    for group in list(code.names.bound.values()):
        for binding in group:
            statement = dead_statement(code, binding, lost, elsewhere)
            block = statement.parent if statement else None
            if statement is not None and block is not None and block.type in ("module", "block"):
                doomed.setdefault(block.start - (block.type == "module"), (block, []))[1].append(statement)
    for block, statements in doomed.values():
        code.cut_statements(block, sorted(set(statements), key=lambda one: one.start))


def cut_validators(code: Code) -> None:
    """`@field_validator("SENTRY_DSN")` without that field: a model that has one does not even load."""
    for node in code.tree.of_type("decorated_definition"):
        owner = node.inside("class_definition")
        fields = [one for mark in node.items if mark.type == "decorator" for one in validated(mark)]
        names = [one.text.strip(b"\"'") for one in fields]
        body = owner.get("body") if owner is not None else None
        if body is None or not names or not all(SETTING.fullmatch(name) for name in names) or not code.touched(body):
            continue
        if not any(name == left for name in names for left in declared(body)):
            code.cut_statements(body, [node])


def validated(decorator: Node) -> list[Node]:
    """The names of fields that a decorator of pydantic's is for."""
    call = decorator.items[0] if decorator.items else decorator
    called = call.get("function") if call.type == "call" else None
    if called is None or not VALIDATOR.fullmatch(called.text):
        return []
    return [one for one in positional(call) if one.type == "string"]


def declared(body: Node) -> t.Iterator[bytes]:
    for statement in body.items:
        assignment = statement.items[0] if statement.type == "expression_statement" and statement.items else None
        left = assignment.get("left") if assignment is not None and assignment.type == "assignment" else None
        if left is not None:
            yield left.text


def forget_caught(code: Code, lost: frozenset[bytes]) -> None:
    """`except A as e` is `except A` when only Sentry was told of it."""
    for node in code.tree.of_type("as_pattern"):
        alias, clause = node.get("alias"), node.parent
        name = alias.items[0] if alias is not None and alias.items else None
        if name is None or clause is None or clause.type != "except_clause" or name.text not in lost:
            continue
        if not any(one.text == name.text and clause.start <= one.start < clause.end for one in code.names.uses):
            code.cut(node.items[0].end, node.end)


def dead_statement(code: Code, binding: Binding, lost: frozenset[bytes], elsewhere: Elsewhere) -> Node | None:
    """The statement that binds a name in vain since this run, or None."""
    name = binding.name.text
    if is_read(code, name, binding.scope):
        return None
    if binding.kind == "import":
        return dead_import(code, binding, lost, elsewhere)
    if binding.kind == "function" and binding.value is not None:
        function = binding.value
        ours = name in lost or code.emptied(function)
        around = function.parent
        decorated = around is not None and around.type == "decorated_definition"
        method = function.inside("class_definition") is not None and binding.scope is not function.inside(
            "function_definition"
        )
        # A name in quotes may be listed for others, as in __all__.
        quoted = any(quote + name + quote in code.text for quote in (b"'", b'"'))
        return function if ours and not quoted and not decorated and not method and not elsewhere(name) else None
    if binding.value is not None and binding.value.type == "class_definition":
        return dead_class(code, binding.value, name, elsewhere)
    if binding.kind == "value" and binding.value is not None:
        return dead_assignment(code, binding, lost, elsewhere)
    return None


def dead_class(code: Code, node: Node, name: bytes, elsewhere: Elsewhere) -> Node | None:
    """A class that is built on one of Sentry's, when nobody makes one of it any more."""
    bases = node.get("superclasses")
    ours = bases is not None and any(code.names.rooted(one) for one in bases.items)
    plain = node.parent is not None and node.parent.type in ("module", "block")
    quoted = any(quote + name + quote in code.text for quote in (b"'", b'"'))
    return node if ours and plain and not quoted and not elsewhere(name) else None


def dead_import(code: Code, binding: Binding, lost: frozenset[bytes], elsewhere: Elsewhere) -> Node | None:
    """The whole statement when all its names are dead; otherwise the name alone is cut."""
    statement = binding.value
    if statement is None:
        return None
    bindings = [one for group in code.names.bound.values() for one in group if one.value is statement]
    dead = [one for one in bindings if is_dead_import(code, one, lost, elsewhere)]
    if len(dead) == len(bindings):
        return statement
    if dead and dead[0] is binding:
        cut_imported(code, binding.name)
    return None


def is_dead_import(code: Code, one: Binding, lost: frozenset[bytes], elsewhere: Elsewhere) -> bool:
    if is_read(code, one.name.text, one.scope):
        return False
    if code.names.imports_sentry(one):
        return True
    package = posixpath.basename(code.path) == "__init__.py"
    return one.name.text in lost and not package and one.module != b"__future__"


def cut_imported(code: Code, name: Node) -> None:
    """Takes one name out of `from m import a, b`."""
    entry = next(
        one for one in name.up() if one.field == "name" and one.parent and one.parent.type.startswith("import")
    )
    siblings = [one for one in entry.parent.children if one.type != "comment"] if entry.parent else []
    place = siblings.index(entry)
    behind = siblings[place + 1] if place + 1 < len(siblings) else None
    if behind is None or behind.type != ",":
        code.cut(siblings[place - 1].start, entry.end)
        return
    start = code.text.rfind(b"\n", 0, entry.start) + 1
    end = code.text.find(b"\n", behind.end)
    if not code.text[start : entry.start].strip() and not code.text[behind.end : end].split(b"#")[0].strip():
        code.cut(start, end + 1)
    else:
        rest = code.text[behind.end :]
        code.cut(entry.start, behind.end + len(rest) - len(rest.lstrip(b" ")))


def dead_assignment(code: Code, binding: Binding, lost: frozenset[bytes], elsewhere: Elsewhere) -> Node | None:
    """Settings of Sentry's that nobody reads, and values that were made for what is gone."""
    assignment = binding.name.parent
    statement = assignment.parent if assignment else None
    if statement is None or statement.type != "expression_statement" or binding.value is None:
        return None
    name = binding.name.text
    if code.names.binds_sentry(binding):
        return statement
    if SETTING.fullmatch(name) and only_reads(binding.value):
        return None if elsewhere(name) or is_attribute(code, name) else statement
    reads = any(one.type == "identifier" and code.names.is_sentry(one) for one in binding.value.walk())
    if (
        name in lost
        and (reads or not name.isupper())
        and not elsewhere(name)
        and statement.inside("class_definition") is None
    ):
        return statement if effect_free(code, binding.value) else None
    local = binding.scope.type == "function_definition" or name.startswith(b"_")
    in_class = statement.inside("class_definition", "function_definition")
    if name in lost and local and (in_class is None or in_class.type == "function_definition"):
        return statement if effect_free(code, binding.value) else None
    return None


def only_reads(value: Node) -> bool:
    calls = [one for one in value.walk() if one.type in ("call", "await", "yield")]
    return all(one.type == "call" and READERS.fullmatch((one.get("function") or one).text) for one in calls)


def is_attribute(code: Code, name: bytes) -> bool:
    """Whether the file reads `self.NAME` or the like."""
    return any(one.text == name and one.field == "attribute" for one in code.tree.of_type("identifier"))
