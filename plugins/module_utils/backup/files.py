# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of the host without which the stores are worth little: its secrets, and what its release came to."""

from __future__ import annotations

import os
import tarfile
import typing as t

from ..errors import RolloutError
from ..files import make_folder, read, write
from .manifest import Counts, Entry
from .part import Giver, Keeper
from .settings import Settings
from .stream import made_by

ARCHIVE = "secrets/files.tar"


class Files:
    """`files` are paths below the home of the stack; a path through a link is kept under the name that was given."""

    name = "secrets"

    def __init__(self, settings: Settings, project: str = "") -> None:
        self.home, self.files, self.project = settings.stack["home"], settings.files, project

    def save(self, keeper: Keeper) -> Entry:
        missing = [name for name in self.files if not os.path.isfile(self.path(name))]
        if missing:
            raise RolloutError(f"{self.home} has no {', '.join(missing)}; without it a restored database is unreadable")
        piece = keeper.keep(ARCHIVE, made_by(self.archive))
        return Entry((piece,), {"files": (len(self.files), len(self.files))}, {})

    def archive(self, sink: t.BinaryIO) -> None:
        with tarfile.open(fileobj=sink, mode="w|", format=tarfile.PAX_FORMAT) as tar:
            for name in self.files:
                with open(self.path(name), "rb") as file:
                    entry = tar.gettarinfo(arcname=name, fileobj=file)
                    tar.addfile(entry, file)

    def restore(self, entry: Entry, giver: Giver) -> None:
        make_folder(self.home, 0o750)
        with giver.give(entry.pieces[0]) as source, tarfile.open(fileobj=source, mode="r|") as tar:
            for member in tar:
                found = tar.extractfile(member)
                # What else was kept is there to be looked at: the role `stack` renders it.
                if found and member.name in self.files and os.sep not in member.name:
                    write(self.path(member.name), found.read(), 0o600)

    def occupied(self) -> str:
        there = [name for name in self.own() if read(self.path(name))]
        return f"{self.home} has {', '.join(there)}" if there else ""

    def counts(self) -> Counts:
        return {"files": (len(self.files), len(self.files))}

    def own(self) -> list[str]:
        return [name for name in self.files if os.sep not in name]

    def path(self, name: str) -> str:
        return os.path.join(self.home, name)
