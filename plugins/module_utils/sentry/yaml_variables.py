# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Maps and lists of environment variables in YAML, and the comments that belong to what is cut."""

from __future__ import annotations

import typing as t

from .repository import says_sentry
from .yaml_tree import Item, Lines


def cut_variables(lines: Lines, owner: Item, goes: t.Callable[[str], bool]) -> None:
    """Cuts variables from the map or list under a key, and the key with them when none is left."""
    if owner.value.line < owner.line:
        # An alias: its variables are written elsewhere.
        return
    items = owner.value.items
    doomed = [item for item in items if goes(variable_of(item))]
    if not doomed or len(doomed) < len(items):
        cut(lines, doomed)
    elif b"&" not in lines.line(owner.line):
        # Something else may refer to an anchor.
        cut(lines, [owner])


def variable_of(item: Item) -> str:
    """The name in `NAME: value`, `- NAME=value` or `- NAME`."""
    return item.key or item.value.text.partition("=")[0].strip()


def cut(lines: Lines, items: list[Item]) -> bool:
    """Cuts items together with the comments directly above them that mention Sentry; False when it cannot be done."""
    if not all(lines.stands_alone(item) for item in items):
        return False
    lines.cut_lines([(_top(lines, item), item.last) for item in items], "Sentry's")
    return True


def _top(lines: Lines, item: Item) -> int:
    top = item.line
    while top and lines.line(top - 1).lstrip().startswith(b"#") and says_sentry(lines.line(top - 1)):
        top -= 1
    return top
