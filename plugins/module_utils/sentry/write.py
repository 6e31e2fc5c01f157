# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writing many files so that either all are written or none is."""

from __future__ import annotations

import os
import tempfile
import typing as t

from ..errors import RolloutError
from .edit import FileEdits
from .repository import Repository


class WriteFailed(RolloutError):
    """The files could not be written; those that already were have their old contents again."""


def write_all(repository: Repository, results: t.Iterable[FileEdits]) -> None:
    """Raises WriteFailed; the tree is then as it was."""
    changed = [result for result in results if result.changed]
    staged: dict[str, str] = {}
    removed: dict[str, str] = {}
    done: list[FileEdits] = []
    try:
        for result in changed:
            require_unchanged(repository, result)
            if not result.delete:
                staged[result.path] = stage(repository.absolute(result.path), result.result())
        for result in changed:
            place = repository.absolute(result.path)
            if result.delete:
                removed[result.path] = aside(place)
            else:
                os.replace(staged[result.path], place)
                del staged[result.path]
                done.append(result)
    except OSError as problem:
        for path, temporary in removed.items():
            os.replace(temporary, repository.absolute(path))
        for result in done:
            place = repository.absolute(result.path)
            os.replace(stage(place, result.original), place)
        raise WriteFailed(f"cannot write {problem.filename}: {problem.strerror}; nothing was changed") from problem
    finally:
        for temporary in staged.values():
            os.unlink(temporary)
    for temporary in removed.values():
        os.unlink(temporary)


def require_unchanged(repository: Repository, result: FileEdits) -> None:
    place = repository.absolute(result.path)
    root = os.path.realpath(repository.root)
    if os.path.islink(place) or not os.path.realpath(place).startswith(root + os.sep):
        raise WriteFailed(f"{result.path}: leads out of the repository; nothing was changed")
    with open(place, "rb") as file:
        if file.read() != result.original:
            raise WriteFailed(f"{result.path}: somebody else changed it in the meantime; nothing was changed")


def stage(place: str, text: bytes) -> str:
    """A file beside the real one with the new contents, and its mode and owner."""
    status = os.stat(place)
    handle, temporary = tempfile.mkstemp(prefix=".sentry-removal-", dir=os.path.dirname(place))
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text)
        os.chmod(temporary, status.st_mode & 0o7777)
        if (os.stat(temporary).st_uid, os.stat(temporary).st_gid) != (status.st_uid, status.st_gid):
            os.chown(temporary, status.st_uid, status.st_gid)
    except OSError:
        os.unlink(temporary)
        raise
    return temporary


def aside(place: str) -> str:
    """Moves a file away that is to be deleted, so that it can come back as it was."""
    temporary = os.path.join(os.path.dirname(place), f".sentry-removal-{os.getpid()}-{os.path.basename(place)}")
    os.replace(place, temporary)
    return temporary
