# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls that report an error to Sentry, and report it to PostHog from now on."""

from __future__ import annotations

import re

from ...edit import line_start
from ...javascript.code import Code
from ...javascript.names import FUNCTIONS, TRANSPARENT, arguments
from ...javascript.patterns import parameter_names
from ...javascript.statements import removable
from ...tree import Node
from .properties import Properties, of_hint, of_setter
from .scene import BROWSER
from .speech import CLIENT, Speech

TYPED = (".ts", ".tsx", ".mts", ".cts")
CAPTURES = re.compile(rb"captureException|captureMessage")
SCOPES = re.compile(rb"withScope|withIsolationScope")
# What a server does before it ends, so that nothing is lost: Sentry's word and PostHog's.
CLOSING = {b"close": b"shutdown", b"flush": b"flush"}


def replace_calls(code: Code, speech: Speech) -> None:
    for call in code.tree.of_type("call_expression"):
        name = code.names.original_name(call)
        if CAPTURES.fullmatch(name) and code.names.rooted(call) and is_report(code, call):
            replace_capture(code, speech, call, Properties())
        elif (
            CAPTURES.fullmatch(name)
            and code.names.rooted(call)
            and not of_sentry(code, call)
            and not in_scope(code, call)
        ):
            replace_with_id(code, speech, call)
        elif name == b"captureUnderscoreErrorException" and code.names.rooted(call) and is_report(code, call):
            replace_page_error(code, speech, call)
        elif name == b"reactErrorHandler" and is_sentrys_call(code, call):
            replace_handler(code, speech, call)
        elif speech.on_server and name in CLOSING and code.names.rooted(call) and is_statement(last_of_chain(call)):
            replace_closing(code, speech, call, CLOSING[name])


def replace_references(code: Code, speech: Speech) -> None:
    """`.catch(Sentry.captureException)` and `onError={Sentry.captureException}`."""
    for node in code.tree.of_type("member_expression", "identifier"):
        last = node.get("property") if node.type == "member_expression" else node
        inner = node.parent is not None and node.parent.type in (
            "member_expression",
            "import_specifier",
            "pair_pattern",
        )
        if last is None or last.text != b"captureException" or inner or not code.names.rooted(node):
            continue
        handed = node.parent is not None and (
            node.parent.type in ("arguments", "jsx_expression")
            or (node.parent.type == "pair" and node.field == "value")
        )
        if handed and not of_sentry(code, node):
            code.replace(node.start, node.end, handler(code, speech))
            speech.want()


def is_sentrys_call(code: Code, call: Node) -> bool:
    called = call.get("function")
    return called is not None and code.names.rooted(called)


def replace_handler(code: Code, speech: Speech, call: Node) -> None:
    """React's handlers of errors get the error first, and say nothing to anybody."""
    given = arguments(call)
    inner = given[0] if len(given) == 1 else None
    if not given:
        code.replace(call.start, call.end, handler(code, speech))
        speech.want()
    elif inner is not None and inner.type in FUNCTIONS:
        names = parameter_names(inner)
        if names:
            report_first(code, speech, call, inner, names[0].text)
    elif inner is not None and inner.type in ("identifier", "member_expression") and code.free(call.start, call.end):
        report = speech.report + b"(error); " + inner.text + b"(error, info);"
        code.replace(call.start, call.end, b"(error, info) => { " + report + b" }")
        speech.want()


def report_first(code: Code, speech: Speech, call: Node, function: Node, error: bytes) -> None:
    """Takes the call away from around a function with a block, which reports first of all from now on."""
    body = function.get("body")
    if body is None or body.type != "statement_block" or not code.free(call.start, call.end):
        return
    line = b"\n" + code.indentation(function.start) + code.step
    code.cut(call.start, function.start)
    code.replace(body.start + 1, body.start + 1, line + speech.report + b"(" + error + b");")
    code.cut(function.end, call.end)
    speech.want()


def handler(code: Code, speech: Speech) -> bytes:
    """A function that reports what it gets. The type is for callers that say none."""
    type = b": unknown" if code.path.endswith(TYPED) else b""
    return b"(error" + type + b") => " + speech.report + b"(error)"


