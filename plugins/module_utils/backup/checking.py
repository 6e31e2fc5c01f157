# SPDX-License-Identifier: GPL-3.0-or-later
"""When the repository is checked, and which part of its data is read: another one each time, so that all are read."""

from __future__ import annotations

import re
import typing as t
from datetime import datetime, timedelta

Facts = t.Mapping[str, t.Any]
#: One of so many groups, which for restic are the same packs each time; a percentage is new ones by itself.
FRACTION = re.compile(r"([0-9]{1,3})/([0-9]{1,3})")


def share(subset: str, last: Facts) -> tuple[str, Facts]:
    """What `--read-data-subset` takes, and what is kept of it once that was read.

    `last` is what is known of the check before. One that failed did not read its group, or would find the same again.
    """
    found = FRACTION.fullmatch(subset.strip())
    if not found or not int(found[2]):
        return subset, {}
    first, groups = int(found[1]), int(found[2])
    group = int(last["group"]) % groups + 1 if "group" in last else first
    return f"{group}/{groups}", {"group": group}


def is_due(days: int, last: Facts, now: datetime) -> bool:
    """After so many days, and at once where the last one failed, or lies in the future. 0 is never."""
    if not days:
        return False
    if last.get("result") != "ok":
        return True
    age = now - datetime.fromisoformat(last["finished_at"])
    return age >= timedelta(days=days) or age < timedelta()
