# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What needs what in a poetry.lock: packages with their extras, and the groups of the project."""

from __future__ import annotations

import re
import typing as t

from .lock import Refused, reach
from .packages import is_python, python_name

_REQUIREMENT = re.compile(r"\s*([\w.-]+)\s*(?:\[([^\]]*)\])?")
# The place of a package in the lock, and one of its extras or nothing
Node = tuple[int, str]
#: A name, and the extras that are asked for
Wanted = tuple[str, tuple[str, ...]]


class Graph:
    """Several versions of one name are all needed by whoever asks for the name: which one depends on the platform."""

    def __init__(self, lock: dict[str, t.Any]) -> None:
        self.packages: list[dict[str, t.Any]] = lock.get("package", [])
        self.has_groups = str(lock["metadata"]["lock-version"]) == "2.1"
        self._by_name: dict[str, list[int]] = {}
        for index in range(len(self.packages)):
            self._by_name.setdefault(self.name(index), []).append(index)

    def name(self, index: int) -> str:
        return python_name(self.packages[index]["name"])

    def roots(self, groups: dict[str, set[Wanted]]) -> list[Node]:
        return [node for names in groups.values() for wanted in sorted(names) for node in self._find(wanted)]

    def edges(self, node: Node) -> t.Iterator[Node]:
        index, extra = node
        package = self.packages[index]
        dependencies = {python_name(name): entry for name, entry in package.get("dependencies", {}).items()}
        if not extra:
            for name, entry in dependencies.items():
                for one in entry if isinstance(entry, list) else [entry]:
                    if not (isinstance(one, dict) and one.get("optional")):
                        yield from self._find((name, _extras(one)))
            return
        yield index, ""
        for requirement in package.get("extras", {}).get(extra, ()):
            name, extras = wanted(requirement)
            if name == self.name(index):
                yield from ((index, inner) for inner in extras)
            elif name in dependencies:
                entry = dependencies[name]
                extras += tuple(
                    inner for one in (entry if isinstance(entry, list) else [entry]) for inner in _extras(one)
                )
                yield from self._find((name, extras))

    def _find(self, what: Wanted) -> t.Iterator[Node]:
        # What is for other platforms or Pythons than the project's is not in the lock.
        name, extras = what
        for index in self._by_name.get(name, ()):
            yield index, ""
            yield from ((index, extra) for extra in extras)

    def lost_groups(
        self, before: t.Iterable[Node], groups: dict[str, set[Wanted]], left: dict[str, set[Wanted]], stays: set[int]
    ) -> dict[int, set[str]]:
        """The groups in which packages that stay are not needed any more. Raises Refused where that is not certain."""
        sdk = reach([node for node in before if is_python(self.name(node[0]))], self.edges)
        shared = {index for index, _extra in sdk} & stays
        had, has = self._groups_of_packages(groups), self._groups_of_packages(left)
        found = {}
        for index in sorted(shared):
            package = self.packages[index]
            if package.get("optional") or (self.has_groups and "markers" in package):
                raise Refused(f"records under which conditions {self.name(index)} is needed, and that may change")
            lost = had[index] - has[index]
            if lost and self.has_groups:
                if had[index] != set(package.get("groups", ())):
                    raise Refused(f"records in which groups {self.name(index)} is needed, and that may change")
                found[index] = lost
            elif lost and package.get("category", "main") != "main":
                raise Refused(f"records for what {self.name(index)} is needed, and that may change")
        return found

    def _groups_of_packages(self, groups: dict[str, set[Wanted]]) -> dict[int, set[str]]:
        found: dict[int, set[str]] = {index: set() for index in range(len(self.packages))}
        for group, names in groups.items():
            for index, _extra in reach(self.roots({group: names}), self.edges):
                found[index].add(group)
        return found


def wanted(requirement: str) -> Wanted:
    """`name[extra] (>=1)` to the name and its extras."""
    found = _REQUIREMENT.match(requirement)
    extras = (found.group(2) or "").split(",") if found else []
    return (python_name(found.group(1)) if found else ""), tuple(
        sorted(extra.strip() for extra in extras if extra.strip())
    )


def _extras(entry: t.Any) -> tuple[str, ...]:
    return tuple(entry.get("extras", ())) if isinstance(entry, dict) else ()


def groups_of(manifest: dict[str, t.Any]) -> dict[str, set[Wanted]]:
    """What a manifest asks for, by group."""
    project, poetry = manifest.get("project", {}), manifest.get("tool", {}).get("poetry", {})
    groups = {"main": {wanted(entry) for entry in project.get("dependencies", ())}}
    for entries in project.get("optional-dependencies", {}).values():
        groups["main"] |= {wanted(entry) for entry in entries}
    groups["main"] |= _named(poetry.get("dependencies", {}))
    if poetry.get("dev-dependencies"):
        groups["dev"] = _named(poetry["dev-dependencies"])
    for name, group in poetry.get("group", {}).items():
        groups[name] = groups.get(name, set()) | _named(group.get("dependencies", {}))
    for name, entries in manifest.get("dependency-groups", {}).items():
        groups[name] = groups.get(name, set()) | {wanted(entry) for entry in entries if isinstance(entry, str)}
    return groups


def _named(dependencies: dict[str, t.Any]) -> set[Wanted]:
    return {
        (python_name(name), tuple(sorted({extra for one in _each(entry) for extra in _extras(one)})))
        for name, entry in dependencies.items()
    }


def _each(entry: t.Any) -> list[t.Any]:
    return entry if isinstance(entry, list) else [entry]
