"""Check mode sends nothing but GET, and says exactly what the run then does."""

from __future__ import annotations

from typing import Any

import pytest
from integration.builders import Entry, condition, flag, whole_project
from integration.hand import Hand

from support.task import Result, Tasks

KNOWN_AFTER_APPLY = "(known after apply)"


def foreseen_and_done(task: Tasks, **options: Any) -> tuple[Result, Result]:
    """The prediction and the run, which must say the same."""
    foreseen = task("apply", check_mode=True, diff=True, **options)
    assert foreseen.writes == []
    done = task("apply", diff=True, **options)
    assert without_new_ids(foreseen) == without_new_ids(done)
    assert foreseen["diff"] == done["diff"]
    assert foreseen["changed"] == done["changed"]
    return foreseen, done


def without_new_ids(result: Result) -> list[Entry]:
    return [
        {**change, "id": KNOWN_AFTER_APPLY if change["action"] == "created" else change["id"]}
        for change in result["changes"]
    ]


def drift(hand: Hand) -> None:
    """What people do to a project in a day."""
    trends = hand.find("feature_flags", "trends")
    groups = [*trends["filters"]["groups"], {"properties": [], "rollout_percentage": 100}]
    hand.edit("feature_flags", trends["id"], filters={"groups": groups}, tags=["hands-on"])
    hand.edit("cohorts", hand.find("cohorts", "Not ours")["id"], deleted=True)
    hand.edit("insights", hand.find("insights", "Views")["id"], name="Looks")
    board = hand.find("dashboards", "Activation")
    hand.edit("dashboards", board["id"], description="mine", tiles=[{"id": board["tiles"][0]["id"], "deleted": True}])
    hand.set(anonymize_ips=False, timezone="Europe/Paris")


def test_an_empty_project_is_foreseen(task: Tasks) -> None:
    foreseen, done = foreseen_and_done(task, **whole_project())
    assert len(done["changes"]) == 10
    assert {change["id"] for change in foreseen["changes"] if change["action"] == "created"} == {KNOWN_AFTER_APPLY}
    task.converged("apply", **whole_project())


def test_a_project_that_does_not_exist_yet_is_foreseen(task: Tasks, hand: Hand) -> None:
    foreseen, done = foreseen_and_done(task, project="Fresh", create_project=True, **whole_project())
    assert foreseen["project_id"] is None
    assert done["project_id"] == 2
    assert done.actions["project Fresh"] == "created"
    assert hand.names("feature_flags") == []
    task.converged("apply", project="Fresh", create_project=True, **whole_project())


def test_a_drifted_project_is_foreseen(task: Tasks, hand: Hand) -> None:
    task("apply", **whole_project())
    drift(hand)
    _foreseen, done = foreseen_and_done(task, **whole_project())
    assert done.actions == {
        "project Default project": "updated",
        "feature_flag trends": "updated",
        "cohort Not ours": "created",
        "insight Views": "created",
        "dashboard Activation": "updated",
        "dashboard Overview": "updated",
    }
    task.converged("apply", **whole_project())


def test_removals_are_foreseen(task: Tasks) -> None:
    task("apply", **whole_project())
    gone = {
        "feature_flags": [{"key": "trends-wide", "state": "absent"}],
        "dashboards": [{"name": "Overview", "state": "absent"}],
    }
    _foreseen, done = foreseen_and_done(task, **gone)
    assert set(done.actions.values()) == {"deleted"}


@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_single_object_is_foreseen(task: Tasks, state: str) -> None:
    declared = flag(description="The new trends", tags=["growth"])
    if state == "absent":
        task("feature_flag", **flag())
        declared = {"key": "trends", "state": "absent"}
    foreseen = task("feature_flag", check_mode=True, diff=True, **declared)
    assert foreseen.writes == []
    done = task("feature_flag", diff=True, **declared)
    for key in ("changed", "action", "object", "diff"):
        assert foreseen[key] == done[key], key


def test_the_diff_shows_only_what_differs(task: Tasks, hand: Hand) -> None:
    task("feature_flag", **flag(description="The new trends", tags=["growth"]))
    hand.edit("feature_flags", hand.find("feature_flags", "trends")["id"], name="Mine")
    diff = task("feature_flag", diff=True, **flag(description="The new trends", tags=["growth"]))["diff"]
    assert diff["before"] == "description: Mine\n"
    assert diff["after"] == "description: The new trends\n"
    changed = task("feature_flag", diff=True, check_mode=True, key="trends", conditions=[condition(10)])["diff"]
    assert "rollout_percentage: 10" in changed["after"]
    assert "tags" not in changed["after"]