def is_report(code: Code, call: Node) -> bool:
    """Whether a call only reports: nobody reads the id that Sentry gives back, and it is no part of its settings."""
    return (is_statement(call) or is_arrow_body(call)) and not of_sentry(code, call) and not in_scope(code, call)


def is_statement(call: Node) -> bool:
    """Whether nobody reads the value of a call."""
    node = call
    while node.parent is not None and (
        node.parent.type in (*TRANSPARENT, "unary_expression")
        or (node.parent.type == "binary_expression" and node.field == "right")
        or (node.parent.type == "ternary_expression" and node.field != "condition")
    ):
        node = node.parent
    return node.parent is not None and node.parent.type == "expression_statement"


def last_of_chain(call: Node) -> Node:
    """`a().then(b)` for `a()`"""
    while call.parent is not None and call.parent.type == "member_expression" and call.field == "object":
        outer = call.parent.parent
        if outer is None or outer.type != "call_expression" or call.parent.field != "function":
            break
        call = outer
    return call


def is_arrow_body(call: Node) -> bool:
    node = call
    while node.parent is not None and node.parent.type in (*TRANSPARENT, "unary_expression"):
        node = node.parent
    return node.parent is not None and node.parent.type == "arrow_function" and node.field == "body"


def of_sentry(code: Code, node: Node) -> bool:
    """Whether something is handed to Sentry, and goes with the call that takes it."""
    return any(
        around is not node
        and around.type in ("call_expression", "new_expression")
        and within_arguments(around, node)
        and code.names.rooted(around)
        and (is_statement(around) or (around.parent is not None and around.parent.type == "array"))
        for around in node.up()
    )


def within_arguments(call: Node, node: Node) -> bool:
    given = call.get("arguments")
    return given is not None and given.start <= node.start and node.end <= given.end


def in_scope(code: Code, call: Node) -> bool:
    """Whether a call stands in a `withScope`, whose tags belong to it."""
    return any(
        around.type == "call_expression" and around is not call and SCOPES.fullmatch(code.names.original_name(around))
        and code.names.is_runner(around)
        for around in call.up()
    )  # fmt: skip


def replace_capture(code: Code, speech: Speech, call: Node, more: Properties) -> None:
    text = capture_text(code, speech, call, more)
    if text is not None and code.free(call.start, call.end):
        code.replace(call.start, call.end, text)
        speech.want()


def replace_with_id(code: Code, speech: Speech, call: Node) -> None:
    """A report whose id is shown to somebody: the browser's client gives one back, a server's takes one."""
    declaration = call.inside("lexical_declaration")
    declarator = call.parent
    if speech.side == BROWSER:
        text = capture_text(code, speech, call, Properties())
        if text is not None and code.free(call.start, call.end):
            code.replace(call.start, call.end, text + b"?.uuid")
            speech.want()
    elif speech.on_server and declaration is not None and declarator is not None and len(declaration.items) == 1:
        name = declarator.get("name") if declarator.parent is declaration else None
        said = capture_text(code, speech, call, Properties(), name.text) if name is not None else None
        plain = name is not None and name.type == "identifier" and declaration.parent is not None
        if said is None or not plain or not code.free(declaration.start, declaration.end):
            return
        code.replace(call.start, call.end, b"crypto.randomUUID()")
        end = b";" if declaration.text.endswith(b";") else b""
        line = b"\n" + code.indentation(declaration.start) + said + end
        code.replace(declaration.end, declaration.end, line)
        speech.want()


def capture_text(code: Code, speech: Speech, call: Node, more: Properties, uuid: bytes | None = None) -> bytes | None:
    """The call that PostHog gets; None when it cannot be told what it should say. Only a server's takes an id."""
    given = arguments(call)
    if not given or any(one.type == "spread_element" for one in given):
        return None
    said = of_hint(given[1] if len(given) > 1 else None)
    if said is None:
        return None
    said.merge(more)
    properties = said.literal(code.indentation(call.start))
    parts = [reported(code, call, given[0])]
    if speech.on_server and (said.user or properties or uuid):
        parts.append(said.user or b"undefined")
    if properties is not None or uuid is not None:
        parts.append(properties or b"undefined")
    if uuid is not None:
        parts.append(uuid)
    return speech.report + b"(" + b", ".join(parts) + b")"


