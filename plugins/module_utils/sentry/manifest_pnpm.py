# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""pnpm-workspace.yaml: catalogs, overrides, and which packages may run scripts."""

from __future__ import annotations

from . import yaml_tree
from .edit import FileEdits
from .needed import Needed
from .npm_settings import PNPM_WORKSPACE, is_doomed
from .repository import Repository
from .rest import report_rest
from .yaml_tree import Item, Lines, Yaml


def edit(repository: Repository, path: str) -> FileEdits:
    """What goes from a pnpm-workspace.yaml."""
    file = FileEdits(path, repository.read(path))
    advice = "Remove what is Sentry's from this file by hand."
    try:
        root = yaml_tree.parse(file.original)
    except yaml_tree.NotYaml as problem:
        return report_rest(file, "manifest", f"the file {problem}", advice)
    lines = Lines(file)
    for place in PNPM_WORKSPACE:
        cut_place(lines, root, place, repository.needed)
    return report_rest(file, "manifest", "this line of the workspace is not one that can go by rule", advice)


def cut_place(lines: Lines, root: Yaml, place: tuple[str, ...], needed: Needed) -> None:
    """Cuts Sentry's entries at a path of keys; "*" stands for every key. What is emptied goes, too."""
    _cut(lines, root.items, place, needed)


def _cut(lines: Lines, items: list[Item], place: tuple[str, ...], needed: Needed) -> bool:
    """Says whether every item is gone."""
    gone = 0
    for item in items:
        if place[0] not in ("*", item.key):
            continue
        inner = item.value.items
        doomed = [one for one in inner if is_doomed(one.key, one.value.text, needed)] if len(place) == 1 else []
        if inner and (len(doomed) == len(inner) if len(place) == 1 else _cut(lines, inner, place[1:], needed)):
            gone += lines.cut([item], "packages of Sentry")
        elif doomed:
            lines.cut(doomed, "packages of Sentry")
    return gone == len(items)
