# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""uv.lock: packages with their extras; the projects repeat their manifests under metadata."""

from __future__ import annotations

import posixpath
import re
import typing as t

from .edit import FileEdits, line_start
from .json_cut import cut_entries
from .lock import Refused, chain_to, pruner, reach, report_kept
from .packages import is_python
from .repository import Repository
from .toml_places import Assignment, NotToml, Table, array, assignments_in, cut_assignment, load, scan

_REASON = "only the SDK needed it"
# A package, and one of its extras or nothing
Node = tuple[int, str]


def prune(repository: Repository, file: FileEdits) -> None:
    try:
        _prune(repository, file)
    except NotToml as problem:
        raise Refused(str(problem)) from None


edit = pruner(prune, "uv lock")


def _prune(repository: Repository, file: FileEdits) -> None:
    data = load(file.original)
    if data.get("version") != 1:
        raise Refused(f"has version {data.get('version', 'none')}; only 1 is known")
    graph = _Graph(data, lambda place: repository.needed.python(_manifest(file, place)) is None)
    for place in graph.places_with_sentry():
        _require(repository, _manifest(file, place))
    before = reach(graph.roots(with_sentry=True), lambda node: graph.edges(node, with_sentry=True))
    after = reach(graph.roots(with_sentry=False), lambda node: graph.edges(node, with_sentry=False))
    gone = set(before) - set(after)
    blocks = blocks_of(file.original)
    for index, (start, end) in enumerate(blocks):
        if (index, "") in gone:
            _cut_block(file, start, end)
        elif index in graph.projects:
            if graph.loses(index):
                _cut_copies(file, start, end)
        else:
            _cut_extras(file, start, end, {extra for number, extra in gone if number == index})
    if graph.loses_at_top():
        _cut_copies(file, 0, blocks[0][0] if blocks else len(file.original))
    load(file.result())
    for index, extra in after:
        if is_python(graph.name(index)) and not extra:
            chain = chain_to((index, extra), after, lambda node: graph.name(node[0]))
            report_kept(file, blocks[index][0], chain)


def _manifest(file: FileEdits, place: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(file.path), place, "pyproject.toml"))


def _require(repository: Repository, path: str) -> None:
    if path not in repository:
        raise Refused(f"belongs to {path}, which is not among the files that may be edited")


def blocks_of(text: bytes) -> list[tuple[int, int]]:
    """The places of the [[package]] blocks."""
    starts = [found.start() for found in re.finditer(rb"^\[\[package\]\]", text, re.MULTILINE)]
    return list(zip(starts, [*starts[1:], len(text)]))