def reported(code: Code, call: Node, value: Node) -> bytes:
    """A message is an error without a stack."""
    return b"new Error(" + value.text + b")" if code.names.original_name(call) == b"captureMessage" else value.text


def replace_page_error(code: Code, speech: Speech, call: Node) -> None:
    """Next's pages/_error gets a context, in which there may be an error."""
    given = arguments(call)
    if len(given) != 1 or given[0].type != "identifier" or not code.free(call.start, call.end):
        return
    error = given[0].text + b".err"
    text = error + b" && " + speech.report + b"(" + error + b")"
    awaited = call.parent is not None and call.parent.type == "await_expression"
    code.replace(call.start, call.end, b"(" + text + b")" if awaited else text)
    speech.want()


def replace_closing(code: Code, speech: Speech, call: Node, name: bytes) -> None:
    if not of_sentry(code, call) and code.free(call.start, call.end):
        code.replace(call.start, call.end, CLIENT + b"." + name + b"()")
        speech.want()


# -- scopes -----------------------------------------------------------------------------------------------------------


def replace_scopes(code: Code, speech: Speech) -> None:
    """`withScope((scope) => { scope.setTag("a", b); captureException(e); })` is one call with properties."""
    for call in code.tree.of_type("call_expression"):
        statement = call.parent
        if not SCOPES.fullmatch(code.names.original_name(call)) or not code.names.is_runner(call):
            continue
        if (
            statement is None
            or statement.type != "expression_statement"
            or not code.free(statement.start, statement.end)
        ):
            continue
        text = scope_text(code, speech, call)
        if text is not None:
            code.replace(statement.start, statement.end, text)
            speech.want()


def scope_text(code: Code, speech: Speech, call: Node) -> bytes | None:
    """What is left of a scope, None when it does more than this can tell."""
    given = arguments(call)
    function = given[0] if len(given) == 1 and given[0].type in FUNCTIONS else None
    body = function.get("body") if function is not None else None
    if function is None or body is None or body.type != "statement_block" or function.text.startswith(b"async"):
        return None
    if any(one.type == "return_statement" and one.inside(*FUNCTIONS) is function for one in body.walk()):
        return None
    more, kept = Properties(), []
    captures: list[Node] = []
    for statement in body.items:
        inner = statement.items[0] if statement.type == "expression_statement" and statement.items else statement
        if inner.type == "call_expression" and CAPTURES.fullmatch(code.names.original_name(inner)):
            captures.append(inner)
            kept.append(statement)
        elif inner.type == "call_expression" and code.names.rooted(inner):
            more.merge(of_setter(inner) or Properties())
        elif not removable(code, statement):
            kept.append(statement)
    scope = {name.text for name in parameter_names(function)}
    if len(captures) != 1 or any(reads(one, scope) for one in kept if captures[0] not in one.items):
        return None
    said = capture_text(code, speech, captures[0], more)
    if said is None:
        return None
    if len(kept) == 1:
        return said + kept[0].text[captures[0].end - kept[0].start :]
    start, end = captures[0].start - body.start, captures[0].end - body.start
    return block_without(code, body, kept, (start, end, said))


def reads(node: Node, names: set[bytes]) -> bool:
    return any(one.type == "identifier" and one.text in names for one in node.walk())


def block_without(code: Code, body: Node, kept: list[Node], said: tuple[int, int, bytes]) -> bytes:
    """The block with only some of its statements, and one call in it written anew."""
    text, (start, end, call) = body.text, said
    for statement in reversed(body.items):
        low, high = statement.start - body.start, statement.end - body.start
        if low <= start < high:
            text = text[:start] + call + text[end:]
        elif statement not in kept:
            line = line_start(text, low)
            text = text[: line if not text[line:low].strip() else low] + text[high:].removeprefix(b"\n")
    return text
