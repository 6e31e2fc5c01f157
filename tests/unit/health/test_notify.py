"""Each channel is told once, and a delivery that failed is tried again, whatever another channel took."""

from __future__ import annotations

import typing as t
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from unit.health.world import NOW
from unit.web import Answer, Server

from ansible_collections.rollout.posthog.plugins.module_utils.errors import RolloutError
from ansible_collections.rollout.posthog.plugins.module_utils.health.notify import Notices
from ansible_collections.rollout.posthog.plugins.module_utils.health.report import Report
from ansible_collections.rollout.posthog.plugins.module_utils.health.result import Result
from support.mail import Mailbox, mail_server

FULL = Report("https://posthog.example.com", NOW, (Result("disk /", "failed", "93 % used"),))
WELL = Report("https://posthog.example.com", NOW, (Result("disk /", "ok", "40 % used"),))


def later(report: Report, hours: float) -> Report:
    return replace(report, time=report.time + timedelta(hours=hours))


def notices(folder: Path, server: Server, box: Mailbox | None = None) -> Notices:
    channels: dict[str, dict[str, t.Any]] = {"webhook": {"url": server.url, "token": None, "ca_path": None}}
    if box:
        where = {"smtp_host": "127.0.0.1", "smtp_port": box.port, "security": "none"}
        people = {"to": ["ops@example.com"], "sender": "posthog@example.com"}
        channels["email"] = {**where, **people, "user": None, "password": None, "ca_path": None}
    return Notices(str(folder / "state.json"), 24.0, True, channels)


def kinds(server: Server) -> list[str]:
    return [request.body["kind"] for request in server.seen]


def test_the_life_of_a_failure(tmp_path: Path) -> None:
    with Server(lambda _: Answer(200)) as server:
        for report in (WELL, FULL, later(FULL, 1), later(FULL, 24), later(FULL, 25), later(WELL, 26), later(WELL, 27)):
            # As a program that starts anew each time.
            assert notices(tmp_path, server).tell(report) == []
        assert kinds(server) == ["unwell", "reminder", "well"]


def test_a_failed_delivery_is_tried_again_and_others_are_not_told_twice(tmp_path: Path) -> None:
    answers = iter([Answer(500), Answer(500), Answer(200)])
    with Server(lambda _: next(answers)) as server, mail_server() as box:
        for hours, problems in ((0, 1), (1, 1), (2, 0), (3, 0)):
            found = notices(tmp_path, server, box).tell(later(FULL, hours))
            assert len(found) == problems, found
        assert kinds(server) == ["unwell"] * 3
    assert len(box.letters) == 1


def test_a_failure_that_nobody_heard_of_is_not_over(tmp_path: Path) -> None:
    answers = iter([Answer(500)])
    with Server(lambda _: next(answers)) as server:
        [problem] = notices(tmp_path, server).tell(FULL)
        assert problem == "webhook: nobody was told (unwell): the webhook answered 500"
        assert notices(tmp_path, server).tell(later(WELL, 1)) == []
        assert kinds(server) == ["unwell"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"webhook": {}}', '{"webhook": {"unwell": {}, "at": "soon"}}'])
def test_a_memory_that_is_lost_means_to_tell_again(tmp_path: Path, content: str) -> None:
    (tmp_path / "state.json").write_text(content)
    with Server(lambda _: Answer(200)) as server:
        assert notices(tmp_path, server).tell(FULL) == []
        assert notices(tmp_path, server).tell(FULL) == []
        assert kinds(server) == ["unwell"]


def test_a_memory_that_cannot_be_kept_is_an_error(tmp_path: Path) -> None:
    with Server(lambda _: Answer(200)) as server, pytest.raises(RolloutError, match="cannot write"):
        notices(tmp_path / "nowhere", server).tell(FULL)


def test_a_trial_is_not_remembered(tmp_path: Path) -> None:
    with Server(lambda _: Answer(200)) as server:
        assert notices(tmp_path, server).try_out(FULL) == []
        assert notices(tmp_path, server).tell(FULL) == []
        assert kinds(server) == ["trial", "unwell"]
