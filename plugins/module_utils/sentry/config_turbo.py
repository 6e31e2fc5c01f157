# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""turbo.json and turbo.jsonc: names of Sentry's variables in the lists of what tasks depend on and pass through."""

from __future__ import annotations

import typing as t

from . import jsonc
from .edit import FileEdits
from .json_cut import cut_tree
from .repository import Repository
from .rest import report_rest

_LISTS = frozenset({"env", "passThroughEnv", "globalEnv", "globalPassThroughEnv", "dependsOn", "globalDependencies"})


def edit(repository: Repository, path: str) -> FileEdits:
    """What goes from a configuration of turbo."""
    file = FileEdits(path, repository.read(path))
    try:
        root = jsonc.parse(file.original)
    except jsonc.NotJson as problem:
        return report_rest(file, "configuration", f"the file {problem}", "Repair the file and run again.")
    cut_tree(file, root, set(_doomed(root, repository.needed.frees)), "variables of Sentry", drop_emptied=False)
    return report_rest(
        file,
        "configuration",
        "this line is not the name of a variable in a list",
        "Decide whether the task is still wanted without Sentry.",
    )


def _doomed(node: jsonc.Node, frees: t.Callable[[str], bool]) -> t.Iterator[int]:
    for entry in node.entries:
        if entry.key in _LISTS and entry.value.kind == "array":
            yield from (one.start for one in entry.value.entries if _is_variable(entry.key, one.value.scalar, frees))
        else:
            yield from _doomed(entry.value, frees)


def _is_variable(key: str, value: object, frees: t.Callable[[str], bool]) -> bool:
    """A name, maybe excluded by "!" or with a wildcard. In lists of other things variables begin with "$"."""
    if not isinstance(value, str) or ("env" not in key.lower() and not value.startswith("$")):
        return False
    return frees(value.lstrip("!$").rstrip("*"))
