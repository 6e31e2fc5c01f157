# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What pruning means for every lock: what only Sentry's packages kept goes, nothing else does, and nothing is added.

A lock that does not fit our picture of its kind is left as it is, with a note that says why."""

from __future__ import annotations

import posixpath
import typing as t
from collections import deque

from ..errors import RolloutError
from . import jsonc
from .edit import FileEdits
from .npm_settings import DEPENDENCIES
from .packages import is_npm
from .repository import Repository
from .rest import report_rest

Node = t.TypeVar("Node", bound=t.Hashable)
Prune = t.Callable[[Repository, FileEdits], None]


class Refused(RolloutError):
    """This lock cannot be pruned exactly; says why."""


def pruner(prune: Prune, command: str) -> t.Callable[[Repository, str], FileEdits]:
    """The editor of a kind of lock. `command` is what a person runs where we refuse."""

    def edit(repository: Repository, path: str) -> FileEdits:
        file = FileEdits(path, repository.read(path))
        try:
            if b"<<<<<<< " in file.original:
                raise Refused("has merge conflicts")
            prune(repository, file)
        except (Refused, jsonc.NotJson) as problem:
            file = FileEdits(path, file.original)
            file.report(0, "lock", f"left as it was, because it {problem}", f"Run {command} and look at its changes.")
            return file
        return report_rest(
            file,
            "lock",
            "something that stays asks for this entry",
            "Nothing to do while that package is wanted.",
        )

    return edit


def reach(roots: t.Iterable[Node], edges: t.Callable[[Node], t.Iterable[Node]]) -> dict[Node, Node | None]:
    """Everything that can be reached, each with what it was reached from first."""
    found: dict[Node, Node | None] = dict.fromkeys(roots)
    todo = deque(found)
    while todo:
        node = todo.popleft()
        for other in edges(node):
            if other not in found:
                found[other] = node
                todo.append(other)
    return found


def report_kept(file: FileEdits, offset: int, chain: t.Sequence[str]) -> None:
    """Says which packages hold one of Sentry's that stays."""
    holders = " > ".join(chain)
    file.report(
        offset, "lock", f"kept by {holders}", "Nothing to do while that package is wanted; otherwise remove it."
    )


def chain_to(node: Node, parents: dict[Node, Node | None], name: t.Callable[[Node], str]) -> list[str]:
    """The names of what holds a node, from the root on."""
    chain, above = [], parents[node]
    while above is not None:
        chain.append(name(above))
        above = parents[above]
    return chain[::-1] or ["the project itself"]


def manifest_of(repository: Repository, file: FileEdits, place: str = "") -> jsonc.Node:
    """The package.json in a directory below the lock's own. Raises Refused."""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(file.path), place, "package.json"))
    if path not in repository:
        raise Refused(f"belongs to {path}, which is not among the files that may be edited")
    try:
        return jsonc.parse(repository.read(path))
    except jsonc.NotJson as problem:
        raise Refused(f"belongs to {path}, which {problem}") from None


def loses(repository: Repository, file: FileEdits, place: str, name: str) -> bool:
    """Whether the project in a directory below the lock's own loses its dependency on a package."""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(file.path), place, "package.json"))
    return is_npm(name) and repository.needed.npm(path, name) is None


def loses_any(repository: Repository, file: FileEdits, place: str, section: jsonc.Node) -> bool:
    """Whether a project's copy in a lock depends on something that goes."""
    return any(loses(repository, file, place, name) for kind in DEPENDENCIES for name in section.object(kind))
