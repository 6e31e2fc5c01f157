# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Brings locks into agreement with their manifests, by the package managers themselves.

They run in a copy of the repository as it will be, and nothing but the lock is taken from there; so a manager that
fails leaves the repository as it is."""

from __future__ import annotations

import os
import re
import typing as t

from . import compiled
from .edit import FileEdits
from .lines import line_edits
from .manager_run import ManagerFailed, ManagerRun, require_program
from .managers import Lock, lock_of
from .repository import Repository
from .scratch import copy_of

# Every kind of managers.py, and what compilers write.
_LOCK = re.compile(r"(\.lockb?|-lock\.(ya?ml|json)|(^|/)npm-shrinkwrap\.json|\.txt)$")
_REASON = "the package manager resolved it anew"


def relock(
    repository: Repository, results: t.Mapping[str, FileEdits], changed: t.Collection[str], parent: str | None = None
) -> dict[str, FileEdits]:
    """The locks that are made from manifests among the `changed` paths, each resolved anew; other paths do no harm.

    `results` are the edits so far, those of manifests and pruned locks too. What comes back takes their place: the
    edits of each of these locks, on its original bytes. `parent` is where the copy is made, see scratch.py.
    Raises ManagerFailed, and RolloutError when there is no room for the copy."""
    locks = concerned(repository, changed)
    files = frozenset(repository.everything() if locks else ())
    for lock in locks:
        if not repository.editable(lock.path):
            raise ManagerFailed(lock, "is in the middle of a merge, checked in by others, or too large", "look at it")
        require_program(lock)
        _require_sources(repository, lock, files)
    if not locks:
        return {}
    with copy_of(repository, results, parent) as place:
        fresh = {lock.path: ManagerRun(lock, place).resolve() for lock in locks}
    return {path: _as_edits(repository, results, path, text) for path, text in fresh.items()}


def concerned(repository: Repository, changed: t.Collection[str]) -> list[Lock]:
    """The locks that are made from changed files, or are such themselves; each behind those that it is made from."""
    moved = set(changed)
    locks = [lock for path in repository.files if moved and (lock := find_lock(repository, path)) is not None]
    found: list[Lock] = []
    while True:
        more = [lock for lock in locks if lock not in found and moved.intersection([lock.path, *lock.sources])]
        if not more:
            return found
        paths = {lock.path for lock in more}
        first = [lock for lock in more if not (paths - {lock.path}) & lock.sources] or more
        found += first
        moved |= {lock.path for lock in first}


def find_lock(repository: Repository, path: str) -> Lock | None:
    """What is known of a lock, or None for another file."""
    if not _LOCK.search(path):
        return None
    return compiled.lock_of(repository, path) if path.endswith(".txt") else lock_of(repository, path)


def _require_sources(repository: Repository, lock: Lock, files: t.Container[str]) -> None:
    """A project that would be missing in the copy, such as a submodule, would be forgotten. Raises ManagerFailed."""
    for path in sorted(lock.sources):
        if path not in files and os.path.exists(repository.absolute(path)):
            problem = f"is made from {path} too, which is not among the files of this repository"
            raise ManagerFailed(lock, problem, "make it anew by hand")


def _as_edits(repository: Repository, results: t.Mapping[str, FileEdits], path: str, text: bytes) -> FileEdits:
    pruned = results.get(path)
    original = repository.read(path)
    # What pruning said of a lock that it left is not so any more.
    residue = pruned.residue if pruned is not None and pruned.changed else []
    return FileEdits(path, original, line_edits(original, _with_line_ends_of(original, text), _REASON), list(residue))


def _with_line_ends_of(original: bytes, text: bytes) -> bytes:
    """Not all managers keep the line ends of Windows."""
    crlf = b"\r\n" in original and original.count(b"\r\n") == original.count(b"\n")
    return text.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") if crlf else text