class _Graph:
    def __init__(self, data: dict[str, t.Any], loses: t.Callable[[str], bool]) -> None:
        """`loses` says whether the project at a place loses the SDK."""
        self.packages: list[dict[str, t.Any]] = data.get("package", [])
        self.manifest: dict[str, t.Any] = data.get("manifest", {})
        self._loses = loses
        self._by_name: dict[str, list[int]] = {}
        for index, package in enumerate(self.packages):
            self._by_name.setdefault(package["name"], []).append(index)
        members = set(self.manifest.get("members", ()))
        self.projects = {
            index
            for index, package in enumerate(self.packages)
            if {"editable", "virtual"} & set(package.get("source", ())) or package["name"] in members
        }

    def name(self, index: int) -> str:
        return str(self.packages[index]["name"])

    def places_with_sentry(self) -> t.Iterator[str]:
        for index in self.projects:
            if self.loses(index) and any(is_python(one["name"]) for one in self._all_of(self.packages[index])):
                yield self._place(index)

    def loses(self, index: int) -> bool:
        """Whether a project loses the SDK, if it has it."""
        return self._loses(self._place(index))

    def loses_at_top(self) -> bool:
        """The same for what the workspace as a whole lists."""
        return self._loses("")

    def _place(self, index: int) -> str:
        [place, *_more] = self.packages[index]["source"].values()
        return str(place)

    def roots(self, with_sentry: bool) -> t.Iterator[Node]:
        for index in self.projects:
            yield index, ""
        for group in self.manifest.get("dependency-groups", {}).values():
            yield from self._found(group, with_sentry or not self.loses_at_top(), "the workspace")

    def edges(self, node: Node, with_sentry: bool) -> t.Iterator[Node]:
        index, extra = node
        package = self.packages[index]
        if index in self.projects:
            yield from self._found(self._all_of(package), with_sentry or not self.loses(index), package["name"])
        elif extra:
            yield index, ""
            yield from self._found(package.get("optional-dependencies", {}).get(extra, ()), True, package["name"])
        else:
            yield from self._found(package.get("dependencies", ()), True, package["name"])

    def _all_of(self, package: dict[str, t.Any]) -> list[dict[str, t.Any]]:
        wanted = list(package.get("dependencies", ()))
        for kind in ("optional-dependencies", "dev-dependencies"):
            wanted += [entry for group in package.get(kind, {}).values() for entry in group]
        return wanted

    def _found(self, wanted: t.Iterable[dict[str, t.Any]], with_sentry: bool, holder: str) -> t.Iterator[Node]:
        for entry in wanted:
            if not with_sentry and is_python(entry["name"]):
                continue
            fitting = [
                index for index in self._by_name.get(entry["name"], ()) if self._fits(self.packages[index], entry)
            ]
            # Requirements of a workspace are written with a specifier instead of a version.
            if not fitting and entry["name"] not in self._by_name:
                raise Refused(f"does not say where {holder} finds {entry['name']}")
            for index in fitting or self._by_name[entry["name"]]:
                yield index, ""
                for extra in entry.get("extra", entry.get("extras", ())):
                    yield index, extra

    def _fits(self, package: dict[str, t.Any], entry: dict[str, t.Any]) -> bool:
        return all(package.get(key) == entry[key] for key in ("version", "source") if key in entry)


def _cut_block(file: FileEdits, start: int, end: int) -> None:
    if end == len(file.original):
        while start and not file.original[(above := line_start(file.original, start - 1)) : start].strip():
            start = above
    file.cut(start, end, _REASON)


def _within(file: FileEdits, start: int, end: int) -> tuple[list[Assignment], list[Table]]:
    """What is assigned in a part of the file that begins with a header."""
    _assignments, tables = scan(file.original[start:end])
    return assignments_in(file.original, start, end), [
        Table(item.path, item.start + start, item.end + start) for item in tables
    ]


def _cut_copies(file: FileEdits, start: int, end: int) -> None:
    """Takes the SDK out of what the lock repeats of a project's manifest."""
    assignments, tables = _within(file, start, end)
    emptied = []
    for assignment in assignments:
        node = array(file.original, assignment)
        mine = [entry for entry in node.entries if _is_sdk(entry.value.scalar)] if node else []
        if node and mine and len(mine) == len(node.entries) and "requires-dev" not in assignment.path:
            emptied.append(assignment)
        elif mine:
            cut_entries(file, node, lambda entry: _is_sdk(entry.value.scalar), _REASON)
    _cut_emptied(file, assignments, tables, emptied)


def _is_sdk(value: object) -> bool:
    return isinstance(value, dict) and is_python(str(value.get("name", "")))


def _cut_extras(file: FileEdits, start: int, end: int, extras: set[str]) -> None:
    if extras:
        assignments, tables = _within(file, start, end)
        path = ("package", "optional-dependencies")
        unused = [item for item in assignments if item.path[:-1] == path and item.path[-1] in extras]
        _cut_emptied(file, assignments, tables, unused)


def _cut_emptied(
    file: FileEdits, assignments: list[Assignment], tables: list[Table], emptied: list[Assignment]
) -> None:
    """Cuts assignments, and the headers that have none left."""
    starts = {assignment.start for assignment in emptied}
    for assignment in emptied:
        cut_assignment(file, assignment, _REASON)
    for table in tables:
        inner = [item for item in assignments if table.start <= item.start < table.end]
        if inner and all(item.start in starts for item in inner):
            file.cut(table.start, table.end, _REASON)
