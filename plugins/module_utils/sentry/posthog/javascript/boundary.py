# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`<Sentry.ErrorBoundary>` is `<PostHogErrorBoundary>`, where both mean the same."""

from __future__ import annotations

import re

from ...javascript.code import Code
from ...tree import Node
from .speech import Import, Speech

BOUNDARY = "PostHogErrorBoundary"
# PostHog's has no counterpart of Sentry's other attributes, nor of the id that a fallback may show.
# Source: @posthog/react 1.11.1, PostHogErrorBoundaryProps.
KEPT = (b"fallback", b"key")
UNKNOWN_THERE = re.compile(rb"eventId|\bref\b")


def replace_boundaries(code: Code, speech: Speech) -> None:
    if speech.on_server or not speech.scene.has("react"):
        return
    for node in code.tree.of_type("jsx_opening_element", "jsx_self_closing_element"):
        name = node.get("name")
        if name is None or not is_boundary(code, name) or not is_plain(node):
            continue
        closing = (
            next((one for one in node.parent.children if one.type == "jsx_closing_element"), None)
            if node.parent
            else None
        )
        names = [name, closing.get("name")] if node.type == "jsx_opening_element" and closing is not None else [name]
        if all(one is not None and code.free(one.start, one.end) for one in names):
            for one in names:
                code.replace(one.start, one.end, BOUNDARY.encode())  # type: ignore[union-attr]
            speech.want(Import(BOUNDARY, "@posthog/react"))


def is_boundary(code: Code, name: Node) -> bool:
    """Whether an element is Sentry's boundary, as a member of its namespace or by its own name."""
    first = next((one for one in name.walk() if one.type in ("identifier", "jsx_identifier")), None)
    if first is None or not code.names.is_sentry(first):
        return False
    if name.type in ("member_expression", "nested_identifier", "jsx_namespace_name"):
        return name.text.rpartition(b".")[2] == b"ErrorBoundary"
    found = code.names.declaration(first)
    specifier = found.node.parent if found else None
    original = specifier.get("name") if specifier is not None and specifier.type == "import_specifier" else first
    return original is not None and original.text == b"ErrorBoundary"


def is_plain(element: Node) -> bool:
    attributes = [one for one in element.items if one.type in ("jsx_attribute", "jsx_expression")]
    named = [one.items[0].text for one in attributes if one.type == "jsx_attribute"]
    return (
        len(named) == len(attributes) and all(one in KEPT for one in named) and not UNKNOWN_THERE.search(element.text)
    )
