"""All of the data is read in the end, and a check that failed is tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ansible_collections.rollout.posthog.plugins.module_utils.backup import program
from ansible_collections.rollout.posthog.plugins.module_utils.backup.checking import is_due, share
from ansible_collections.rollout.posthog.plugins.module_utils.backup.status import Status
from ansible_collections.rollout.posthog.plugins.module_utils.errors import RolloutError

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


class Asked:
    """In place of a repository: what it is asked, which fails where it is away."""

    def __init__(self) -> None:
        self.subsets: list[str] = []
        self.away = False

    def run(self, *arguments: str) -> str:
        if self.away:
            raise RolloutError("connection refused")
        self.subsets += [word.split("=")[1] for word in arguments if "subset" in word]
        return ""


def checks(path: Any, repository: Any, subset: str, times: int) -> None:
    settings: Any = type("Tried", (), {"retention": {"enabled": False}, "check": {"subset": subset}})
    for _ in range(times):
        program.look_through(settings, repository, Status(str(path / "status.json")))


def test_every_check_reads_another_group_until_all_were_read(tmp_path: Any) -> None:
    repository = Asked()
    checks(tmp_path, repository, "2/3", 4)
    assert repository.subsets == ["2/3", "3/3", "1/3", "2/3"]


def test_a_group_that_was_not_read_is_read_the_next_time(tmp_path: Any) -> None:
    repository = Asked()
    checks(tmp_path, repository, "1/12", 1)
    repository.away = True
    checks(tmp_path, repository, "1/12", 2)
    repository.away = False
    checks(tmp_path, repository, "1/12", 1)
    assert repository.subsets == ["1/12", "2/12"]


@pytest.mark.parametrize("subset", ["5%", "100%", "2G", "nonsense"])
def test_what_is_no_fraction_goes_to_restic_as_it_is(subset: str) -> None:
    assert share(subset, {"group": 3}) == (subset, {})


def test_with_fewer_groups_than_before_it_is_one_of_them() -> None:
    assert share("1/3", {"group": 11}) == ("3/3", {"group": 3})


@pytest.mark.parametrize(
    ("days", "last", "due"),
    [
        (7, {}, True),
        (7, {"result": "ok", "age": 6}, False),
        (7, {"result": "ok", "age": 7}, True),
        (7, {"result": "failed", "age": 1}, True),
        (7, {"result": "ok", "age": -400}, True),
        (0, {"result": "failed", "age": 1}, False),
        (0, {}, False),
    ],
)
def test_a_check_that_failed_is_due_at_once(days: int, last: dict[str, Any], due: bool) -> None:
    when = {"finished_at": (NOW - timedelta(days=last["age"])).isoformat()} if last else {}
    assert is_due(days, {**last, **when}, NOW) is due


def test_a_run_that_ends_with_1_for_an_earlier_failure_says_so(
    tmp_path: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program.told, "tell", lambda *_: [])
    path = str(tmp_path / "status.json")
    Status(path).note("last_check", result="failed", message="connection refused")
    status = Status(path)
    settings: Any = None
    assert program.finished(settings, status, *program.RUN) == program.FAILED
    said = capsys.readouterr().err
    assert "the check of " in said
    assert "failed: connection refused" in said
    status.note("last_check", result="failed", message="connection refused")
    assert program.finished(settings, status, *program.RUN) == program.FAILED
    assert capsys.readouterr().err == ""
