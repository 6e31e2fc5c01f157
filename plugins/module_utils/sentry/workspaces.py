# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The projects of a JavaScript workspace, for locks that do not list them."""

from __future__ import annotations

import fnmatch
import posixpath

from . import jsonc
from .edit import FileEdits
from .lock import manifest_of
from .repository import Repository


def projects(repository: Repository, file: FileEdits) -> dict[str, jsonc.Node]:
    """The manifests that a lock is for, by their place below it. Raises Refused."""
    root = manifest_of(repository, file)
    declared = root.get("workspaces")
    packages = declared.get("packages") if declared and declared.kind == "object" else declared
    patterns = [entry.value.scalar for entry in packages.entries] if packages else []
    base = posixpath.dirname(file.path)
    found = {"": root}
    for place in repository.package_roots():
        below = posixpath.relpath(place or ".", base or ".")
        if not below.startswith("..") and _is_member(below, patterns):
            found[below] = manifest_of(repository, file, below)
    return found


def _is_member(place: str, patterns: list[str]) -> bool:
    member = False
    for pattern in patterns:
        if _matches(place.split("/"), pattern.lstrip("!").strip("/").removeprefix("./").split("/")):
            member = not pattern.startswith("!")
    return member


def _matches(parts: list[str], pattern: list[str]) -> bool:
    """A glob in which a star stays within a name and two stars do not."""
    if not pattern:
        return not parts
    if pattern[0] == "**":
        return _matches(parts, pattern[1:]) or (bool(parts) and _matches(parts[1:], pattern))
    return bool(parts) and fnmatch.fnmatchcase(parts[0], pattern[0]) and _matches(parts[1:], pattern[1:])
