# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Functions of Sentry's that stand in for one of the framework's: the framework's own takes its place again."""

from __future__ import annotations

from ..tree import Node
from .code import Code
from .names import PACKAGE, arguments, string_value

# Sentry's function: (module, name) of what it wraps, with the same first argument.
ORIGINALS = {b"getSentryExpoConfig": (b"expo/metro-config", b"getDefaultConfig")}


def substitute(code: Code) -> None:
    """`const { getSentryExpoConfig } = require("@sentry/react-native/metro")` and its calls, all at once."""
    for source in code.tree.of_type("string"):
        if PACKAGE.match(string_value(source) or b"") is None:
            continue
        statement = source.inside("import_statement", "lexical_declaration", "variable_declaration")
        names = [one for one in statement.walk() if one.text in ORIGINALS and not one.children] if statement else []
        if statement is None or len(names) != 1 or not is_alone(statement, names[0]):
            continue
        uses = [one for one in code.names.uses if one.text == names[0].text and code.names.is_sentry(one)]
        if not all(is_plain_call(one) for one in uses):
            continue
        module, name = ORIGINALS[names[0].text]
        code.replace(source.start + 1, source.end - 1, module)
        for one in (names[0], *uses):
            code.replace(one.start, one.end, name)


def is_alone(statement: Node, name: Node) -> bool:
    """Whether an import brings this name alone, and under no other name."""
    group = name.inside("named_imports", "object_pattern")
    alone = group is not None and len(group.items) == 1
    return alone and name.parent is not None and not name.parent.get("alias") and name.parent.type != "pair_pattern"


def is_plain_call(use: Node) -> bool:
    """Whether a use calls it with the project's root alone; options are Sentry's."""
    call = use.parent
    return call is not None and call.type == "call_expression" and use.field == "function" and len(arguments(call)) == 1
