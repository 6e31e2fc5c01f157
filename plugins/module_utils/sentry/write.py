# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writing many files so that either all are written or none is."""

from __future__ import annotations

import os
import re
import tempfile
import typing as t

from ..errors import RolloutError
from .edit import FileEdits
from .repository import Repository

# Begins the names of what lies beside the real files while they are written.
PREFIX = ".sentry-removal-"
ASIDE = re.compile(re.escape(PREFIX) + r"\d+-(?P<name>.+)", re.DOTALL)


class WriteFailed(RolloutError):
    """The files could not be written; those that already were have their old contents again."""


def write_all(repository: Repository, results: t.Iterable[FileEdits]) -> None:
    """Raises WriteFailed; the tree is then as it was."""
    Writing(repository).run([result for result in results if result.changed])


class Writing:
    """New contents lie beside the real files until all of them are there; what is replaced can come back."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.staged: dict[str, str] = {}
        self.removed: dict[str, str] = {}
        self.done: list[FileEdits] = []
        self.folders: list[str] = []

    def run(self, changed: list[FileEdits]) -> None:
        try:
            for result in changed:
                self._stage(result)
            for result in changed:
                self._put(result)
        except OSError as problem:
            self._undo()
            raise WriteFailed(f"cannot write {problem.filename}: {problem.strerror}; nothing was changed") from problem
        except WriteFailed:
            self._undo()
            raise
        finally:
            for temporary in self.staged.values():
                os.unlink(temporary)
        for temporary in self.removed.values():
            os.unlink(temporary)

    def _stage(self, result: FileEdits) -> None:
        place = self.repository.absolute(result.path)
        if result.create:
            require_free(self.repository, result)
            self._make_folders(os.path.dirname(place))
        else:
            require_unchanged(self.repository, result)
        if not result.delete:
            self.staged[result.path] = stage(place, result.result())

    def _make_folders(self, place: str) -> None:
        missing = []
        while not os.path.isdir(place):
            missing.append(place)
            place = os.path.dirname(place)
        for folder in reversed(missing):
            os.mkdir(folder)
            self.folders.append(folder)

    def _put(self, result: FileEdits) -> None:
        place = self.repository.absolute(result.path)
        if result.delete:
            self.removed[result.path] = aside(place)
            return
        os.replace(self.staged[result.path], place)
        del self.staged[result.path]
        self.done.append(result)

    def _undo(self) -> None:
        for path, temporary in self.removed.items():
            os.replace(temporary, self.repository.absolute(path))
        for result in self.done:
            place = self.repository.absolute(result.path)
            if result.create:
                os.unlink(place)
            else:
                os.replace(stage(place, result.original), place)
        for temporary in self.staged.values():
            os.unlink(temporary)
        self.staged.clear()
        for folder in reversed(self.folders):
            os.rmdir(folder)


def require_inside(repository: Repository, result: FileEdits) -> str:
    """Where a file really is. Raises WriteFailed when that is outside of the repository."""
    place = repository.absolute(result.path)
    root = os.path.realpath(repository.root)
    if os.path.islink(place) or not os.path.realpath(place).startswith(root + os.sep):
        raise WriteFailed(f"{result.path}: leads out of the repository; nothing was changed")
    return place


def require_unchanged(repository: Repository, result: FileEdits) -> None:
    with open(require_inside(repository, result), "rb") as file:
        if file.read() != result.original:
            raise WriteFailed(f"{result.path}: somebody else changed it in the meantime; nothing was changed")


def require_free(repository: Repository, result: FileEdits) -> None:
    if os.path.lexists(require_inside(repository, result)):
        raise WriteFailed(f"{result.path}: somebody else made it in the meantime; nothing was changed")


def stage(place: str, text: bytes) -> str:
    """A file beside the real one with the new contents, and its mode and owner, or those of its folder."""
    there = os.path.lexists(place)
    status = os.stat(place if there else os.path.dirname(place))
    # A new file may be read by whoever may read its folder.
    mode = status.st_mode & (0o7777 if there else 0o666)
    handle, temporary = tempfile.mkstemp(prefix=PREFIX, dir=os.path.dirname(place))
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text)
        os.chmod(temporary, mode)
        if (os.stat(temporary).st_uid, os.stat(temporary).st_gid) != (status.st_uid, status.st_gid):
            os.chown(temporary, status.st_uid, status.st_gid)
    except OSError:
        os.unlink(temporary)
        raise
    return temporary


def aside(place: str) -> str:
    """Moves a file away that is to be deleted, so that it can come back as it was."""
    temporary = os.path.join(os.path.dirname(place), f"{PREFIX}{os.getpid()}-{os.path.basename(place)}")
    os.replace(place, temporary)
    return temporary
