# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""poetry.lock: packages, their groups, and a hash of what pyproject.toml asks for.

The hash is made in one of the ways that releases of poetry have had: in the one that gives the recorded hash for the
manifest as it was. Where none does, or where a package that stays may get other markers, the lock stays."""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
import typing as t

from . import manifest_pyproject
from .edit import FileEdits
from .json_cut import cut_entries
from .lock import Refused, chain_to, pruner, reach, report_kept
from .lock_uv import blocks_of
from .packages import is_python, python_name
from .poetry_graph import Graph, groups_of
from .repository import Repository
from .toml_places import NotToml, array, assignments_in, cut_assignment, load

_REASON = "only the SDK needed it"
_LEGACY = ("dependencies", "source", "extras", "dev-dependencies")
_PROJECT = ("requires-python", "dependencies", "optional-dependencies")


def prune(repository: Repository, file: FileEdits) -> None:
    path = posixpath.join(posixpath.dirname(file.path), "pyproject.toml")
    if path not in repository:
        raise Refused(f"belongs to {path}, which is not among the files that may be edited")
    try:
        manifests = load(repository.read(path)), load(manifest_pyproject.edit(repository, path).result())
        _prune(file, load(file.original), *manifests)
    except NotToml as problem:
        raise Refused(f"or its pyproject.toml {problem}") from None


edit = pruner(prune, "poetry lock")


def _prune(file: FileEdits, lock: dict[str, t.Any], manifest: dict[str, t.Any], edited: dict[str, t.Any]) -> None:
    version = str(lock.get("metadata", {}).get("lock-version", "none"))
    if version not in ("1.1", "2.0", "2.1"):
        raise Refused(f"has version {version}; only 1.1, 2.0 and 2.1 are known")
    fresh = _fresh_hash(lock["metadata"].get("content-hash", ""), manifest, edited)
    graph = Graph(lock)
    groups, left = groups_of(manifest), groups_of(edited)
    before = reach(graph.roots(groups), graph.edges)
    after = reach(graph.roots(left), graph.edges)
    stays = {index for index, _extra in after}
    gone = {index for index, _extra in before} - stays
    blocks = blocks_of(file.original)
    for index, (start, end) in enumerate(blocks):
        if index in gone:
            file.cut(start, _block_end(file.original, start, end), _REASON)
    for index, lost in graph.lost_groups(before, groups, left, stays).items():
        _cut_groups(file, blocks[index], lost)
    _edit_the_end(file, fresh, {graph.name(index) for index in gone})
    load(file.result())
    for index, extra in after:
        if is_python(graph.name(index)) and not extra:
            chain = chain_to((index, extra), after, lambda node: graph.name(node[0]))
            report_kept(file, blocks[index][0], chain)


def _cut_groups(file: FileEdits, block: tuple[int, int], lost: set[str]) -> None:
    start, end = block
    for item in assignments_in(file.original, start, end):
        if item.path == ("package", "groups"):
            cut_entries(file, array(file.original, item), lambda entry: entry.value.scalar in lost, _REASON)


def _fresh_hash(recorded: str, manifest: dict[str, t.Any], edited: dict[str, t.Any]) -> str:
    for make in (_content, _content_without_groups, _content_of_old):
        if _digest(make(manifest)) == recorded:
            return _digest(make(edited))
    raise Refused("has a content-hash that is not that of pyproject.toml, by any way of counting that is known")


def _digest(content: dict[str, t.Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def _content(manifest: dict[str, t.Any]) -> dict[str, t.Any]:
    """Poetry 2.3 and later"""
    return _relevant(manifest, manifest.get("dependency-groups", {}))


def _content_without_groups(manifest: dict[str, t.Any]) -> dict[str, t.Any]:
    """Poetry 1.2 to 2.2"""
    return _relevant(manifest, {})


def _relevant(manifest: dict[str, t.Any], groups: dict[str, t.Any]) -> dict[str, t.Any]:
    poetry = manifest.get("tool", {}).get("poetry", {})
    project = {key: manifest["project"][key] for key in _PROJECT if manifest.get("project", {}).get(key) is not None}
    keys = [key for key in (*_LEGACY, "group") if poetry.get(key) is not None]
    if not project and not groups:
        # What there was in the beginning counts even when it is not there.
        return {key: poetry.get(key) for key in {*_LEGACY, *keys}}
    content: dict[str, t.Any] = {"tool": {"poetry": {key: poetry[key] for key in keys}}}
    if project:
        content["project"] = project
    if groups:
        content["dependency-groups"] = groups
    return content


def _content_of_old(manifest: dict[str, t.Any]) -> dict[str, t.Any]:
    """Poetry 1.0 and 1.1"""
    poetry = manifest.get("tool", {}).get("poetry", {})
    return {key: poetry.get(key) for key in ("dependencies", "group", "source", "extras")}


def _block_end(text: bytes, start: int, end: int) -> int:
    """Behind the last block come [extras] and [metadata], which are no part of it."""
    found = re.compile(rb"^\[(?!package[.\]]|\[)", re.MULTILINE).search(text, start, end)
    return found.start() if found else end


def _edit_the_end(file: FileEdits, fresh: str, gone: set[str]) -> None:
    """The hash; the extras, which name what they bring; and, in old locks, the archives of all packages."""
    blocks = blocks_of(file.original)
    tail = _block_end(file.original, *blocks[-1]) if blocks else 0
    for item in assignments_in(file.original, tail, len(file.original)):
        if item.path == ("metadata", "content-hash"):
            if file.original[item.value + 1 : item.end - 1] != fresh.encode():
                file.replace(item.value + 1, item.end - 1, fresh.encode(), "the hash of pyproject.toml")
        elif item.path[0] == "extras":
            cut_entries(
                file, array(file.original, item), lambda entry: python_name(str(entry.value.scalar)) in gone, _REASON
            )
        elif item.path[:2] == ("metadata", "files") and python_name(item.path[-1]) in gone:
            cut_assignment(file, item, _REASON)
