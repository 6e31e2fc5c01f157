# SPDX-License-Identifier: GPL-3.0-or-later
"""An archive that is a stream, in memory of one size however much goes through it."""

from __future__ import annotations

import tarfile
import typing as t

from .stream import BUFFER


class Forward:
    """A member of an archive that is a stream: it claims to be seekable, and is not."""

    def __init__(self, member: t.Any) -> None:
        self.read = member.read


def written(sink: t.BinaryIO) -> tarfile.TarFile:
    """For `add`; a `with` ends it."""
    return tarfile.open(fileobj=sink, mode="w|", bufsize=BUFFER, format=tarfile.PAX_FORMAT)


def add(tar: tarfile.TarFile, entry: tarfile.TarInfo, body: t.Any) -> None:
    tar.addfile(entry, body)
    forget(tar)


def read(source: t.BinaryIO) -> t.Iterator[tuple[tarfile.TarInfo, Forward]]:
    """Its files, each to be read before the next. What tarfile raises is for the caller."""
    with tarfile.open(fileobj=source, mode="r|", bufsize=BUFFER) as tar:
        # Its own iterator counts what it remembers.
        while entry := tar.next():
            forget(tar)
            if entry.isfile():
                yield entry, Forward(tar.extractfile(entry))


def forget(tar: tarfile.TarFile) -> None:
    """tarfile remembers each entry, more than 0.5 KB, to find it again; in a stream nothing is found again."""
    tar.members.clear()  # type: ignore[attr-defined]
