# SPDX-License-Identifier: GPL-3.0-or-later
"""One round at a time."""

from __future__ import annotations

import fcntl
import os
import typing as t
from contextlib import contextmanager

from ..errors import RolloutError


@contextmanager
def alone(path: str, wait: bool = False) -> t.Iterator[bool]:
    """Whether no other round is under way, or is any more; none begins before this one ends. Raises RolloutError."""
    try:
        lock = open(path, "w")  # noqa: SIM115  closed below, and with the process
    except OSError as problem:
        raise RolloutError(f"cannot write {path}: {problem.strerror}") from None
    with lock:
        # What this round has started keeps the lock for as long as it lives, also where the round itself is killed.
        os.set_inheritable(lock.fileno(), True)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
        else:
            yield True
