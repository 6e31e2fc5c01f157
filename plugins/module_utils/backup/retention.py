# SPDX-License-Identifier: GPL-3.0-or-later
"""Which runs are kept: as restic's own rules say for their manifests, and never longer than a number of days.

What no kept run has use of goes, so that what a failed run has left goes with the next good one.
"""

from __future__ import annotations

import json
import typing as t
from datetime import datetime, timedelta

from ..errors import RolloutError
from .restic import AHEAD, Restic, Snapshot, dated, snapshot_of
from .settings import Options

MANIFEST = "part=manifest"
LEDGER = "ledger"
PERIODS = ("last", "daily", "weekly", "monthly", "yearly")


def by_rules(restic: Restic, rules: Options, more: int = 0) -> tuple[list[Snapshot], set[str]]:
    """All that there is, from the oldest to the newest, and the runs that restic would keep. Raises RolloutError.

    Grouped by their paths, manifests are a group of their own. So restic answers both at once, and only once opens the
    repository, for which it computes a second. `more` are kept by each rule: those that are to displace no others.
    """
    keep = [word for period in PERIODS if rules[period] for word in (f"--keep-{period}", str(rules[period] + more))]
    said = restic.run("forget", "--dry-run", "--no-lock", "--json", "--group-by", "host,paths", *keep, *restic.ours())
    groups = json.loads(said) if said.strip() else []
    stays, goes = ([snapshot_of(one) for group in groups for one in group[name] or []] for name in ("keep", "remove"))
    wanted = {one.run for one in stays if one.part == "manifest"}
    return sorted([*stays, *goes], key=lambda one: one.time), wanted


def kept(manifests: t.Sequence[Snapshot], by_rules: t.Collection[str], cap: timedelta, now: datetime) -> list[Snapshot]:
    """Never older than the cap, but for the newest, which is all that there is of some host.

    Those that are dated after now stay, but none is the newest.
    """
    there, ahead = dated(manifests)
    return [one for one in there[:-1] if one.run in by_rules and now - one.time <= cap] + [*there[-1:], *ahead]


def ahead_of_now(runs: t.Sequence[str]) -> list[str]:
    """What people are told of them, if there are any."""
    if not runs:
        return []
    return [
        f"dated after now, made when a clock was wrong: {', '.join(runs)}; never the latest, and kept until then,"
        " unless you let restic forget the snapshots with such a tag"
    ]


def useless(snapshots: t.Sequence[Snapshot], kept_manifests: t.Sequence[Snapshot]) -> list[str]:
    """The ids of what no kept run consists of; the ledger is of none, and has rules of its own."""
    runs = {one.run for one in kept_manifests}
    # A later run says its differences from what an earlier one has kept whole.
    bases = {one.marks.get("base", "") for one in kept_manifests}
    parts = [one for one in snapshots if one.part != LEDGER]
    return [one.id for one in parts if one.run not in runs and not ("whole" in one.marks and one.run in bases)]


def check_clock(before: datetime | None, now: datetime, cap: timedelta) -> None:
    """Raises RolloutError where a wrong clock would make backups look old: after a third of the days that they stay."""
    if before and before - now > AHEAD:
        raise RolloutError("the last good backup lies in the future: nothing is forgotten; mend the clock of this host")
    if before and now - before > min(cap, max(timedelta(days=2), cap / 3)):
        days = (now - before).days
        raise RolloutError(
            f"the last good backup is {days} days old, or the clock is wrong: nothing is forgotten this time"
        )


def forget(restic: Restic, rules: Options, before: datetime | None, now: datetime) -> dict[str, t.Any]:
    """How many snapshots went, and which runs are dated after now. Raises RolloutError.

    `before` is when the last good run before this one ended.
    """
    cap = timedelta(days=rules["max_days"])
    check_clock(before, now, cap)
    there, wanted = by_rules(restic, rules)
    manifests = [one for one in there if one.part == "manifest"]
    _real, ahead = dated(manifests)
    if ahead:
        _same, wanted = by_rules(restic, rules, len(ahead))
    gone = useless(there, kept(manifests, wanted, cap, now))
    restic.forget(gone)
    return {"forgotten": len(gone), **({"ahead": [one.run for one in ahead]} if ahead else {})}
