# SPDX-License-Identifier: GPL-3.0-or-later
"""One job at a time. Whoever comes while the ledger is kept waits for it, since that takes some seconds only."""

from __future__ import annotations

import typing as t
from contextlib import contextmanager

from ..health.alone import alone

LEDGER = "ledger"


@contextmanager
def turn(path: str, job: str) -> t.Iterator[bool]:
    """Whether nothing else is under way; nothing begins before this ends. Raises RolloutError."""
    lock, of_ledger = path + ".lock", path + ".ledger.lock"
    if job == LEDGER:
        with alone(of_ledger), alone(lock) as first:
            yield first
        return
    with alone(lock) as first:
        if first:
            yield True
            return
    with alone(of_ledger, wait=True):
        pass  # whoever kept it is done
    with alone(lock) as first:
        yield first
