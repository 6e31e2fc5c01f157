# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conditions that asked for Sentry's settings, around what reports to PostHog now: whether there is a key, PostHog's
set-up asks by itself."""

from __future__ import annotations

from ...edit import line_end
from ...python.code import READING, Code, announces, reads_only
from ...python.leftovers import SETTING
from ...python.names import bare
from ...python.statements import dedent, effect_free, removable
from ...repository import says_sentry
from ...tree import Node
from ..wish import Wish
from . import imports
from .start import Reader

NOTHING = (b"None", b'""', b"''")


def unwrap(code: Code, wish: Wish, dsn: frozenset[bytes]) -> None:
    """One condition at a time: what is inside is looked at in the next round. `dsn` are the names that held one."""
    for node in code.tree.of_type("if_statement", "elif_clause"):
        condition, body = node.get("condition"), node.get("consequence")
        if condition is None or body is None:
            continue
        if node.type == "if_statement" and is_way_out(code, node, dsn) and node.parent is not None:
            code.cut_statements(node.parent, [node])
            return
        if not (code.touched(body) and reports(body)) and not calls_start(code, body):
            continue
        rest = without_sentry(code, condition, dsn)
        if rest == condition.text:
            continue
        if rest is not None:
            code.replace(condition.start, condition.end, rest)
        elif is_loose(code, node, body):
            open_up(code, node, body)
        elif not ask_posthog(code, condition, body, wish):
            continue
        return


def left(code: Code) -> list[Node]:
    """The conditions that still speak of Sentry around what reports to PostHog since this run."""
    found = []
    for node in code.tree.of_type("if_statement", "elif_clause"):
        condition, body = node.get("condition"), node.get("consequence")
        if condition is not None and body is not None and says_sentry(condition.text):
            found += [condition] if code.touched(body) and reports(body) else []
    return found


def reports(node: Node) -> bool:
    """Whether something in it is told to PostHog."""
    return any(one.type == "identifier" and one.text == b"posthog" for one in node.walk())


def calls_start(code: Code, node: Node) -> bool:
    """Whether a function of this file is called that sets PostHog up since this run."""
    for call in node.walk():
        called = call.get("function") if call.type == "call" else None
        bound = code.names.bindings(called) if called is not None and called.type == "identifier" else []
        functions = [one.value for one in bound if one.kind == "function" and one.value is not None]
        if functions and all(code.touched(one) and starts(one) for one in functions):
            return True
    return False


def starts(node: Node) -> bool:
    return any(one.type == "attribute" and one.text == b"posthog.setup" for one in node.walk())


# -- conditions -------------------------------------------------------------------------------------------------------


def without_sentry(code: Code, node: Node, dsn: frozenset[bytes]) -> bytes | None:
    """The condition without what asks for Sentry; None when there is nothing else in it."""
    if is_setting(code, node, dsn):
        return None
    inner = bare(node)
    if inner.type == "boolean_operator" and inner.children[1].type == "and":
        left, right = inner.get("left"), inner.get("right")
        if left is not None and right is not None:
            both = (without_sentry(code, left, dsn), without_sentry(code, right, dsn))
            parts = [one for one in both if one is not None]
            if parts != [left.text, right.text]:
                return b" and ".join(parts) if parts else None
    return node.text


def is_setting(code: Code, node: Node, dsn: frozenset[bytes], depth: int = 0) -> bool:
    """Whether an expression only says whether Sentry is there, or is to be used."""
    node = bare(node)
    if code.names.rooted(node) or node.text in dsn:
        return True
    if node.type == "identifier":
        bound = code.names.bindings(node)
        if SETTING.fullmatch(node.text):
            return True
        values = [one.value for one in bound if one.kind == "value" and one.value is not None]
        return bool(values) and len(values) == len(bound) and depth < 3 and all(
            is_setting(code, one, dsn, depth + 1) for one in values
        )  # fmt: skip
    if node.type == "named_expression":
        name, value = node.get("name"), node.get("value")
        scope = code.names.bindings(name)[0].scope if name is not None else None
        unread = name is not None and scope is not None and (name.text, scope.start) not in code.names.used
        return unread and value is not None and is_setting(code, value, dsn, depth)
    if node.type == "attribute":
        last = node.get("attribute")
        return last is not None and SETTING.fullmatch(last.text) is not None and effect_free(code, node)
    if node.type == "comparison_operator":
        left, right = node.items[0], node.items[-1]
        operator = b" ".join(one.text for one in node.children if not one.named)
        return right.text in NOTHING and operator in (b"is not", b"!=") and is_setting(code, left, dsn, depth)
    if node.type == "boolean_operator":
        return all(is_setting(code, one, dsn, depth) for one in node.items)
    called = node.get("function") if node.type == "call" else node if node.type == "subscript" else None
    if called is None or not says_sentry(node.text) or not effect_free(code, node):
        return False
    return node.type == "subscript" or READING.fullmatch(called.text) is not None


def is_absence(code: Code, node: Node, dsn: frozenset[bytes]) -> bool:
    """Whether a condition holds where Sentry is not set up."""
    node = bare(node)
    if node.type == "not_operator":
        return bool(node.items) and is_setting(code, node.items[0], dsn)
    if node.type != "comparison_operator":
        return False
    operator = b" ".join(one.text for one in node.children if not one.named)
    return node.items[-1].text in NOTHING and operator in (b"is", b"==") and is_setting(code, node.items[0], dsn)


def is_way_out(code: Code, node: Node, dsn: frozenset[bytes]) -> bool:
    """Whether it is `if not dsn: return` in front of nothing but PostHog."""
    condition, body, block = node.get("condition"), node.get("consequence"), node.parent
    if condition is None or body is None or block is None or block.type != "block":
        return False
    if not is_absence(code, condition, dsn):
        return False
    if any(one.field == "alternative" for one in node.items):
        return False
    leaves = [one for one in body.items if not announces(one)]
    if not (len(leaves) == 1 and leaves[0].type == "return_statement" and is_nothing(leaves[0])):
        return False
    behind = block.items[block.items.index(node) + 1 :]
    return any(code.touched(one) and reports(one) for one in behind) and all(is_harmless(code, one) for one in behind)


def is_nothing(node: Node) -> bool:
    return not node.items or node.items[0].text == b"None"


# -- what is inside ---------------------------------------------------------------------------------------------------


def is_harmless(code: Code, node: Node) -> bool:
    """Whether a statement may as well run where Sentry was not set up."""
    if node.type in imports.TYPES or announces(node) or removable(code, node):
        return True
    inner = node.items[0] if node.type == "expression_statement" and node.items else node
    return reports(node) or calls_start(code, node) or (inner.type == "assignment" and reads_only(inner))


def is_loose(code: Code, node: Node, body: Node) -> bool:
    """Whether a condition can go: nothing of the app's hangs on it."""
    if node.type != "if_statement" or not all(is_harmless(code, one) for one in body.items):
        return False
    others = [one for one in node.items if one.field == "alternative"]
    bodies = [one.get("body") for one in others]
    return all(one is not None and all(announces(inner) for inner in one.items) for one in bodies)


def open_up(code: Code, node: Node, body: Node) -> None:
    """Puts a body in the place of its condition."""
    newline = code.text.find(b"\n", node.start, body.start)
    if newline < 0:
        code.cut(node.start, body.start)
        return
    for one in body.items:
        if announces(one):
            code.cut_statements(body, [one])
            return
    others = [one for one in node.items if one.field == "alternative"]
    if others:
        code.cut(line_end(code.text, body.end), line_end(code.text, others[-1].end))
        return
    above = code.with_comments_above(node)
    if above != node.start:
        code.cut(above, code.text.rfind(b"\n", 0, node.start) + 1)
    dedent(code, node, body)


def ask_posthog(code: Code, condition: Node, body: Node, wish: Wish) -> bool:
    """Lets the condition ask for PostHog's key instead; whether that can be said there."""
    if not starts(body) and imports.has(code, b"posthog"):
        code.replace(condition.start, condition.end, b"posthog.api_key")
        return True
    reader = Reader(code, condition.start)
    if reader.needs_os(code, condition.start):
        return False
    code.replace(condition.start, condition.end, reader.read(wish.key_variable))
    return True
