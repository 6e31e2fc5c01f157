# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which statements of a Python file are Sentry's as a whole, and go with what is only around them."""

from __future__ import annotations

import re

from ..tree import Node
from .code import READING, Code, announces, is_docstring
from .names import PACKAGE, bare, callee_name, positional

ACTIVE = ("call", "await", "yield", "named_expression")
TAKING = re.compile(
    rb"add_middleware|use|register|init_app|add_processor|addFilter|addHandler|connect"
    rb"|before_request|after_request|teardown_request|teardown_appcontext"
)
# What these give back is the id of an event of Sentry's; without it there is none.
EVENT_ID = re.compile(rb"last_event_id|capture_(exception|message|event)")


def effect_free(code: Code, node: Node) -> bool:
    """Whether evaluating an expression does nothing, as far as one can see."""
    for one in node.walk():
        if one.type not in ACTIVE or code.names.rooted(one):
            continue
        called = one.get("function")
        if one.type != "call" or called is None or not READING.fullmatch(called.text):
            return False
    return True


def removable(code: Code, node: Node) -> bool:
    """Whether a statement does nothing but Sentry's work."""
    if node.type == "expression_statement":
        return len(node.items) == 1 and expendable(code, node.items[0])
    if node.type in ("import_statement", "import_from_statement"):
        return unused_import(code, node)
    if node.type == "if_statement":
        return removable_if(code, node)
    if node.type == "try_statement":
        return removable_try(code, node)
    if node.type == "for_statement":
        right, body = node.get("right"), node.get("body")
        return right is not None and body is not None and for_effect_free(code, right) and removable_block(code, body)
    if node.type == "with_statement":
        body = node.get("body")
        items = with_items(node)
        return body is not None and all(code.names.rooted(item[0]) for item in items) and removable_block(code, body)
    return code.is_stub(node)


def removable_block(code: Code, block: Node) -> bool:
    """Whether all of a block goes; a `pass` that was always there is no reason to take the block."""
    rest = [one for one in block.items if not removable(code, one)]
    return len(rest) < len(block.items) and all(announces(one) for one in rest)


def for_effect_free(code: Code, node: Node) -> bool:
    calls = [one for one in node.walk() if one.type == "call" and not code.names.rooted(one)]
    return all(re.search(rb"\.(items|keys|values)$", (one.get("function") or one).text) for one in calls)


def removable_if(code: Code, node: Node) -> bool:
    condition, then = node.get("condition"), node.get("consequence")
    if condition is None or then is None or not effect_free(code, condition) or not removable_block(code, then):
        return False
    for clause in node.items:
        if clause.field != "alternative":
            continue
        test, body = clause.get("condition"), clause.get("body") or clause.get("consequence")
        if (test is not None and not effect_free(code, test)) or body is None or not removable_block(code, body):
            return False
    return True


def removable_try(code: Code, node: Node) -> bool:
    """A `try` around nothing: no handler can be reached. What is done in any case keeps it."""
    body = node.get("body")
    if body is None or not removable_block(code, body):
        return False
    blocks = [one for clause in node.items if clause.type in ("else_clause", "finally_clause") for one in clause.items]
    return all(removable_block(code, block) for block in blocks if block.type == "block")


def unused_import(code: Code, node: Node) -> bool:
    """Whether an import brings only names of Sentry's, and nothing reads them."""
    bindings = [one for group in code.names.bound.values() for one in group if one.value is node]
    return bool(bindings) and all(
        one.kind == "import" and code.names.imports_sentry(one) and not is_read(code, one.name.text, one.scope)
        for one in bindings
    )


def is_read(code: Code, name: bytes, scope: Node) -> bool:
    return (name, scope.start) in code.names.used


