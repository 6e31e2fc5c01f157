# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""app.json and eas.json of Expo: Sentry's plugin and hooks, and its variables in the profiles of builds."""

from __future__ import annotations

import typing as t

from . import jsonc
from .edit import FileEdits
from .json_cut import cut_tree
from .packages import is_npm
from .repository import Repository
from .rest import report_rest

_ADVICE = "Decide whether this setting is still wanted without Sentry."


def edit(repository: Repository, path: str) -> FileEdits:
    """What goes from a configuration of Expo."""
    file = FileEdits(path, repository.read(path))
    try:
        root = jsonc.parse(file.original)
    except jsonc.NotJson as problem:
        return report_rest(file, "configuration", f"the file {problem}", "Repair the file and run again.")
    doomed = {*_plugins(root), *_hooks(root), *_variables(root, repository.needed.frees)}
    cut_tree(file, root, doomed, "Sentry's plugin, hooks and variables")
    return report_rest(file, "configuration", "this line is not a plugin, a hook or a variable", _ADVICE)


def is_module(value: object) -> bool:
    """Whether a string is a module of one of Sentry's packages."""
    parts = value.split("/") if isinstance(value, str) else []
    return is_npm("/".join(parts[: 2 if parts and parts[0].startswith("@") else 1]))


def _plugins(root: jsonc.Node) -> t.Iterator[int]:
    for place in (root.get("expo", "plugins"), root.get("plugins")):
        for entry in place.entries if place else ():
            # A plugin with options is a list of both.
            first = entry.value.entries[0].value if entry.value.kind == "array" and entry.value.entries else entry.value
            if is_module(first.scalar):
                yield entry.start


def _hooks(root: jsonc.Node) -> t.Iterator[int]:
    for hooks in (root.object("expo", "hooks"), root.object("hooks")):
        for hook in hooks.values():
            yield from (entry.start for entry in hook.entries if is_module(entry.value.strings().get("file")))


def _variables(node: jsonc.Node, frees: t.Callable[[str], bool]) -> t.Iterator[int]:
    for entry in node.entries:
        if entry.key == "env" and entry.value.kind == "object":
            yield from (one.start for one in entry.value.entries if frees(one.key))
        else:
            yield from _variables(entry.value, frees)
