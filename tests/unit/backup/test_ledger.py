"""Who is in the ledger: everybody once, by the newest date, and nobody who is in no backup."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ansible_collections.rollout.posthog.plugins.module_utils.backup.ledger import (
    MARGIN,
    Erasure,
    begun,
    concerned,
    erasures_of,
    merged,
    text_of,
    those_since,
)
from ansible_collections.rollout.posthog.plugins.module_utils.backup.restic import Snapshot
from ansible_collections.rollout.posthog.plugins.module_utils.backup.retention import useless
from ansible_collections.rollout.posthog.plugins.module_utils.errors import RolloutError

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
ANN, BOB = "0191d2b0-0000-0000-0000-00000000000a", "0191d2b0-0000-0000-0000-00000000000b"


def days_ago(days: float) -> str:
    return text_of(NOW - timedelta(days=days))


def test_everybody_once_with_the_newest_date() -> None:
    old = [Erasure(1, ANN, days_ago(9), days_ago(9)), Erasure(2, ANN, days_ago(8))]
    new = [Erasure(1, BOB, days_ago(1)), Erasure(1, ANN, days_ago(3))]
    assert merged(old, new) == [
        Erasure(1, ANN, days_ago(3), days_ago(9)),
        Erasure(1, BOB, days_ago(1)),
        Erasure(2, ANN, days_ago(8)),
    ]
    assert merged(old, new) == merged(new, old, old)


def test_what_no_backup_has_leaves_the_ledger() -> None:
    known = [Erasure(1, ANN, days_ago(9), days_ago(5)), Erasure(1, BOB, days_ago(7.5), days_ago(9))]
    assert those_since(known, NOW - timedelta(days=7)) == [
        Erasure(1, ANN, "", days_ago(5)),
        Erasure(1, BOB, days_ago(7.5)),
    ], "with a margin for clocks that differ"
    assert those_since(known, NOW + MARGIN) == []


def test_events_of_people_who_stay_are_erased_again_only_if_the_backup_has_them() -> None:
    """Not by the margin: what came between the erasure and the backup is nobody's to erase."""
    run = "20261125T120000Z-a1b2c3"
    known = [Erasure(1, ANN, "", days_ago(1.5)), Erasure(1, BOB, days_ago(1.5), days_ago(1.5))]
    assert concerned(known, run) == known[1:]
    assert concerned([Erasure(1, ANN, "", days_ago(0.5))], run) == [Erasure(1, ANN, "", days_ago(0.5))]


def test_a_run_says_when_it_began() -> None:
    assert begun("20261126T120000Z-a1b2c3") == NOW
    with pytest.raises(RolloutError, match="no name of a run"):
        begun("latest")


@pytest.mark.parametrize("text", ["", "[]", '{"version": 1}', f'{{"version": 1, "erased": [{{"who": "{ANN}"}}]}}'])
def test_a_ledger_that_cannot_be_read_shows_nobody(text: str) -> None:
    with pytest.raises(RolloutError, match="cannot be read") as caught:
        erasures_of(text)
    assert ANN not in str(caught.value)


def test_nobody_is_named_by_mistake() -> None:
    assert ANN not in repr([Erasure(1, ANN, days_ago(1))])


def test_the_ledger_is_not_forgotten_with_the_runs() -> None:
    everything = [
        Snapshot("ledger", NOW - timedelta(days=100), {"part": "ledger"}),
        Snapshot("dump", NOW - timedelta(days=100), {"part": "postgres", "run": "1"}),
        Snapshot("manifest", NOW, {"part": "manifest", "run": "2"}),
    ]
    assert useless(everything, everything[-1:]) == ["dump"]
