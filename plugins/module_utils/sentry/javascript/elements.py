# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sentry's things in lists: plugins, modules, providers, options of a framework, decorators."""

from __future__ import annotations

import re

from ..edit import whole_lines
from ..tree import Node
from .code import CONFIG, Code
from .names import FUNCTIONS, PACKAGE, TRANSPARENT, arguments, bare, callee_name, string_value
from .statements import effect_free

LISTS_AS_ARGUMENTS = re.compile(rb"sequence|compose|applyMiddleware|combineEnhancers")
# Options that Sentry's plugin for the bundler looks for in the configuration of the app.
OWN_OPTIONS = (b"sentryConfig",)
HANDLER_KEY = re.compile(rb"on[A-Z]\w*Error|onError|errorHandler|wrapError|sentryHandler")


def cut_elements(code: Code) -> None:
    """One per list and round, so that commas are right."""
    for array in code.tree.of_type("array"):
        if is_with_options(array):
            continue
        first = next((one for one in array.items if is_element(code, one)), None)
        if first is not None:
            code.cut_element(first)
    for call in code.tree.of_type("call_expression"):
        given = arguments(call)
        if len(given) > 1 and LISTS_AS_ARGUMENTS.fullmatch(callee_name(call)) and not code.names.rooted(call):
            first = next((one for one in given if code.names.rooted(one)), None)
            if first is not None:
                code.cut_element(first)


def is_with_options(array: Node) -> bool:
    """`["@sentry/nuxt/module", {...}]` is one thing."""
    pair = len(array.items) == 2 and array.items[1].type == "object"
    module = string_value(array.items[0]) if pair else None
    return module is not None and PACKAGE.match(module) is not None


def is_element(code: Code, node: Node) -> bool:
    """Whether an element of an array is Sentry's."""
    node = bare(node)
    if node.type == "string":
        return CONFIG.search(code.path) is not None and PACKAGE.match(string_value(node) or b"") is not None
    if node.type == "array":
        # A module with its options: ["@sentry/nuxt/module", {...}]
        listed = bool(node.items) and node.items[0].type == "string" and is_element(code, node.items[0])
        return listed or code.names.rooted(node)
    if node.type == "binary_expression":
        left, right = node.get("left"), node.get("right")
        return left is not None and right is not None and effect_free(code, left) and is_element(code, right)
    if node.type == "ternary_expression":
        condition, *values = node.items
        nothing = (b"null", b"undefined", b"false")
        return effect_free(code, condition) and all(one.text in nothing or is_element(code, one) for one in values)
    if node.type == "spread_element":
        return is_spread(code, node.items[0])
    if node.type == "object":
        return is_provider(code, node)
    return code.names.rooted(node)


def is_spread(code: Code, node: Node) -> bool:
    """`...(condition ? [sentry()] : [])`"""
    node = bare(node)
    if node.type == "array":
        return bool(node.items) and all(is_element(code, one) for one in node.items)
    if node.type == "identifier":
        return code.names.rooted(node)
    if node.type == "ternary_expression":
        condition, *values = (bare(one) for one in node.items)
        filled = [one for one in values if one.text != b"[]"]
        return effect_free(code, condition) and bool(filled) and all(is_spread(code, one) for one in filled)
    if node.type == "binary_expression":
        left, right = node.get("left"), node.get("right")
        return left is not None and right is not None and effect_free(code, left) and is_spread(code, right)
    return False


def is_provider(code: Code, node: Node) -> bool:
    """`{ provide: APP_FILTER, useClass: SentryGlobalFilter }`"""
    for pair in node.items:
        key, value = pair.get("key"), pair.get("value")
        if key is None or value is None or key.text not in (b"useClass", b"useValue", b"provide"):
            continue
        if code.names.rooted(value):
            return True
    return False


def cut_pairs(code: Code) -> None:
    """Options of the app's framework: the `sentry` key of a config, and handlers that are Sentry's."""
    for pair in code.tree.of_type("pair"):
        key, value = pair.get("key"), pair.get("value")
        if key is None or value is None:
            continue
        name = key.text.strip(b"'\"")
        ours = name == b"sentry" and re.search(r"(^|/)(nuxt|next)\.config\.", code.path) and is_top_level(pair)
        handed = HANDLER_KEY.fullmatch(name) or (
            CONFIG.search(code.path) and value.type in ("call_expression", "new_expression")
        )
        emptied = HANDLER_KEY.fullmatch(name) and value.type in FUNCTIONS and code.emptied(value)
        if ours or emptied or (handed and code.names.rooted(value)):
            code.cut_element(pair)
            return
    for short in code.tree.of_type("shorthand_property_identifier"):
        if short.text in OWN_OPTIONS and CONFIG.search(code.path):
            code.cut_element(short)
            return


def is_top_level(pair: Node) -> bool:
    """Whether a key is one of the exported configuration itself."""
    around = pair.parent.parent if pair.parent else None
    while around is not None and around.type in (*TRANSPARENT, "arguments", "call_expression", "export_statement"):
        around = around.parent
    return around is not None and around.type in ("program", "variable_declarator", "assignment_expression")


def cut_decorators(code: Code) -> None:
    for node in code.tree.of_type("decorator"):
        if node.items and code.names.rooted(node.items[0]):
            start, end = whole_lines(code.text, node.start, node.end)
            if (start, end) == (node.start, node.end):
                line = code.text[end:]
                end += len(line) - len(line.lstrip(b" \t"))
            code.cut(start, end)
