# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names that imports, parameters and patterns of JavaScript declare."""

from __future__ import annotations

from ..tree import Node


def imported_names(clause: Node) -> list[Node]:
    found = []
    for node in clause.items:
        if node.type == "identifier":
            found.append(node)
        elif node.type == "namespace_import":
            found += node.items
        elif node.type == "named_imports":
            found += [name for one in node.items if (name := one.get("alias") or one.get("name")) is not None]
    return found


def parameter_names(function: Node) -> list[Node]:
    """The names that a function declares as its parameters, also for the only one of an arrow without brackets."""
    parameters = function.get("parameters")
    found = pattern_names(function.get("parameter"))
    for parameter in parameters.items if parameters else ():
        found += pattern_names(parameter.get("pattern") or parameter)
    return found


def pattern_names(pattern: Node | None) -> list[Node]:
    """The names that a pattern declares, without its default values and types."""
    if pattern is None:
        return []
    if pattern.type in ("identifier", "shorthand_property_identifier_pattern"):
        return [pattern]
    found: list[Node] = []
    for child in pattern.items:
        if child.field in ("right", "key", "type") or (child.field == "value" and pattern.type != "pair_pattern"):
            continue
        found += pattern_names(child)
    return found if pattern.type != "type_annotation" else []
