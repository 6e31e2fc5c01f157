# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Functions that only hand on what Sentry gives: who calls them, calls Sentry."""

from __future__ import annotations

from ..tree import Node
from .code import Code, is_idle
from .names import FUNCTIONS, NOTHING
from .statements import effect_free, removable


def relays(code: Code, function: Node) -> bool:
    """Whether a function does nothing but Sentry's work, and gives back what Sentry does."""
    body = function.get("body")
    if body is None:
        return False
    if body.type != "statement_block":
        return code.names.rooted(body)
    returned = [one for one in body.walk() if one.type == "return_statement" and one.inside(*FUNCTIONS) is function]
    return any(gives(code, one) for one in returned) and all(is_relay(code, one) for one in body.items)


def gives(code: Code, statement: Node) -> bool:
    return bool(statement.items) and code.names.rooted(statement.items[0])


def is_relay(code: Code, node: Node) -> bool:
    """Whether a statement in such a function is one of Sentry's, or only leads to one."""
    if node.type == "return_statement":
        return not node.items or node.items[0].text in NOTHING or gives(code, node)
    if node.type in ("statement_block", "else_clause", "catch_clause"):
        inner = node.get("body") if node.type == "catch_clause" else node
        return inner is not None and all(is_relay(code, one) for one in inner.items)
    if node.type == "if_statement":
        condition, branches = node.get("condition"), (node.get("consequence"), node.get("alternative"))
        return (
            condition is not None
            and effect_free(code, condition)
            and all(one is None or is_relay(code, one) for one in branches)
        )
    if node.type == "try_statement":
        parts = (node.get("body"), node.get("handler"), node.get("finalizer"))
        return all(one is None or is_relay(code, one) for one in parts)
    return removable(code, node) or is_idle(node)
