"""The network and the server fail; a plain rerun converges, nothing is there twice, nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest
from integration.builders import (
    Entry,
    action,
    cohort,
    condition,
    dashboard,
    flag,
    insight,
    many,
    whole_project,
)
from integration.hand import Hand

from support.emulator import Emulator
from support.task import Tasks

KINDS: dict[str, tuple[str, Entry]] = {
    "feature_flags": ("feature_flag", flag()),
    "cohorts": ("cohort", cohort()),
    "actions": ("action", action()),
    "insights": ("insight", insight()),
    "dashboards": ("dashboard", dashboard("Activation", {"text": "Hello"})),
}
RESETS = ["reset_before", "reset_after"]


def fault(action_name: str, method: str, path: str = "", **more: Any) -> Entry:
    return {"action": action_name, "method": method, "path_regex": path, **more}


@pytest.mark.parametrize("reset", RESETS)
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_reset_around_a_post_makes_one_object(
    task: Tasks, hand: Hand, emulator: Emulator, kind: str, reset: str
) -> None:
    module, declared = KINDS[kind]
    emulator.switch(faults=[fault(reset, "POST", kind)])
    result = task(module, **declared)
    assert result["action"] == "created"
    assert len(hand.all(kind)) == 1
    posts = sum(request.method == "POST" for request in result.sent)
    assert posts == (2 if reset == "reset_before" else 1)
    task.converged(module, **declared)


@pytest.mark.parametrize("reset", RESETS)
def test_a_reset_around_the_post_of_a_project_makes_one_project(task: Tasks, emulator: Emulator, reset: str) -> None:
    emulator.switch(faults=[fault(reset, "POST", "projects")])
    result = task("apply", project="Fresh", create_project=True, feature_flags=[flag()])
    assert result["project_id"] == 2
    assert [project["name"] for project in emulator.state()["projects"]] == ["Default project", "Fresh"]
    task.converged("apply", project="Fresh", create_project=True, feature_flags=[flag()])


@pytest.mark.parametrize("reset", RESETS)
def test_a_reset_around_the_patch_that_makes_a_text_makes_one_text(
    task: Tasks, hand: Hand, emulator: Emulator, reset: str
) -> None:
    task("dashboard", **dashboard())
    emulator.switch(faults=[fault(reset, "PATCH")])
    declared = dashboard("Activation", {"text": "Hello"})
    task("dashboard", **declared)
    assert len(hand.find("dashboards", "Activation")["tiles"]) == 1
    task.converged("dashboard", **declared)


@pytest.mark.parametrize("reset", RESETS)
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_reset_around_a_removal_removes(task: Tasks, hand: Hand, emulator: Emulator, kind: str, reset: str) -> None:
    module, declared = KINDS[kind]
    name = {key: declared[key] for key in ("key", "name") if key in declared}
    task(module, **declared)
    emulator.switch(faults=[fault(reset, "PATCH")])
    assert task(module, state="absent", **name)["action"] == "deleted"
    assert hand.all(kind) == []


@pytest.mark.parametrize("reset", RESETS)
def test_a_reset_around_the_removal_of_a_project_removes(task: Tasks, emulator: Emulator, reset: str) -> None:
    task("project", name="Fresh")
    emulator.switch(faults=[fault(reset, "DELETE")])
    assert task("project", name="Fresh", state="absent")["action"] == "deleted"


@pytest.mark.parametrize("broken", [fault("reset_after", "PATCH"), fault("status", "PATCH", status=503)])
def test_a_change_whose_answer_was_lost_is_not_sent_twice(
    task: Tasks, hand: Hand, emulator: Emulator, broken: Entry
) -> None:
    task("feature_flag", **flag("trends", condition(10)))
    emulator.switch(faults=[broken])
    result = task("feature_flag", **flag("trends", condition(25)))
    assert result["action"] == "updated"
    assert hand.find("feature_flags", "trends")["filters"]["groups"][0]["rollout_percentage"] == 25
    applied = [request for request in result.sent if request.method == "PATCH" and request.status == 200]
    assert len(applied) <= 1


@pytest.mark.parametrize("status", [502, 503, 504])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_server_that_is_busy_for_a_moment_is_asked_again(
    task: Tasks, hand: Hand, emulator: Emulator, method: str, status: int
) -> None:
    emulator.switch(faults=[fault("status", method, "feature_flags", status=status)])
    task("feature_flag", **flag())
    assert hand.names("feature_flags") == ["trends"]


def test_a_server_that_stays_busy_is_one_sentence(task: Tasks, emulator: Emulator) -> None:
    emulator.switch(faults=[fault("status", "GET", status=503, times=100)])
    failed = task.fails("feature_flag", retries=1, **flag())
    assert "503" in failed["msg"]
    assert len(failed.sent) == 2


def test_connections_that_are_always_reset_are_one_sentence(task: Tasks, emulator: Emulator) -> None:
    emulator.switch(faults=[fault("reset_before", "POST", times=100)])
    failed = task.fails("feature_flag", retries=1, **flag())
    assert "got no answer" in failed["msg"]


def test_a_500_on_the_tenth_write_fails_alone(task: Tasks, hand: Hand, emulator: Emulator) -> None:
    declared = many(30)
    emulator.switch(faults=[fault("status", "POST", nth=10, status=500)])
    failed = task.fails("apply", **declared)
    assert "500" in failed["msg"]
    assert failed["failures"]
    made = {f"{change['kind']} {change['name']}" for change in failed["changes"]}
    there = {f"cohort {name}" for name in hand.names("cohorts")}
    assert there <= made
    task("apply", **declared)
    task.converged("apply", **declared)
    for kind in ("cohorts", "feature_flags", "insights"):
        assert len(hand.all(kind)) == 10


def test_what_depends_on_a_failed_object_is_not_tried(task: Tasks, hand: Hand, emulator: Emulator) -> None:
    emulator.switch(faults=[fault("status", "POST", "cohorts", status=500)])
    failed = task.fails(
        "apply", cohorts=[cohort()], feature_flags=[flag("f", condition(1, {"cohort": "Employees"})), flag("other")]
    )
    assert [failure["object"] for failure in failed["failures"]] == ["cohort Employees"]
    assert hand.names("feature_flags") == ["other"]


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH"])
def test_a_slow_body_is_waited_for(task: Tasks, emulator: Emulator, method: str) -> None:
    declared = dashboard("Activation", {"text": "Hello"})
    emulator.switch(faults=[fault("slow_body", method, delay_ms=300)])
    task("dashboard", **declared)
    task.converged("dashboard", **declared)


def test_a_post_that_hangs_beyond_the_timeout_makes_one_object(task: Tasks, hand: Hand, emulator: Emulator) -> None:
    emulator.switch(faults=[fault("hang", "POST", delay_ms=600)])
    task("feature_flag", timeout=0.3, **flag())
    assert len(hand.all("feature_flags")) == 1


@pytest.mark.parametrize("reset", RESETS)
@pytest.mark.parametrize("method", ["POST", "PATCH", "GET"])
def test_a_whole_project_survives_resets_all_over(
    task: Tasks, hand: Hand, emulator: Emulator, method: str, reset: str
) -> None:
    whole = whole_project()
    emulator.switch(faults=[fault(reset, method, nth=nth) for nth in (1, 3, 4)])
    task("apply", **whole)
    task.converged("apply", **whole)
    for kind in KINDS:
        assert len(hand.all(kind)) == len(whole[kind])
    assert len(hand.find("dashboards", "Activation")["tiles"]) == 3
