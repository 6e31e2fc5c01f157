# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a removal that was stopped has left in a working tree: recognised byte by byte, and taken back.

No record is kept. A file is the removal's if it holds exactly what a removal from the last commit writes there, so
nobody's own work can be taken for it, whenever and however that removal was stopped.
"""

from __future__ import annotations

import os
import posixpath
import typing as t
from dataclasses import dataclass, field

from .edit import Edit, FileEdits
from .git import Git
from .removal import Options, plan_removal
from .repository import Repository
from .write import ASIDE, PREFIX, write_all


@dataclass
class Begun:
    """The changes that are not committed, by whose they are."""

    written: list[FileEdits] = field(default_factory=list)  # As the removal writes them
    scraps: list[str] = field(default_factory=list)  # The removal's own files, beside those that it was writing
    others: list[str] = field(default_factory=list)  # Anybody's
    complete: bool = False  # The removal has written all, and was only not committed

    def __bool__(self) -> bool:
        return bool(self.written or self.scraps)


def find_begun(git: Git, dirty: t.Iterable[str], options: Options) -> Begun:
    """Raises RolloutError; writes nothing."""
    begun = Begun()
    with git.exported("HEAD") as place:
        wanted = {result.path: result for result in plan_removal(place, options).changed}
    for path in dirty:
        if posixpath.basename(path).startswith(PREFIX):
            begun.scraps.append(path)
        elif path in wanted and is_written(git.root, wanted[path]):
            begun.written.append(wanted[path])
        else:
            begun.others.append(path)
    begun.complete = len(begun.written) == len(wanted) and not begun.scraps
    return begun


def is_written(root: str, result: FileEdits) -> bool:
    """Whether a file is as the removal leaves it."""
    place = os.path.join(root, *result.path.split("/"))
    if result.delete or not os.path.isfile(place) or os.path.islink(place):
        return result.delete and not os.path.lexists(place)
    with open(place, "rb") as file:
        return file.read() == result.result()


def take_back(repository: Repository, begun: Begun) -> None:
    """The working tree is as it was before. Raises RolloutError."""
    git = repository.git
    write_all(repository, [reverse(result) for result in begun.written if not result.delete])
    known = git.tracked()
    staged = [result.path for result in begun.written if result.path in known]
    deleted = [result.path for result in begun.written if result.delete]
    if staged:
        git.run("reset", "--quiet", paths=staged)
    if deleted:
        git.run("checkout", "--quiet", "HEAD", paths=deleted)
    for path in begun.scraps:
        clear_away(repository.absolute(path))


def clear_away(scrap: str) -> None:
    """A file that was moved aside and that git does not have goes back; what was never more than a copy goes."""
    moved = ASIDE.match(os.path.basename(scrap))
    place = os.path.join(os.path.dirname(scrap), moved["name"]) if moved else ""
    if moved and not os.path.lexists(place):
        os.replace(scrap, place)
    else:
        os.unlink(scrap)


def reverse(result: FileEdits) -> FileEdits:
    text = result.result()
    if result.create:
        return FileEdits(result.path, text, delete=True)
    return FileEdits(result.path, text, edits=[Edit(0, len(text), result.original)])
