# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""yarn.lock of yarn 1: one block for each version, under every range that resolves to it."""

from __future__ import annotations

import posixpath
import typing as t

from . import jsonc, lock_yarn_berry
from .edit import FileEdits
from .lock import Refused, chain_to, loses, pruner, reach, report_kept
from .needed import Needed
from .npm_settings import is_doomed
from .packages import is_npm
from .repository import Repository
from .workspaces import projects
from .yarn_blocks import Block, blocks_of, cut_blocks, trim_header

_OWN = ("dependencies", "devDependencies", "optionalDependencies")


def prune(repository: Repository, file: FileEdits) -> None:
    if b"\n__metadata:" in file.original:
        lock_yarn_berry.prune(repository, file)
        return
    if b"# yarn lockfile v1" not in file.original[:1000]:
        raise Refused("does not say that it is a yarn lockfile v1")
    manifests = projects(repository, file)
    graph = _Graph(
        blocks_of(file.original), manifests, repository.needed, lambda place, name: loses(repository, file, place, name)
    )
    before = reach(graph.roots(with_sentry=True), graph.edges)
    after = reach(graph.roots(with_sentry=False), graph.edges)
    gone = set(before) - set(after)
    reason = "only Sentry's packages needed it"
    cut_blocks(file, [block for block in graph.blocks if gone.issuperset(block.asks)], reason)
    for block in graph.blocks:
        if not gone.issuperset(block.asks) and gone.intersection(block.asks):
            trim_header(file, block, gone, reason)
    for ask in after:
        if is_npm(ask):
            report_kept(file, graph.by_ask[ask].start, chain_to(ask, after, str))


edit = pruner(prune, "yarn install")


def name_of(ask: str) -> str:
    return ask[: ask.find("@", 1)]


class _Graph:
    """Ranges, and the ranges that what they resolve to asks for."""

    def __init__(
        self,
        blocks: list[Block],
        manifests: dict[str, jsonc.Node],
        needed: Needed,
        loses: t.Callable[[str, str], bool],
    ) -> None:
        self.needed = needed
        self.loses = loses
        self.blocks = blocks
        self.manifests = manifests
        self.by_ask = {ask: block for block in blocks for ask in block.asks}
        self.by_name: dict[str, list[str]] = {}
        for ask in self.by_ask:
            self.by_name.setdefault(name_of(ask), []).append(ask)
        self.own = {name for manifest in manifests.values() for name in [manifest.strings().get("name")] if name}

    def roots(self, with_sentry: bool) -> t.Iterator[str]:
        for place, manifest in self.manifests.items():
            for kind in _OWN:
                for name, wanted in manifest.strings(kind).items():
                    if with_sentry or not self.loses(place, name):
                        yield from self._find(name, wanted, place or "the project", is_npm(name))
            for selector, wanted in manifest.strings("resolutions").items():
                # What a resolution wants is an entry as well, whoever asked for another range.
                ask = f"{posixpath.basename(selector)}@{wanted}"
                if (with_sentry or not is_doomed(selector, None, self.needed)) and ask in self.by_ask:
                    yield ask

    def edges(self, ask: str) -> t.Iterator[str]:
        block = self.by_ask[ask]
        for kind in ("dependencies", "optionalDependencies"):
            for name, wanted in block.sections.get(kind, {}).items():
                yield from self._find(name, wanted, ask, kind == "optionalDependencies")

    def _find(self, name: str, wanted: str, holder: str, may_lack: bool) -> list[str]:
        ask = f"{name}@{wanted}" if wanted else name
        if ask in self.by_ask:
            return [ask]
        if name in self.own:
            return []
        # A resolution may have sent the range elsewhere; then every version of the package stays.
        if name not in self.by_name and not may_lack:
            raise Refused(f"does not say where {holder} finds {name}")
        return self.by_name.get(name, [])
