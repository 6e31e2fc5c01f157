# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls that put Sentry around something of the app: what was inside stays."""

from __future__ import annotations

from ..edit import line_start
from ..tree import Node
from .code import BLOCKS, Code
from .names import FUNCTIONS, TRANSPARENT, arguments
from .patterns import parameter_names, pattern_names

SIMPLE = ("identifier", "member_expression", "call_expression", "string", "number", "object", "array")
DECLARING = ("lexical_declaration", "variable_declaration", "function_declaration", "class_declaration")
JUMPS = ("return_statement", "throw_statement")


def unwrap(code: Code) -> None:
    """`withSentryConfig(config, options)` is `config`."""
    for call in code.tree.of_type("call_expression"):
        if not code.names.is_wrapper(call):
            continue
        inner = arguments(call)[0]
        if inner.type == "spread_element" or not code.free(call.start, call.end):
            continue
        called = call.parent is not None and call.field in ("function", "object")
        brackets = called and inner.type not in ("identifier", "member_expression", "call_expression")
        code.replace(call.start, inner.start, b"(" if brackets else b"")
        code.replace(inner.end, call.end, b")" if brackets else b"")
        if not code.text[line_start(code.text, inner.start) : inner.start].strip():
            code.dedent(inner.start, inner.end, code.indent(inner.start) - code.indent(call.start))
        cut_comment_above(code, call)


def cut_comment_above(code: Code, call: Node) -> None:
    """What stands above a statement and tells of Sentry, told of the call around it."""
    statement = next((one for one in call.up() if one.parent is not None and one.parent.type in BLOCKS), None)
    if statement is not None:
        start = code.told_above(statement)
        code.cut(start, line_start(code.text, statement.start) if start < statement.start else statement.start)


def unwrap_runners(code: Code) -> None:
    """`startSpan(options, () => work())` is `work()`; only for a function that is content with no argument."""
    for call in code.tree.of_type("call_expression"):
        if not code.names.is_runner(call) or not code.free(call.start, call.end):
            continue
        functions = [one for one in arguments(call) if one.type in FUNCTIONS]
        if not functions:
            call_directly(code, call)
        elif len(functions) == 1 and functions[0].type == "arrow_function" and unread(code, functions[0]):
            unwrap_arrow(code, call, functions[0])


def call_directly(code: Code, call: Node) -> None:
    """`startSpan(options, work)` is `work()` where a parameter `work` is declared to take nothing."""
    last = arguments(call)[-1] if arguments(call) else None
    found = code.names.declaration(last) if last is not None and last.type == "identifier" else None
    kind = found.node.parent.get("type") if found is not None and found.node.parent is not None else None
    if last is None or kind is None or not kind.items or kind.items[0].type != "function_type":
        return
    parameters = kind.items[0].get("parameters")
    if parameters is not None and not parameters.items:
        code.cut(call.start, last.start)
        code.replace(last.end, call.end, b"()")


def unwrap_arrow(code: Code, call: Node, arrow: Node) -> None:
    body = arrow.get("body")
    if body is None:
        return
    waits = arrow.text.startswith(b"async")
    if body.type in SIMPLE and not waits:
        code.cut(call.start, body.start)
        code.cut(body.end, call.end)
    elif body.type == "statement_block" and takes_statements(code, call, body, waits):
        spread(code, call, body)
    elif body.type == "statement_block" and takes_body(call, waits):
        code.replace(len(code.text[: call.start].rstrip()), body.start, b" ")
        code.cut(body.end, call.end)
        code.dedent(body.start, body.end, code.indent(body.start) - code.indent(around(call).start))
    elif not continues_the_line_before(code, call):
        own = arrow.get("parameters")
        code.replace(call.start, arrow.start, b"(")
        if own is not None and own.items:
            code.replace(own.start, own.end, b"()")
        code.replace(arrow.end, call.end, b")()")


def around(call: Node) -> Node:
    """The function that a call is in, or the whole text."""
    return call.inside(*FUNCTIONS) or call.tree.root


def takes_body(call: Node, waits: bool) -> bool:
    """Whether a call is all that a function does, as in `() => startSpan(options, () => {...})`."""
    outer = call.parent
    is_body = outer is not None and outer.type == "arrow_function" and call.field == "body"
    return is_body and (not waits or (outer is not None and outer.text.startswith(b"async")))


