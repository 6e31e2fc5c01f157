# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compose files: variables of Sentry in what services get as their environment."""

from __future__ import annotations

import re
import typing as t

from . import yaml_tree
from .edit import FileEdits
from .repository import Repository
from .rest import report_rest
from .yaml_tree import Item, Lines, Yaml
from .yaml_variables import cut_variables, variable_of

_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*|<<")


def edit(repository: Repository, path: str) -> FileEdits:
    """What goes from a Compose file."""
    file = FileEdits(path, repository.read(path))
    try:
        root = yaml_tree.parse(file.original)
    except yaml_tree.NotYaml as problem:
        return report_rest(file, "compose", f"the file {problem}", "Remove Sentry's variables by hand.")
    lines = Lines(file)
    for owner in _environments(root):
        cut_variables(lines, owner, repository.needed.frees)
    return report_rest(
        file,
        "compose",
        "this line is not a variable in the environment of a service of the project's own",
        "Check build arguments against the Dockerfile, and whether a service of Sentry's is still wanted.",
    )


def _environments(root: Yaml) -> t.Iterator[Item]:
    for service in root.mapping("services").values():
        # Somebody who runs Sentry itself wants to keep its settings.
        if not re.match(r"(docker\.io/|ghcr\.io/)?getsentry/|sentry(:|$)", service.string("image")):
            yield from (item for item in service.items if item.key == "environment")
    for item in root.items:
        # What services share is kept under names that Compose ignores.
        if item.key.startswith("x-"):
            yield from (inner for inner in item.value.items if inner.key == "environment")
            if item.value.items and all(_VARIABLE.fullmatch(variable_of(inner)) for inner in item.value.items):
                yield item
