"""What is kept, by days and by what later runs have use of; a wrong clock removes nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ansible_collections.rollout.posthog.plugins.module_utils.backup.restic import Snapshot
from ansible_collections.rollout.posthog.plugins.module_utils.backup.retention import check_clock, kept, useless
from ansible_collections.rollout.posthog.plugins.module_utils.backup.window import is_quiet
from ansible_collections.rollout.posthog.plugins.module_utils.errors import RolloutError

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
CAP = timedelta(days=90)


def snapshot(name: str, days: float, **marks: str) -> Snapshot:
    return Snapshot(name, NOW - timedelta(days=days), marks)


def test_nothing_is_kept_over_the_cap_but_the_newest() -> None:
    old, new = snapshot("a", 100, run="a"), snapshot("b", 95, run="b")
    assert kept([old, new], {"a", "b"}, CAP, NOW) == [new]
    assert kept([], set(), CAP, NOW) == []


def test_what_a_kept_run_says_its_differences_from_stays() -> None:
    everything = [
        snapshot("whole", 8, run="1", part="clickhouse", whole="yes"),
        snapshot("dump1", 8, run="1", part="postgres"),
        snapshot("of a failed run", 3, run="2", part="clickhouse"),
        snapshot("part3", 1, run="3", part="clickhouse"),
        snapshot("manifest3", 1, run="3", part="manifest", base="1"),
    ]
    assert useless(everything, [everything[-1]]) == ["dump1", "of a failed run"]


@pytest.mark.parametrize(
    ("days", "says"),
    [(-1, "in the future"), (31, "nothing is forgotten"), (80, "nothing is forgotten"), (91, "nothing is forgotten")],
)
def test_a_jump_of_the_clock_is_noticed(days: float, says: str) -> None:
    with pytest.raises(RolloutError, match=says):
        check_clock(NOW - timedelta(days=days), NOW, CAP)


def test_a_clock_that_goes_right_is_trusted() -> None:
    check_clock(NOW - timedelta(days=1), NOW, CAP)
    check_clock(None, NOW, CAP)


@pytest.mark.parametrize(
    ("begin", "end", "hour", "quiet"),
    [
        ("01:00", "05:00", 3, True),
        ("01:00", "05:00", 12, False),
        ("22:00", "04:00", 23, True),
        ("22:00", "04:00", 3, True),
        ("22:00", "04:00", 12, False),
        ("", "", 12, True),
    ],
)
def test_the_quiet_hours(begin: str, end: str, hour: int, quiet: bool) -> None:
    window = {"begin": begin, "end": end, "overdue_hours": 26.0}
    now = NOW.replace(hour=hour)
    assert is_quiet(window, now, now - timedelta(hours=20)) is quiet
    assert is_quiet(window, now, now - timedelta(hours=27))
    assert is_quiet(window, now, None)
