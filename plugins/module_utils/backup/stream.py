# SPDX-License-Identifier: GPL-3.0-or-later
"""Bytes on their way: counted and summed, in a buffer of one size whatever comes."""

from __future__ import annotations

import hashlib
import os
import threading
import typing as t
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
    """What a function writes, read while it writes. The end of the block raises what the function raised."""
    inside, outside = os.pipe()
    problems: list[Exception] = []

    def work() -> None:
        with os.fdopen(outside, "wb", buffering=BUFFER) as sink:
            try:
                write(sink)
            except (RolloutError, OSError) as problem:
                problems.append(problem)

    thread = threading.Thread(target=guarded_against_pipes(work))
    with os.fdopen(inside, "rb", buffering=0) as source:
        thread.start()
        try:
            yield t.cast(t.BinaryIO, source)
        finally:
            source.close()
            thread.join()
    if problems:
        raise RolloutError(str(problems[0])) from None


def guarded_against_pipes(work: t.Callable[[], None]) -> t.Callable[[], None]:
    """The last flush has nowhere to go when the reader went first."""

    def guarded() -> None:
        try:
            work()
        except BrokenPipeError:
            return

    return guarded


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
