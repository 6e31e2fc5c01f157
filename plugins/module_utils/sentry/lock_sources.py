# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which manifests a lock is made from, as the lock itself says. A lock that cannot be read is its own folder's."""

from __future__ import annotations

import posixpath
import re
import typing as t

from . import jsonc, yaml_tree
from .edit import FileEdits
from .lock import Refused
from .repository import Repository
from .toml_places import NotToml, load
from .workspaces import projects
from .yarn_blocks import blocks_of

_LOCKS_OF_THEIR_OWN = re.compile(
    rb"^\s*(shared-workspace-lockfile\s*=|sharedWorkspaceLockfile\s*:)\s*false\b", re.MULTILINE
)
#: From the path and the bytes of a lock to paths relative to its folder
Sources = t.Callable[[Repository, str, bytes], t.Iterable[str]]

_JAVASCRIPT = ("package.json", "pnpm-workspace.yaml")
_PYTHON = ("pyproject.toml", "setup.py", "setup.cfg")
_OWN = ("package.json", "pnpm-workspace.yaml", "pyproject.toml", "Pipfile")


def of(sources: Sources, repository: Repository, path: str, text: bytes) -> frozenset[str]:
    """Paths in the repository; those that are not there or lead out of it do no harm."""
    try:
        found = list(sources(repository, path, text))
    except (Refused, NotToml, jsonc.NotJson, yaml_tree.NotYaml):
        found = list(_OWN)
    folder = posixpath.dirname(path)
    return frozenset(posixpath.normpath(posixpath.join(folder, one)) for one in found)


def npm(repository: Repository, path: str, text: bytes) -> t.Iterator[str]:
    places = list(jsonc.parse(text).object("packages")) or [""]
    return _each((place for place in places if "node_modules/" not in place + "/"), _JAVASCRIPT[:1])


def pnpm(repository: Repository, path: str, text: bytes) -> t.Iterator[str]:
    yield "pnpm-workspace.yaml"
    yield from _each(list(yaml_tree.parse(text).mapping("importers")) or ["."], _JAVASCRIPT)


def is_stranger(repository: Repository, folder: str) -> bool:
    """Whether a folder with a lock of pnpm's lies in a workspace of pnpm's whose projects share another lock."""
    if posixpath.join(folder, "pnpm-workspace.yaml") in repository:
        return False
    while folder:
        folder = posixpath.dirname(folder)
        if posixpath.join(folder, "pnpm-workspace.yaml") in repository:
            names = [posixpath.join(folder, name) for name in ("pnpm-workspace.yaml", ".npmrc")]
            settings = b"\n".join(repository.read(name) for name in names if name in repository)
            return not _LOCKS_OF_THEIR_OWN.search(settings)
    return False


def declared(repository: Repository, path: str, text: bytes) -> t.Iterator[str]:
    """For locks that do not name projects: those of package.json."""
    return _each(projects(repository, FileEdits(path, text)), _JAVASCRIPT[:1])


def yarn_berry(repository: Repository, path: str, text: bytes) -> t.Iterator[str]:
    resolutions = (block.values.get("resolution", "").partition("@workspace:") for block in blocks_of(text))
    return _each((place for _name, found, place in resolutions if found), _JAVASCRIPT[:1])


def bun(repository: Repository, path: str, text: bytes) -> t.Iterator[str]:
    return _each(jsonc.parse(text).object("workspaces"), _JAVASCRIPT[:1])


def uv(repository: Repository, path: str, text: bytes) -> t.Iterator[str]:
    sources = [package.get("source", {}) for package in load(text).get("package", ())]
    local = [source[key] for source in sources for key in ("editable", "virtual", "directory") if key in source]
    return _each([".", *local], _PYTHON)


def poetry(repository: Repository, path: str, text: bytes) -> t.Iterator[str]:
    sources = [package.get("source", {}) for package in load(text).get("package", ())]
    local = [source["url"] for source in sources if source.get("type") == "directory"]
    return _each([".", *local], _PYTHON)


def pipfile(repository: Repository, path: str, text: bytes) -> t.Iterator[str]:
    yield "Pipfile"


def _each(folders: t.Iterable[str], names: t.Iterable[str]) -> t.Iterator[str]:
    return (posixpath.join(folder, name) for folder in folders for name in names)
