"""When somebody is told: once when it changes, again when it lasts, and when it is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from unit.health.world import NOW

from ansible_collections.rollout.posthog.plugins.module_utils.health.message import Message, Told, due, grave
from ansible_collections.rollout.posthog.plugins.module_utils.health.report import Report
from ansible_collections.rollout.posthog.plugins.module_utils.health.result import Result

DAY = timedelta(hours=24)
DISK = {"disk /": "failed"}
BOTH = {"disk /": "failed", "event": "failed"}


def told(unwell: dict[str, str], hours: float = 1) -> Told:
    return Told(unwell, NOW - timedelta(hours=hours))


@pytest.mark.parametrize(
    ("before", "unwell", "kind"),
    [
        (None, {}, None),
        (None, DISK, "unwell"),
        (told({}), DISK, "unwell"),
        (told(DISK), DISK, None),
        (told(DISK, 23.9), DISK, None),
        (told(DISK, 24), DISK, "reminder"),
        (told(DISK), BOTH, "changed"),
        (told(BOTH), DISK, "changed"),
        (told({"disk /": "warning"}), DISK, "changed"),
        (told(BOTH), {}, "well"),
        (told({}, 100), {}, None),
    ],
)
def test_what_is_due(before: Told | None, unwell: dict[str, str], kind: str | None) -> None:
    assert due(before, unwell, NOW, DAY) == kind


def report(*results: Result) -> Report:
    return Report("https://posthog.example.com", NOW, results)


LATE = Result("event", "warning", "ingested after 40 s")
FULL = Result("disk /", "failed", "93 % used", "Remove images.")
GOOD = Result("flags", "ok", "3 evaluated")


def test_warnings_can_be_left_out() -> None:
    assert grave(report(LATE, FULL, GOOD), with_warnings=True) == {"event": "warning", "disk /": "failed"}
    assert grave(report(LATE, FULL, GOOD), with_warnings=False) == DISK


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("unwell", "https://posthog.example.com is not well: disk /"),
        ("changed", "https://posthog.example.com is not well: disk /"),
        ("reminder", "https://posthog.example.com is still not well: disk /"),
        ("well", "https://posthog.example.com is well again"),
        ("trial", "https://posthog.example.com: a trial, to see whether messages arrive"),
    ],
)
def test_the_subject_says_it_all(kind: str, subject: str) -> None:
    message = Message(kind, report(FULL, GOOD))
    assert message.subject == subject
    assert "Remove images." in message.text
    assert message.as_data()["text"] == message.text
    assert message.as_data()["results"][0]["name"] == "disk /"
