"""Options of the connection and ids that make no sense: a sentence, never a crash."""

from __future__ import annotations

from typing import Any

import pytest
from integration.builders import dashboard, flag, insight
from integration.hand import Hand

from support.emulator import Emulator
from support.task import Tasks

WRONG: list[tuple[dict[str, Any], str]] = [
    ({"concurrency": 0}, "concurrency must be at least 1, not 0"),
    ({"concurrency": -3}, "concurrency must be at least 1, not -3"),
    ({"timeout": 0}, "timeout must be more than 0"),
    ({"timeout": -1}, "timeout must be more than 0"),
    ({"timeout": "nan"}, "timeout must be more than 0"),
    ({"retries": -1}, "retries must be at least 0, not -1"),
    ({"throttle_timeout": -1}, "throttle_timeout must be at least 0"),
    ({"project": [1]}, "project must be a name or an id"),
    ({"project": {"id": 1}}, "project must be a name or an id"),
    ({"project": True}, "project must be a name or an id"),
    ({"project": -1}, "there is no project"),
    ({"project": 0}, "there is no project with id 0"),
]
IDS: list[Any] = ["abc", "1/../2", [1], {"a": 1}, 1.5, True, -1]


@pytest.mark.parametrize(("options", "sentence"), WRONG)
def test_an_option_that_makes_no_sense_is_a_sentence(task: Tasks, options: dict[str, Any], sentence: str) -> None:
    failed = task.fails("apply", feature_flags=[flag(), flag("other")], **options)
    assert sentence in failed["msg"]
    assert failed.writes == []


@pytest.mark.parametrize("id", IDS, ids=repr)
def test_an_id_that_is_none_is_a_sentence(task: Tasks, id: Any) -> None:
    for failed in (
        task.fails("dashboard", **dashboard(id=id)),
        task.fails("apply", dashboards=[dashboard(id=id)]),
    ):
        assert "bug" not in failed["msg"]
        assert "id" in failed["msg"]
        assert failed.writes == []


def test_an_id_may_be_text(task: Tasks) -> None:
    id = task("dashboard", **dashboard())["id"]
    assert not task("dashboard", **dashboard(id=str(id)))["changed"]
    task.converged("apply", project="1", dashboards=[dashboard(id=str(id))])


@pytest.mark.parametrize("concurrency", [1, 3, 32])
def test_any_number_of_requests_at_a_time_leads_to_the_same(task: Tasks, concurrency: int) -> None:
    declared = [flag(f"flag-{number}") for number in range(20)]
    task("apply", concurrency=concurrency, feature_flags=declared)
    task.converged("apply", concurrency=concurrency, feature_flags=declared)


@pytest.mark.parametrize("organization", ["Emulator", "emulator", "@current"])
def test_an_organization_by_name(task: Tasks, organization: str) -> None:
    task("feature_flag", organization=organization, project="Default project", **flag())
    made = task("apply", organization=organization, project="New", create_project=True, feature_flags=[flag()])
    assert made["project_id"] == 2


def test_an_organization_by_id(task: Tasks, hand: Hand) -> None:
    id = hand.settings()["organization"]
    assert task("feature_flag", organization=id, project="Default project", **flag())["action"] == "created"


def test_a_right_that_is_lost_in_the_middle_is_a_sentence(task: Tasks, emulator: Emulator) -> None:
    denied = {"type": "authentication_error", "code": "permission_denied", "detail": "No more.", "attr": None}
    emulator.switch(
        faults=[{"action": "status", "method": "POST", "path_regex": "insights", "status": 403, "body": denied}]
    )
    failed = task.fails("apply", insights=[insight()], feature_flags=[flag()])
    assert failed["msg"] == "insight Views: the api_key may not do this (No more.)"
    assert [change["name"] for change in failed["changes"]] == ["trends"]


def test_a_key_that_is_revoked_in_the_middle_ends_the_run(task: Tasks, emulator: Emulator) -> None:
    denied = {"type": "authentication_error", "code": "authentication_failed", "detail": "Gone.", "attr": None}
    emulator.switch(
        faults=[{"action": "status", "method": "POST", "nth": 3, "times": 999, "status": 401, "body": denied}]
    )
    failed = task.fails("apply", concurrency=1, feature_flags=[flag(f"flag-{number}") for number in range(20)])
    assert "does not accept the api_key" in failed["msg"]
    assert len(failed.writes) == 3
