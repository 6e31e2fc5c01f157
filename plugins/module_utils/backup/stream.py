# SPDX-License-Identifier: GPL-3.0-or-later
"""Bytes on their way: counted and summed, in a buffer of one size whatever comes."""

from __future__ import annotations

import hashlib
import os
import typing as t
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from ..errors import RolloutError

BUFFER = 1024 * 1024
Source = t.ContextManager[t.BinaryIO]


class Measure(t.NamedTuple):
    bytes: int
    sha256: str


def pump(source: t.BinaryIO, sink: t.BinaryIO) -> Measure:
    """All of one into the other. Raises OSError."""
    buffer = bytearray(BUFFER)
    view, digest, total = memoryview(buffer), hashlib.sha256(), 0
    while True:
        count = source.readinto(buffer)  # type: ignore[attr-defined]
        if not count:
            return Measure(total, digest.hexdigest())
        digest.update(view[:count])
        write_all(sink, view[:count])
        total += count


def write_all(sink: t.BinaryIO, view: memoryview) -> None:
    """A pipe takes as much as it has room for."""
    while view:
        view = view[sink.write(view) :]


@contextmanager
def made_by(write: t.Callable[[t.BinaryIO], None]) -> t.Iterator[t.BinaryIO]:
    """What a function writes, read while it writes. The end of the block raises whatever the function raised."""
    inside, outside = os.pipe()

    def work() -> None:
        with os.fdopen(outside, "wb", buffering=BUFFER) as sink:
            write(sink)

    with ThreadPoolExecutor(1) as pool, os.fdopen(inside, "rb", buffering=0) as source:
        writing = pool.submit(work)
        yield t.cast(t.BinaryIO, source)
    try:
        writing.result()
    except OSError as problem:
        raise RolloutError(str(problem)) from None


class Checked:
    """A stream that is read by others, and summed while it is."""

    def __init__(self, source: t.BinaryIO) -> None:
        self.source = source
        self.digest = hashlib.sha256()
        self.bytes = 0

    def read(self, size: int = -1) -> bytes:
        found = self.source.read(size)
        self.digest.update(found)
        self.bytes += len(found)
        return found

    def rest(self) -> Measure:
        """Reads what the others have left."""
        while self.read(BUFFER):
            pass
        return Measure(self.bytes, self.digest.hexdigest())
