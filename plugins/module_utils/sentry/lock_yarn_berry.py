# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""yarn.lock of yarn 2 and later: as in yarn 1, and the projects are entries too.

Yarn refuses a lock with one entry too many or too few, so this prunes only what it understands to the last entry: when
the projects as they were do not lead to exactly what is in the lock, it stays as it is."""

from __future__ import annotations

import re
import typing as t
from urllib.parse import unquote

from .edit import FileEdits
from .lock import Refused, chain_to, loses, manifest_of, reach, report_kept
from .packages import is_npm
from .repository import Repository
from .yarn_blocks import Block, blocks_of, cut_blocks, trim_header

_SECTIONS = ("dependencies", "peerDependencies", "peerDependenciesMeta", "dependenciesMeta")
_PROTOCOL = re.compile(r"[a-z][a-z+.-]*:", re.IGNORECASE)
_NAME = r"(?:@[^/@]+/)?[^/@]+"
_SELECTOR = re.compile(rf"(?:({_NAME})(?:@([^/]+))?/)?({_NAME})(?:@(.+))?")
_KNOWN = frozenset({"5", "6", "7", "8", "9", "10"})


def prune(repository: Repository, file: FileEdits) -> None:
    blocks = blocks_of(file.original)
    [version] = [block.values.get("version", "") for block in blocks if block.asks == ["__metadata"]] or [""]
    if version not in _KNOWN:
        raise Refused(f"has version {version or 'none'}, which is not known")
    resolutions = manifest_of(repository, file).strings("resolutions")
    graph = _Graph(
        [block for block in blocks if block.asks != ["__metadata"]],
        resolutions,
        lambda block, name: loses(repository, file, place_of(block), name),
    )
    for block in graph.projects:
        if any(graph.loses(block, name) for name in block.sections.get("dependencies", {})):
            manifest_of(repository, file, place_of(block))
    before = reach(graph.roots(), lambda ask: graph.edges(ask, with_sentry=True))
    if len(before) != len(graph.by_ask):
        [odd, *_more] = sorted(set(graph.by_ask) - set(before))
        raise Refused(f"holds {odd}, which no project seems to need; only yarn itself knows why")
    after = reach(graph.roots(), lambda ask: graph.edges(ask, with_sentry=False))
    gone = set(before) - set(after)
    _cut(file, graph, gone)
    for ask in after:
        if is_npm(ask):
            report_kept(file, graph.by_ask[ask].start, chain_to(ask, after, str))


def place_of(project: Block) -> str:
    """Where a project lies, below the lock."""
    return project.values["resolution"].partition("@workspace:")[2]


def _cut(file: FileEdits, graph: _Graph, gone: set[str]) -> None:
    reason = "only Sentry's packages needed it"
    cut_blocks(file, [block for block in graph.blocks if gone.issuperset(block.asks)], reason)
    for block in graph.blocks:
        if not gone.issuperset(block.asks) and gone.intersection(block.asks):
            trim_header(file, block, gone, reason)
    for block in graph.projects:
        for section in _SECTIONS:
            names = block.sections.get(section, {})
            mine = [name for name in names if graph.loses(block, name)]
            places = [block.places[section, name] for name in mine]
            if mine and len(mine) == len(names):
                places.append(block.places["", section])
            for start, end in places:
                file.cut(start, end, reason)


class _Graph:
    """Descriptors (a name and a range with its protocol), and those that what they resolve to asks for."""

    def __init__(self, blocks: list[Block], resolutions: dict[str, str], loses: t.Callable[[Block, str], bool]) -> None:
        self.loses = loses
        self.blocks = blocks
        self.by_ask = {ask: block for block in blocks for ask in block.asks}
        self.projects = [block for block in blocks if "@workspace:" in block.values.get("resolution", "")]
        self._project_starts = {block.start for block in self.projects}
        self._overrides = [(_selector(key), wanted) for key, wanted in resolutions.items()]
        # Yarn patches some packages on its own; the patched one stands for the plain one and needs it.
        self._patched: dict[str, list[str]] = {}
        for ask in self.by_ask:
            if "@patch:" in ask and "builtin<" in ask:
                self._patched.setdefault(_source(ask), []).append(ask)

    def roots(self) -> list[str]:
        return [ask for block in self.projects for ask in block.asks if ask == block.values["resolution"]]

    def edges(self, ask: str, with_sentry: bool) -> t.Iterator[str]:
        block = self.by_ask[ask]
        is_project = block.start in self._project_starts
        if "@patch:" in ask:
            yield from self._find(_source(ask), ask)
        for name, wanted in block.sections.get("dependencies", {}).items():
            if with_sentry or not (is_project and self.loses(block, name)):
                yield from self._find(f"{name}@{_with_protocol(self._override(block, name, wanted))}", ask)

    def _find(self, ask: str, holder: str) -> list[str]:
        found = [ask] if ask in self.by_ask else [bound for bound in self.by_ask if bound.startswith(ask + "::")]
        if "@patch:" not in holder:
            found += self._patched.get(ask, [])
        if not found:
            raise Refused(f"does not say where {holder} finds {ask}")
        return found

    def _override(self, block: Block, name: str, wanted: str) -> str:
        holder, _at, reference = block.values.get("resolution", "").rpartition("@")
        for (above, above_range, target, target_range), instead in self._overrides:
            if target != name or (target_range and _with_protocol(target_range) != _with_protocol(wanted)):
                continue
            if above and (above != holder or (above_range and _with_protocol(above_range) != reference)):
                continue
            return instead
        return wanted


def _selector(key: str) -> tuple[str, str, str, str]:
    found = _SELECTOR.fullmatch(key)
    if not found:
        raise Refused(f"depends on a resolution that cannot be read: {key}")
    above, above_range, target, target_range = (part or "" for part in found.groups())
    return above, above_range, target, target_range


def _with_protocol(wanted: str) -> str:
    return wanted if _PROTOCOL.match(wanted) else f"npm:{wanted}"


def _source(ask: str) -> str:
    """What a patch is applied to: `a@patch:a@npm%3A^1#...` to `a@npm:^1`."""
    inner = unquote(ask.partition("@patch:")[2].partition("#")[0])
    at = inner.find("@", 1)
    return f"{inner[:at]}@{_with_protocol(inner[at + 1 :])}"