def expendable(code: Code, node: Node) -> bool:
    """Whether an expression whose value is not used can go."""
    node = bare(node)
    if node.type == "call":
        called, given = node.get("function"), positional(node)
        if called is None:
            return False
        if TAKING.fullmatch(called.text.rpartition(b".")[2]) and given and code.names.rooted(given[0]):
            return not code.names.rooted(called) or code.names.rooted(node)
        return code.names.rooted(node) and not any(one.type == "named_expression" for one in node.walk())
    if node.type == "boolean_operator":
        left, right = node.get("left"), node.get("right")
        return left is not None and right is not None and effect_free(code, left) and expendable(code, right)
    if node.type == "assignment":
        return expendable_assignment(code, node)
    return code.names.rooted(node)


def expendable_assignment(code: Code, node: Node) -> bool:
    left, right = node.get("left"), node.get("right")
    if left is None or right is None:
        return False
    if left.type == "attribute":
        return code.names.rooted(left)
    if left.type != "identifier" or not code.names.is_sentry(left):
        return False
    scope = code.names.bindings(left)[0].scope
    return not is_read(code, left.text, scope) and (code.names.rooted(right) or right.text == b"None")


def with_items(node: Node) -> list[tuple[Node, Node]]:
    """(what is entered, the item) of a `with`."""
    clause = next((one for one in node.items if one.type == "with_clause"), None)
    found = []
    for item in clause.items if clause else ():
        value = item.get("value") or (item.items[0] if item.items else None)
        if value is not None:
            found.append((value.items[0] if value.type == "as_pattern" else value, item))
    return found


# -- rules ------------------------------------------------------------------------------------------------------------


def cut_statements(code: Code) -> None:
    """In each block at once, outermost first."""
    stack = [code.tree.root]
    while stack:
        node = stack.pop()
        if node.type in ("module", "block"):
            doomed = [one for one in node.items if removable(code, one)]
            only_stubs = all(code.is_stub(one) for one in doomed) and len(doomed) == len(node.items)
            if doomed and not only_stubs:
                code.cut_statements(node, doomed)
                stack.extend(one for one in node.items if one not in doomed)
                continue
        if node.type in ("else_clause", "finally_clause") and is_stub_clause(code, node):
            cut_clause(code, node)
            continue
        stack.extend(node.children)


def is_stub_clause(code: Code, clause: Node) -> bool:
    """Whether an `else` or `finally` only has a `pass` that an earlier round put there."""
    blocks = [one for one in clause.items if one.type == "block"]
    if (
        clause.type == "finally_clause"
        and clause.parent
        and not any("except" in one.type for one in clause.parent.items)
    ):
        return False
    return bool(blocks) and all(code.is_stub(one) or is_docstring(one) for one in blocks[0].items)


def cut_clause(code: Code, clause: Node) -> None:
    end = code.with_comment_behind(clause)
    code.cut(len(code.text[: clause.start].rstrip()), end)


def unwrap_with(code: Code) -> None:
    """`with sentry_sdk.start_span(...):` is its body, when the name it binds is not read any more."""
    for node in code.tree.of_type("with_statement"):
        items, body = with_items(node), node.get("body")
        ours = [item for value, item in items if code.names.rooted(value)]
        if (
            body is None
            or not ours
            or not code.free(node.start, node.end)
            or any(binds_read(code, one) for one in ours)
        ):
            continue
        if len(ours) < len(items):
            cut_list_element(code, ours[0])
        elif body.start > node.start and b"\n" in code.text[node.start : body.start]:
            dedent(code, node, body)


def binds_read(code: Code, item: Node) -> bool:
    alias = next((one for one in item.walk() if one.type == "as_pattern_target"), None)
    if alias is None or not alias.items:
        return False
    found = code.names.bindings(alias.items[0])
    return not found or is_read(code, alias.items[0].text, found[0].scope)


