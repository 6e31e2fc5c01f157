# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls that put Sentry around something of the app: what was inside stays, byte for byte."""

from __future__ import annotations

from ..tree import Node
from .code import Code
from .names import FUNCTIONS, arguments, parameter_names

SIMPLE = ("identifier", "member_expression", "call_expression", "string", "number", "object", "array")


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


def unwrap_runners(code: Code) -> None:
    """`startSpan(options, () => work())` is `work()`; only for an arrow function that takes nothing."""
    for call in code.tree.of_type("call_expression"):
        functions = [one for one in arguments(call) if one.type in FUNCTIONS]
        if not code.names.is_runner(call) or len(functions) != 1 or not code.free(call.start, call.end):
            continue
        arrow = functions[0]
        body = arrow.get("body")
        if arrow.type != "arrow_function" or body is None or arrow.get("parameter") or not unread(code, arrow):
            continue
        if body.type in SIMPLE and not arrow.text.startswith(b"async"):
            code.cut(call.start, body.start)
            code.cut(body.end, call.end)
        elif not continues_the_line_before(code, call):
            code.replace(call.start, arrow.start, b"(")
            code.replace(arrow.end, call.end, b")()")


def unread(code: Code, arrow: Node) -> bool:
    """Whether a function has no parameters. One that reads none of them would still take them."""
    return not parameter_names(arrow.get("parameters"))


def continues_the_line_before(code: Code, call: Node) -> bool:
    """Whether a bracket here would call what the statement before, written without semicolon, ends with."""
    statement = call.inside("expression_statement")
    if statement is None or statement.start != call.start:
        return False
    before = code.text[: statement.start].rstrip()
    return before[-1:] not in (b"", b";", b"{", b"}")
