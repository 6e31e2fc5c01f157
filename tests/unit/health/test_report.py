"""What a person and a program are told."""

from __future__ import annotations

import json

import pytest
from unit.health.world import NOW

from ansible_collections.rollout.posthog.plugins.module_utils.health.report import Report, lines
from ansible_collections.rollout.posthog.plugins.module_utils.health.result import Result, skipped

GOOD = Result("flags", "ok", "3 evaluated", facts={"flags": 3})
LATE = Result("event", "warning", "ingested after 40 s", "See the lag.")
FULL = Result("disk /", "failed", "93 % used", "Remove images.")
UNSEEN = skipped("backup", "no backup.status_file is given")


def report(*results: Result) -> Report:
    return Report("https://posthog.example.com", NOW, results)


def test_all_is_well_in_one_line_and_what_was_not_seen_in_another() -> None:
    assert lines(report(GOOD, UNSEEN).as_data()) == [
        "https://posthog.example.com is well: flags",
        "not checked: backup (no backup.status_file is given)",
    ]


def test_what_is_wrong_is_a_table_with_what_to_do() -> None:
    assert lines(report(GOOD, LATE, FULL).as_data()) == [
        "https://posthog.example.com is not well: 1 failed, 1 warning, 1 ok",
        "event   warning  ingested after 40 s",
        "                 See the lag.",
        "disk /  failed   93 % used",
        "                 Remove images.",
    ]


def test_long_texts_are_folded_beside_the_table() -> None:
    long = Result("certificate posthog.example.com", "failed", "not trusted: " + "word " * 20, "See " + "why " * 20)
    shown = lines(report(long, skipped("backup", "no " * 40)).as_data())
    assert all(len(line) <= 73 for line in shown)
    measured = [line for line in shown if "word" in line]
    assert len(measured) > 2
    assert {line.index("word") for line in measured[1:]} == {len("certificate posthog.example.com  failed   ")}
    assert " ".join(" ".join(shown).split()).count("word") == 20


def test_nothing_checked_is_not_well() -> None:
    assert lines(report(UNSEEN).as_data())[0] == "https://posthog.example.com: nothing was checked"
    assert report(UNSEEN).verdict == "skipped"


@pytest.mark.parametrize(
    ("results", "verdict"), [((GOOD, UNSEEN), "ok"), ((GOOD, LATE), "warning"), ((LATE, FULL, GOOD), "failed")]
)
def test_the_worst_counts(results: tuple[Result, ...], verdict: str) -> None:
    assert report(*results).verdict == verdict


def test_the_document() -> None:
    document = json.loads(report(GOOD, FULL).as_json())
    assert {key: document[key] for key in ("version", "host", "time", "verdict")} == {
        "version": 1,
        "host": "https://posthog.example.com",
        "time": "2026-11-26T12:00:00+00:00",
        "verdict": "failed",
    }
    assert document["results"][0] == {
        "name": "flags",
        "verdict": "ok",
        "measured": "3 evaluated",
        "advice": "",
        "facts": {"flags": 3},
    }