def dedent(code: Code, node: Node, body: Node) -> None:
    """Takes a block out of its statement; the lines of a text in several lines are not indentation."""
    outer = node.start - (code.text.rfind(b"\n", 0, node.start) + 1)
    start = code.text.rfind(b"\n", 0, body.start) + 1
    width = body.start - start - outer
    texts = [one for one in body.walk() if one.type == "string" and b"\n" in one.text]
    # Comments above the first statement belong to the body, too.
    header = code.text.find(b"\n", code.text.rfind(b":", node.start, start)) + 1
    code.cut(node.start - outer, header)
    place = header
    while place < body.end:
        line = code.text[place : body.end]
        blanks = len(line) - len(line.lstrip(b" \t"))
        inside_text = any(one.start < place < one.end for one in texts)
        if blanks and not inside_text:
            code.cut(place, place + min(width, blanks))
        following = code.text.find(b"\n", place)
        place = following + 1 if following >= 0 else body.end


def cut_decorators(code: Code) -> None:
    for node in code.tree.of_type("decorator"):
        if node.items and code.names.rooted(node.items[0]):
            start = code.text.rfind(b"\n", 0, node.start) + 1
            end = code.text.find(b"\n", node.end)
            code.cut(start, end + 1)


def unwrap_calls(code: Code) -> None:
    """`SentryAsgiMiddleware(app)` is `app`; a lambda that only tells Sentry gives None."""
    for call in code.tree.of_type("call"):
        if code.names.is_wrapper(call) and code.free(call.start, call.end):
            inner = positional(call)[0]
            code.cut(call.start, inner.start)
            code.cut(inner.end, call.end)
    for node in code.tree.of_type("lambda"):
        body = node.get("body")
        if body is not None and code.names.rooted(body) and bare(body).type == "call":
            code.replace(body.start, body.end, b"None")
    for node in code.tree.of_type("assignment"):
        left, right = node.get("left"), node.get("right")
        statement, block = node.parent, node.parent.parent if node.parent else None
        if left and right and statement and block and left.text == right.text and code.touched(node):
            code.cut_statements(block, [statement])


def cut_elements(code: Code) -> None:
    """Middleware, processors and app names in lists: one per list and round."""
    for node in code.tree.of_type("list", "tuple"):
        first = next((one for one in node.items if is_element(code, one)), None)
        if first is not None and not (node.type == "tuple" and len(node.items) < 3):
            cut_list_element(code, first)


def is_element(code: Code, node: Node) -> bool:
    if node.type == "string":
        content = next((one for one in node.items if one.type == "string_content"), None)
        return content is not None and PACKAGE.match(content.text) is not None
    return code.names.rooted(node)


def cut_list_element(code: Code, node: Node) -> None:
    siblings = [one for one in node.parent.children if one.type != "comment"] if node.parent else []
    place = siblings.index(node)
    behind = siblings[place + 1] if place + 1 < len(siblings) else None
    before = siblings[place - 1] if place else None
    if behind is not None and behind.type == ",":
        start = code.text.rfind(b"\n", 0, node.start) + 1
        alone = not code.text[start : node.start].strip()
        line_ends = code.text.find(b"\n", behind.end)
        if alone and line_ends >= 0 and not code.text[behind.end : line_ends].split(b"#")[0].strip():
            code.cut(min(start, code.with_comments_above(node)), line_ends + 1)
            return
        rest = code.text[behind.end :]
        code.cut(node.start, behind.end + len(rest) - len(rest.lstrip(b" ")))
    elif before is not None and before.type == ",":
        code.cut(before.start, node.end)
    else:
        code.cut(node.start, node.end)


def forget_ids(code: Code) -> list[Node]:
    """Puts None where the id of an event is used: that is what the SDK gives, too, when it was not set up."""
    found = []
    for call in code.tree.of_type("call"):
        used = call.parent is not None and call.parent.type not in ("expression_statement", "await")
        if (
            used
            and EVENT_ID.fullmatch(callee_name(call))
            and code.names.rooted(call)
            and code.free(call.start, call.end)
        ):
            code.replace(call.start, call.end, b"None")
            found.append(call)
    return found
