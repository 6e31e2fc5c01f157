# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""bun.lock: packages by their path of names, as they lie below node_modules, and copies of the manifests."""

from __future__ import annotations

import typing as t

from . import jsonc
from .edit import FileEdits
from .json_cut import cut_tree
from .lock import Refused, chain_to, loses, loses_any, manifest_of, pruner, reach, report_kept
from .needed import Needed
from .npm_settings import DEPENDENCIES, is_doomed
from .packages import is_npm
from .repository import Repository

_OWN_PLACES = (("overrides",), ("trustedDependencies",), ("patchedDependencies",), ("catalog",))
Key = tuple[str, ...]


def prune(repository: Repository, file: FileEdits) -> None:
    root = jsonc.parse(file.original)
    version = root.get("lockfileVersion")
    if version is None or version.scalar not in (0, 1, 2):
        raise Refused(f"has version {version.scalar if version else 'none'}; only 0, 1 and 2 are known")
    graph = _Graph(root, lambda place, name: loses(repository, file, place, name))
    for place, project in graph.projects.items():
        if loses_any(repository, file, place, project):
            manifest_of(repository, file, place)
    before = reach(graph.roots(with_sentry=True), graph.edges)
    after = reach(graph.roots(with_sentry=False), graph.edges)
    gone = {"/".join(key) for key in set(before) - set(after)}
    packages = root.get("packages")
    doomed = {entry.start for entry in packages.entries if entry.key in gone} if packages else set()
    cut_tree(file, root, doomed | _copies(root, graph, repository.needed), "only Sentry's packages needed it")
    for key in after:
        if is_npm(key[-1]):
            report_kept(file, graph.packages[key].start, chain_to(key, after, lambda key: key[-1]))


edit = pruner(prune, "bun install --lockfile-only")


def names_in(path: str) -> Key:
    """The names in a path: one with a scope has a slash of its own."""
    names: list[str] = []
    for part in path.split("/"):
        if names and names[-1].startswith("@") and "/" not in names[-1]:
            names[-1] += "/" + part
        else:
            names.append(part)
    return tuple(names)


class _Graph:
    """A package finds another below itself, or below one of those that it lies in."""

    def __init__(self, root: jsonc.Node, loses: t.Callable[[str, str], bool]) -> None:
        self.loses = loses
        self.projects = root.object("workspaces")
        self.packages = {names_in(path): node for path, node in root.object("packages").items()}
        if "" not in self.projects:
            raise Refused("has no list of workspaces")

    def roots(self, with_sentry: bool) -> t.Iterator[Key]:
        for place, project in self.projects.items():
            name = project.strings().get("name", "")
            above: Key = (name,) if place and name else ()
            for wanted, must in _wanted(project, (*DEPENDENCIES,)).items():
                if with_sentry or not self.loses(place, wanted):
                    yield from self._find(above, wanted, must and not is_npm(wanted))

    def edges(self, key: Key) -> t.Iterator[Key]:
        # [name and version, registry, {dependencies and more}, checksum]; not all kinds have all of them.
        for part in self.packages[key].entries:
            if part.value.kind == "object":
                for wanted, must in _wanted(
                    part.value, ("dependencies", "optionalDependencies", "peerDependencies")
                ).items():
                    yield from self._find(key, wanted, must)

    def _find(self, above: Key, name: str, must: bool) -> list[Key]:
        for depth in range(len(above), -1, -1):
            if (*above[:depth], name) in self.packages:
                return [(*above[:depth], name)]
        if must:
            raise Refused(f"does not say where {'/'.join(above) or 'the project'} finds {name}")
        return []


def _wanted(node: jsonc.Node, kinds: tuple[str, ...]) -> dict[str, bool]:
    """The names that are asked for, each with whether it has to be there. Optional peers keep nothing."""
    optional = node.get("optionalPeers")
    peers = {entry.value.scalar for entry in optional.entries} if optional else set()
    wanted: dict[str, bool] = {}
    for kind in kinds:
        for name in node.object(kind):
            if kind != "peerDependencies" or name not in peers:
                wanted.setdefault(name, kind in ("dependencies", "devDependencies"))
    return wanted


def _copies(root: jsonc.Node, graph: _Graph, needed: Needed) -> set[int]:
    """What the lock repeats of manifests and settings."""
    places = [root.get(*path) for path in _OWN_PLACES] + list(root.object("catalogs").values())
    found = {
        entry.start
        for node in places
        if node
        for entry in node.entries
        if is_doomed(entry.key, entry.value.scalar, needed)
    }
    for place, project in graph.projects.items():
        for kind in (*DEPENDENCIES, "optionalPeers"):
            section = project.get(kind)
            for entry in section.entries if section else ():
                if graph.loses(place, entry.key or str(entry.value.scalar)):
                    found.add(entry.start)
    return found
