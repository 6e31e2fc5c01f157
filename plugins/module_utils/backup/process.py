# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that read and write streams. Secrets reach them by their environment, never by their arguments.

A child dies with the round, however that dies, and keeps the files that are marked as inheritable, which is the lock
of the round. So a next round meets no child of the last, and restic never takes a dead round's end for the end of data.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import select
import signal
import subprocess
import tempfile
import typing as t
from contextlib import contextmanager
from dataclasses import dataclass

from ..errors import RolloutError
from .complaint import last_words, shortened

Environment = t.Mapping[str, str]
#: What is told of all that a program complains of.
Words = t.Callable[[str], str]
#: Seconds that a program has to end after it was asked to.
PATIENCE = 30.0


class Ended(RolloutError):
    """A program ended with another code than 0."""

    def __init__(self, command: t.Sequence[str], code: int, complaint: str) -> None:
        how = f"was killed by signal {-code}" if code < 0 else f"ended with {code}"
        super().__init__(f"{name_of(command)} {how}: {shortened(complaint)}")
        self.code, self.complaint = code, complaint


def name_of(command: t.Sequence[str]) -> str:
    """The program that is meant: of `docker exec`, the one inside."""
    known = ("pg_dump", "pg_dumpall", "pg_restore", "psql", "clickhouse-client", "cp", "restic", "compose")
    words = [word for word in map(os.path.basename, command) if word in known]
    return words[0] if words and words[0] not in ("cp", "compose") else " ".join(command[:2])


@dataclass(frozen=True)
class Child:
    """A program that runs; what it complains of goes to a file, so that it never waits for somebody to read it."""

    process: subprocess.Popen[bytes]
    command: t.Sequence[str]
    errors: t.IO[bytes]
    words: Words

    @property
    def sink(self) -> t.BinaryIO:
        return t.cast(t.BinaryIO, self.process.stdin)

    @property
    def source(self) -> t.BinaryIO:
        return t.cast(t.BinaryIO, self.process.stdout)

    @contextmanager
    def feeding(self) -> t.Iterator[None]:
        """Its input ends with the block, if that ends well. Raises Ended where it did not wait for it."""
        try:
            yield
            self.sink.close()
        except BrokenPipeError:
            # It ended before its input did: its own complaint says why.
            self.finish()
            raise RolloutError(f"{name_of(self.command)} did not take all of its input") from None

    def is_silent(self) -> bool:
        """Whether all of its output was read, and there is no more: then it ends, or has."""
        readable = select.select([self.source], [], [], 0)[0]
        return bool(readable) and not self.source.read(1)

    def finish(self) -> None:
        """Waits for it. Raises Ended."""
        code = self.process.wait()
        if code:
            self.errors.seek(0)
            raise Ended(self.command, code, self.words(self.errors.read().decode(errors="replace")))


#: Of <linux/fcntl.h>; Python has it since 3.10.
F_SETPIPE_SZ = 1031
#: What anybody may ask of the kernel (/proc/sys/fs/pipe-max-size).
ROOM = 1024 * 1024
#: Of <linux/prctl.h>.
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


def die_with_parent() -> None:
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def run(
    command: t.Sequence[str],
    environment: Environment | None = None,
    given: bytes = b"",
    words: Words = last_words,
) -> str:
    """What it prints. Raises Ended, RolloutError."""
    with started(command, environment, words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        out, _none = child.process.communicate(given)
        child.finish()
    return str(out.decode(errors="replace"))


@contextmanager
def reading(
    command: t.Sequence[str], environment: Environment | None = None, words: Words = last_words
) -> t.Iterator[t.BinaryIO]:
    """Its output. The end of the block is its end: raises Ended where that is not a good one."""
    with started(command, environment, words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as child:
        try:
            yield child.source
        except RolloutError:
            if child.is_silent():
                # Whoever reads it has got too little: its own complaint says why.
                child.finish()
            raise
        child.finish()


@contextmanager
def writing(command: t.Sequence[str], environment: Environment | None = None) -> t.Iterator[t.BinaryIO]:
    """Its input, which ends with the block. Raises Ended."""
    with started(command, environment, last_words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as child:
        with child.feeding():
            yield child.sink
        child.finish()


@contextmanager
def talking(
    command: t.Sequence[str], environment: Environment | None = None, words: Words = last_words
) -> t.Iterator[Child]:
    """Its input and its output. Whoever talks with it lets it finish."""
    with started(command, environment, words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        yield child


@contextmanager
def started(
    command: t.Sequence[str], environment: Environment | None, words: Words, **streams: t.Any
) -> t.Iterator[Child]:
    """It runs no longer than the block. Raises RolloutError."""
    with tempfile.TemporaryFile() as errors:
        try:
            process = subprocess.Popen(
                command,
                stderr=errors,
                env={**os.environ, **(environment or {})},
                close_fds=False,
                bufsize=0,
                # A terminal's Ctrl-C is for the round, which then ends its children in their order.
                start_new_session=True,
                preexec_fn=die_with_parent,  # noqa: PLW1509  one call of the system, which takes no lock
                **streams,
            )
        except FileNotFoundError:
            raise RolloutError(f"there is no {command[0]} here") from None
        except OSError as problem:
            raise RolloutError(f"cannot run {command[0]}: {problem.strerror}") from None
        widen(process.stdin, process.stdout)
        try:
            yield Child(process, command, errors, words)
        finally:
            end(process)


def widen(*streams: t.IO[bytes] | None) -> None:
    """A pipe holds 64 KB by itself, and then both ends wait for each other more than they work."""
    for stream in filter(None, streams):
        try:
            fcntl.fcntl(stream, F_SETPIPE_SZ, ROOM)
        except PermissionError:
            return  # whoever is not root has room for some pipes only, and is slower


def end(process: subprocess.Popen[bytes]) -> None:
    """By SIGINT, which lets restic take its lock away; its input stays open so that it sees no end of it before."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
    for stream in (process.stdin, process.stdout):
        if stream:
            close(stream)
    process.wait()


def close(stream: t.IO[bytes]) -> None:
    try:
        stream.close()
    except BrokenPipeError:
        return  # what was on its way goes nowhere; why is known already
