# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of Sentry's functions a call means, and what becomes of its value."""

from __future__ import annotations

from ...python.code import Code
from ...python.names import PACKAGE, Binding, bare
from ...tree import Node


def meaning(code: Code, call: Node) -> bytes:
    """The name that Sentry gives to what is called, empty for a call of something else."""
    called = call.get("function") if call.type == "call" else None
    if called is None or not code.names.rooted(called) or code.names.is_wrapper(call):
        return b""
    if called.type == "attribute":
        last = called.get("attribute")
        return last.text if last is not None else b""
    if called.type != "identifier":
        return b""
    originals = {one.original for one in imports(code, called)}
    return (originals.pop() or b"") if len(originals) == 1 else b""


def imports(code: Code, node: Node) -> list[Binding]:
    """The imports of Sentry's that an expression begins with, also by way of a name for a value of Sentry's."""
    found: list[Binding] = []
    seen: set[int] = set()
    waiting = [node]
    while waiting:
        base = beginning(waiting.pop())
        for binding in code.names.bindings(base) if base is not None else ():
            if binding.name.start in seen:
                continue
            seen.add(binding.name.start)
            if binding.kind == "import" and code.names.imports_sentry(binding):
                found.append(binding)
            elif binding.kind == "value" and binding.value is not None:
                waiting.append(binding.value)
    return found


def beginning(node: Node) -> Node | None:
    """The name at the start of `name.member(...).other[0]`."""
    here: Node | None = bare(node)
    while here is not None and here.type in ("attribute", "subscript", "call"):
        here = here.get("object") or here.get("value") or here.get("function")
    return here if here is not None and here.type == "identifier" else None


def is_package(binding: Binding) -> bool:
    """Whether an import is one of Sentry's own package, not of a file that was emptied."""
    return PACKAGE.match(binding.module) is not None


def arguments(call: Node) -> tuple[list[Node], dict[bytes, Node], bool]:
    """(those by position, those by name, whether that is all): what is spread cannot be told."""
    given = call.get("arguments")
    if given is None or given.type != "argument_list":
        return [], {}, False
    by_place: list[Node] = []
    by_name: dict[bytes, Node] = {}
    spread = False
    for one in given.items:
        name, value = one.get("name"), one.get("value")
        if one.type == "keyword_argument" and name is not None and value is not None:
            by_name[name.text] = value
        elif one.type in ("list_splat", "dictionary_splat"):
            spread = True
        else:
            by_place.append(one)
    return by_place, by_name, not spread


def argument(call: Node, place: int, name: bytes) -> Node | None:
    by_place, by_name, _whole = arguments(call)
    return by_place[place] if place < len(by_place) else by_name.get(name)


def unused(code: Code, call: Node) -> Node | None:
    """The call with what is only around it, when nothing looks at its value; otherwise None."""
    node = call
    while node.parent is not None:
        around = node.parent
        if around.type in ("await", "parenthesized_expression"):
            node = around
        elif around.type == "assignment":
            left = around.get("left")
            found = code.names.bindings(left) if left is not None and left.type == "identifier" else []
            if left is None or not found or (left.text, found[0].scope.start) in code.names.used:
                return None
            node = around
        else:
            return node if is_idle_place(node) else None
    return None


def is_idle_place(node: Node) -> bool:
    """Whether the value of an expression goes nowhere, or to whoever calls a lambda."""
    around = node.parent
    while around is not None:
        if around.type == "expression_statement":
            return len(around.items) == 1
        if around.type == "lambda":
            return node.field == "body"
        last = around.type == "boolean_operator" and node.field == "right"
        branch = around.type == "conditional_expression" and node is not around.items[1]
        if not (last or branch or around.type == "parenthesized_expression"):
            return False
        node, around = around, around.parent
    return False


def statement_of(node: Node) -> Node:
    """The statement of a block that an expression is part of."""
    for one in node.up():
        if one.parent is not None and one.parent.type in ("block", "module"):
            return one
    return node
