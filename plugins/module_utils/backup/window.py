# SPDX-License-Identifier: GPL-3.0-or-later
"""The hours in which a backup may begin by itself."""

from __future__ import annotations

import typing as t
from datetime import datetime, time, timedelta

from ..errors import RolloutError
from .settings import Options


def is_quiet(window: Options, now: datetime, last_good: t.Optional[datetime]) -> bool:
    """Whether a backup may begin: in the window, or at any time where the last good one is too old to wait longer.

    `begin` and `end` are times of the day in UTC like 01:30; the same twice, or none, is the whole day. `overdue_hours`
    is what is too old. Raises RolloutError.
    """
    if not window["begin"] or window["begin"] == window["end"]:
        return True
    if last_good is None or not timedelta() <= now - last_good < timedelta(hours=window["overdue_hours"]):
        return True
    begin, end, clock = at(window["begin"]), at(window["end"]), now.time()
    return begin <= clock < end if begin < end else clock >= begin or clock < end


def at(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise RolloutError(f"{text!r} in window is no time of the day; write it like 01:30") from None