def takes_statements(code: Code, call: Node, body: Node, waits: bool) -> bool:
    """Whether the statements of a block can stand where the call does: nothing else happens, and no name is taken."""
    if body.items and body.items[0].text[:1] in b"([`/+-" and continues_the_line_before(code, call):
        return False
    value = call
    while value.parent is not None and value.parent.type in TRANSPARENT:
        value = value.parent
    statement = value.parent
    block = statement.parent if statement is not None else None
    if statement is None or block is None or block.type not in ("statement_block", "program"):
        return False
    if waits and not (
        around(call).text.startswith(b"async")
        and (value.type == "await_expression" or statement.type == "return_statement")
    ):
        return False
    inner = [one for one in body.walk() if one.type in JUMPS and one.inside(*FUNCTIONS) is body.parent]
    if statement.type == "expression_statement":
        fits = not any(one.type == "return_statement" for one in inner)
    else:
        last = body.items[-1].type in JUMPS if body.items else False
        fits = statement.type == "return_statement" and (last or statement is block.items[-1])
    return (
        fits
        and bool(body.items)
        and b"\n" in code.text[body.start : body.items[0].start]
        and are_free(code, statement, block, body)
    )


def are_free(code: Code, statement: Node, block: Node, body: Node) -> bool:
    """Whether what a block declares is nowhere else said where it would be declared then."""
    declared = set()
    for one in body.items:
        if one.type not in DECLARING:
            continue
        own = [one.get("name")] if one.get("name") else [item.get("name") for item in one.items]
        declared |= {name.text for pattern in own for name in pattern_names(pattern)}
    scope = around(statement)
    said = (one.text for one in scope.walk() if not one.children and not (statement.start <= one.start < statement.end))
    return declared.isdisjoint(said)


def spread(code: Code, call: Node, body: Node) -> None:
    statement = next(one for one in call.up() if one.type.endswith("_statement"))
    first, last = line_start(code.text, body.items[0].start), body.items[-1].end
    comments = [one for one in body.children if one.type == "comment"]
    if comments:
        first = min(first, line_start(code.text, comments[0].start))
        last = max(last, comments[-1].end)
    if b"\n" not in code.text[body.start : first + 1]:
        first = body.items[0].start
    width = code.indent(first) - code.indent(statement.start)
    code.cut(line_start(code.text, statement.start), first + max(width, 0) if width > 0 else first)
    code.dedent(first, last, width)
    code.cut(last, statement.end)


def unread(code: Code, arrow: Node) -> bool:
    """Whether a function has no parameters, or none that it reads or that do something by themselves."""
    own = arrow.get("parameters")
    if (
        any(one.type in ("assignment_pattern", "required_parameter") and one.get("value") for one in own.items if own)
        if own
        else False
    ):
        return False
    uses = {
        (one.text, found.node.start) for one in code.names.uses if (found := code.names.declaration(one)) is not None
    }
    return all((name.text, name.start) not in uses for name in parameter_names(arrow))


def continues_the_line_before(code: Code, call: Node) -> bool:
    """Whether a bracket here would call what the statement before, written without semicolon, ends with."""
    statement = call.inside("expression_statement")
    if statement is None or statement.start != call.start:
        return False
    before = code.text[: statement.start].rstrip()
    return before[-1:] not in (b"", b";", b"{", b"}")


def inline_aliases(code: Code) -> None:
    """`const SentryRoutes = Routes`, which unwrapping left: the name of its own again."""
    for declarator in code.tree.of_type("variable_declarator"):
        alias, value = declarator.get("name"), declarator.get("value")
        statement = declarator.parent
        if alias is None or value is None or statement is None or not code.touched(declarator):
            continue
        plain = alias.type == value.type == "identifier" and b"entry" in alias.text and len(statement.items) == 1
        if not plain or statement.parent is None or statement.parent.type not in ("program", "statement_block"):
            continue
        meant = code.names.declaration(value)
        uses = [
            one
            for one in code.tree.of_type("identifier", "jsx_identifier", "shorthand_property_identifier")
            if one.text == alias.text and one.start != alias.start
        ]
        found = [code.names.declaration(one) for one in uses]
        same = all(one is not None and one.node.start == alias.start for one in found)
        visible = all(code.names.declared_for(value.text, one.start) is meant for one in uses)
        if (
            same
            and visible
            and meant is not None
            and all(one.type != "shorthand_property_identifier" and is_read(one) for one in uses)
        ):
            for one in uses:
                code.replace(one.start, one.end, value.text)
            code.cut_statement(statement)


def is_read(use: Node) -> bool:
    """Whether a name is only read here, and not exported under its own name."""
    parent = use.parent
    return (
        parent is not None
        and parent.type != "export_specifier"
        and not (parent.type.startswith(("assignment", "update")) and use.field in ("left", "argument"))
    )
