# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""package-lock.json and npm-shrinkwrap.json, versions 2 and 3: packages by their place below node_modules."""

from __future__ import annotations

import posixpath
import typing as t

from . import jsonc
from .edit import FileEdits
from .json_cut import cut_tree
from .lock import Refused, chain_to, loses, loses_any, manifest_of, pruner, reach, report_kept
from .npm_settings import DEPENDENCIES
from .packages import is_npm
from .repository import Repository

_MODULES = "node_modules/"
# Whether the project at a place loses a dependency
Loses = t.Callable[[str, str], bool]


def prune(repository: Repository, file: FileEdits) -> None:
    root = jsonc.parse(file.original)
    version = root.get("lockfileVersion")
    if version is None or version.scalar not in (2, 3):
        raise Refused(f"has version {version.scalar if version else 'none'}; only 2 and 3 are known")
    tree = _Tree(root.object("packages"), lambda place, name: loses(repository, file, place, name))
    for place in tree.projects:
        if loses_any(repository, file, place, tree.packages[place]):
            manifest_of(repository, file, place)
    before = reach(tree.projects, lambda path: tree.edges(path, with_sentry=True))
    after = reach(tree.projects, lambda path: tree.edges(path, with_sentry=False))
    gone = tree.without_bundled(set(before) - set(after))
    doomed = _packages_to_cut(root, tree, gone)
    if version.scalar == 2:
        doomed |= _second_tree(root.get("dependencies"), "", tree, gone)
    cut_tree(file, root, doomed, "only Sentry's packages needed it")
    for path in after:
        if is_npm(name_of(path)):
            report_kept(file, tree.packages[path].start, chain_to(path, after, lambda place: name_of(place) or "."))


edit = pruner(prune, "npm install --package-lock-only")


def name_of(path: str) -> str:
    return path.rpartition(_MODULES)[2]


class _Tree:
    """The packages as node finds them: the nearest node_modules wins."""

    def __init__(self, packages: dict[str, jsonc.Node], loses: Loses) -> None:
        if "" not in packages:
            raise Refused("has no list of packages")
        self.packages = packages
        self.loses = loses
        #: Those whose files are in the repository: the root, workspaces, linked directories
        self.projects = [path for path in packages if _MODULES not in path + "/"]
        self._targets = {path: target for path, node in packages.items() if (target := _link_target(node)) in packages}

    def edges(self, path: str, with_sentry: bool) -> t.Iterator[str]:
        is_project = path in self.projects
        for name, must in self._wanted(path, is_project).items():
            if is_project and not with_sentry and self.loses(path, name):
                continue
            found = self._find(path, name)
            if found is not None:
                yield found
                if found in self._targets:
                    yield self._targets[found]
            elif must and not (is_project and is_npm(name)):
                raise Refused(f"does not say where {path or 'the project'} finds {name}")

    def without_bundled(self, gone: set[str]) -> set[str]:
        """What a package brings within its own archive stays as long as the package does."""
        return {
            path
            for path in gone
            if not (self.packages[path].get("inBundle") and path.rpartition("/" + _MODULES)[0] not in gone)
        }

    def _wanted(self, path: str, is_project: bool) -> dict[str, bool]:
        """The names that a package asks for, each with whether it has to be there."""
        node = self.packages[path]
        wanted = dict.fromkeys(node.object("dependencies"), True)
        wanted.update(dict.fromkeys(node.object("devDependencies") if is_project else (), True))
        for name in node.object("peerDependencies"):
            optional = node.get("peerDependenciesMeta", name, "optional")
            if optional is None or not optional.scalar:
                # npm leaves peers out when it is told to (legacy-peer-deps).
                wanted.setdefault(name, False)
        # The same name may be listed as both; then npm takes it for optional.
        wanted.update(dict.fromkeys(node.object("optionalDependencies"), False))
        return wanted

    def _find(self, path: str, name: str) -> str | None:
        while True:
            candidate = posixpath.join(path, _MODULES + name)
            if candidate in self.packages:
                return candidate
            if not path:
                return None
            path = posixpath.dirname(path)


def _link_target(node: jsonc.Node) -> str | None:
    link, target = node.get("link"), node.get("resolved")
    return str(target.scalar) if link and link.scalar and target else None


def _packages_to_cut(root: jsonc.Node, tree: _Tree, gone: set[str]) -> set[int]:
    packages = t.cast(jsonc.Node, root.get("packages"))
    doomed = {entry.start for entry in packages.entries if entry.key in gone}
    for place in tree.projects:
        for kind in (*DEPENDENCIES, "peerDependenciesMeta"):
            doomed |= _lost(tree.packages[place].get(kind), tree, place)
    return doomed


def _lost(section: jsonc.Node | None, tree: _Tree, place: str) -> set[int]:
    return {entry.start for entry in section.entries if tree.loses(place, entry.key)} if section else set()


def _second_tree(node: jsonc.Node | None, place: str, tree: _Tree, gone: set[str]) -> set[int]:
    """Version 2 says everything a second time, nested, for npm 6."""
    doomed: set[int] = set()
    for entry in node.entries if node else ():
        path = posixpath.join(place, _MODULES + entry.key)
        if path in gone:
            doomed.add(entry.start)
            continue
        target = _link_target(tree.packages[path]) if path in tree.packages else None
        if target is not None:
            doomed |= _lost(entry.value.get("requires"), tree, target)
        doomed |= _second_tree(entry.value.get("dependencies"), target or path, tree, gone)
    return doomed
