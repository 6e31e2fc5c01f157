# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""pnpm-lock.yaml, versions 6 and 9: importers are the projects, every other key names a package with its peers."""

from __future__ import annotations

import re
import typing as t

from . import yaml_tree
from .edit import FileEdits
from .lock import Refused, chain_to, loses, manifest_of, pruner, reach, report_kept
from .needed import Needed
from .npm_settings import is_doomed
from .packages import is_npm
from .repository import Repository
from .yaml_tree import Item, Lines, Yaml

_SECTIONS = ("dependencies", "devDependencies", "optionalDependencies")
# Lists and mappings by package, of which pnpm says that they have changed when they are not as in the manifests.
_SETTINGS = (
    "overrides",
    "patchedDependencies",
    "onlyBuiltDependencies",
    "neverBuiltDependencies",
    "ignoredOptionalDependencies",
)
# Whether the project at a place loses a dependency
Goes = t.Callable[[str, str], bool]
_BRACKETS = re.compile(r"\(.*", re.DOTALL)


def prune(repository: Repository, file: FileEdits) -> None:
    root = _parse(file.original)
    version = root.string("lockfileVersion").split(".")[0]
    if version not in ("6", "9"):
        raise Refused(f"has version {root.string('lockfileVersion') or 'none'}; only 6 and 9 are known")
    _check_extensions(repository, file, root)
    graph = _Graph(root, version)
    importers = root.mapping("importers") or {".": root}

    def goes(place: str, name: str) -> bool:
        return loses(repository, file, place, name)

    for place, importer in importers.items():
        if any(goes(place, name) for kind in _SECTIONS for name in importer.mapping(kind)):
            manifest_of(repository, file, place)
    before = reach(graph.roots(importers), graph.edges)
    after = reach(graph.roots(importers, goes), graph.edges)
    gone = set(before) - set(after)
    lines = Lines(file)
    doomed = graph.entries_of(gone, set(graph.packages) - gone)
    doomed += [item for place in _own_places(root) for item in place.items if _is_doomed(item, repository.needed)]
    _cut(lines, root, importers, doomed, goes)
    for key in after:
        if is_npm(key.lstrip("/")):
            chain = chain_to(key, after, lambda key: _BRACKETS.sub("", key).lstrip("/"))
            report_kept(file, lines.offset(graph.packages[key].line), chain)


edit = pruner(prune, "pnpm install --lockfile-only")


def _parse(text: bytes) -> Yaml:
    try:
        return yaml_tree.parse(text)
    except yaml_tree.NotYaml as problem:
        raise Refused(str(problem)) from None


class _Graph:
    """Packages by key: with their peers in brackets, since each set of peers is a package of its own."""

    def __init__(self, root: Yaml, version: str) -> None:
        self.version = version
        sections = [root.get(name) for name in ("packages", "snapshots", "time")]
        self.sections = [section for section in sections if section is not None]
        graph = root.get("snapshots" if version == "9" else "packages")
        self.packages = {item.key: item for item in graph.items} if graph else {}

    def roots(self, importers: dict[str, Yaml], goes: Goes | None = None) -> t.Iterator[str]:
        for place, importer in importers.items():
            for kind in _SECTIONS:
                for name, entry in importer.mapping(kind).items():
                    key = self._key(name, entry.string("version"), "a project")
                    if key is not None and not (goes and goes(place, name)):
                        yield key

    def edges(self, key: str) -> t.Iterator[str]:
        node = self.packages[key].value
        for kind in ("dependencies", "optionalDependencies"):
            for name, version in node.mapping(kind).items():
                if is_npm(name) and "file:" in key:
                    # An injected workspace package: the lock repeats its manifest here, and hashes of it elsewhere.
                    raise Refused(f"holds a copy of {key}, a package of this repository that depends on {name}")
                found = self._key(name, version.text, key)
                if found is not None:
                    yield found

    def entries_of(self, gone: set[str], kept: set[str]) -> list[Item]:
        """The entries of all sections that are about these packages and about none that is kept."""
        bases = {_BRACKETS.sub("", key) for key in kept}
        doomed = gone | {_BRACKETS.sub("", key) for key in gone} - bases
        return [
            item for section in self.sections for item in section.items if item.key in doomed and item.key not in kept
        ]

    def _key(self, name: str, version: str, holder: str) -> str | None:
        """The key of the package that a dependency means, or None for one that is no package (a link)."""
        if version.startswith("link:"):
            return None
        plain = _BRACKETS.sub("", version)
        if self.version == "9":
            colon, at = plain.find(":"), plain.find("@")
            key = version if at >= 0 and (colon < 0 or at < colon) else f"{name}@{version}"
        else:
            key = version if "/" in plain or version.startswith("file:") else f"/{name}@{version}"
        if key not in self.packages:
            raise Refused(f"does not say where {holder} finds {name}")
        return key


def _own_places(root: Yaml) -> list[Yaml]:
    """Where the lock repeats settings of the project."""
    places = [*(root.get(name) for name in _SETTINGS), *root.mapping("catalogs").values()]
    return [place for place in places if place is not None]


def _is_doomed(item: Item, needed: Needed) -> bool:
    return is_doomed(item.key, item.value.text, needed)


def _check_extensions(repository: Repository, file: FileEdits, root: Yaml) -> None:
    """A checksum of settings that are about to change cannot be made here."""
    if root.get("packageExtensionsChecksum") is None:
        return
    manifest = manifest_of(repository, file)
    extended = set(manifest.object("pnpm", "packageExtensions")) | set(_workspace_extensions(repository))
    if any(is_doomed(name, None, repository.needed) for name in extended):
        raise Refused("holds a checksum of packageExtensions, and those mention Sentry")


def _workspace_extensions(repository: Repository) -> dict[str, Yaml]:
    path = "pnpm-workspace.yaml"
    return _parse(repository.read(path)).mapping("packageExtensions") if path in repository else {}


def _cut(lines: Lines, root: Yaml, importers: dict[str, Yaml], doomed: list[Item], goes: Goes) -> None:
    """Cuts entries, and what they leave empty; an importer without any dependency is written {}."""
    reason = "only Sentry's packages needed it"
    sections = []
    for place, importer in importers.items():
        own = [item for item in importer.items if item.key in _SECTIONS]
        doomed += [entry for section in own for entry in section.value.items if goes(place, entry.key)]
        sections += own
    lost = {id(item) for item in doomed}
    emptied = [item for item in sections if item.value.items and all(id(entry) in lost for entry in item.value.items)]
    lost |= {id(item) for item in emptied}
    whole = [item for item in root.items if item.value.items and all(id(entry) in lost for entry in item.value.items)]
    catalogs = root.get("catalogs")
    names = (
        [item for item in catalogs.items if all(id(entry) in lost for entry in item.value.items)] if catalogs else []
    )
    if catalogs and len(names) == len(catalogs.items):
        whole += [item for item in root.items if item.key == "catalogs"]
    if not lines.cut([*doomed, *emptied, *names, *whole], reason):
        raise Refused("is not laid out as pnpm does it")
    parent = root.get("importers")
    for item in parent.items if parent else ():
        if item.value.items and all(id(section) in lost for section in item.value.items):
            end = lines.offset(item.line) + len(lines.line(item.line).rstrip())
            lines.file.replace(end, end, b" {}", "a project without dependencies")
