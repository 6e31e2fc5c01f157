# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules of the application with the SDK's name: `import posthog` would mean them."""

from __future__ import annotations

import posixpath

from ...repository import Repository


def in_the_way(repository: Repository, path: str) -> str | None:
    """The file that `import posthog` would mean in a file, or None for the SDK.

    A folder without __init__.py may be where Python looks for modules."""
    place = path
    while place:
        place = posixpath.dirname(place)
        if posixpath.join(place, "__init__.py") in repository:
            continue
        for name in ("posthog.py", "posthog/__init__.py"):
            if posixpath.join(place, name) in repository:
                return posixpath.join(place, name)
    return None
