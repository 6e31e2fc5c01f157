"""Settings of a project: merged fields, what a plan ignores, forms that only the server uses."""

from __future__ import annotations

from typing import Any

import pytest
from integration.builders import flag
from integration.hand import Hand

from support.emulator import Emulator
from support.task import NULL, Tasks

MERGED: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("survey_config", {"appearance": {"color": "red"}, "delay": 5}, {"appearance": {"color": "blue"}}),
    (
        "session_replay_config",
        {"record_canvas": True, "ai_config": {"opt_in": True, "old": 1}},
        {"ai_config": {"opt_in": True}},
    ),
    ("modifiers", {"inCohortVia": "subquery", "old": True}, {"inCohortVia": "leftjoin"}),
]
SHARED = ["revenue_analytics_config", "marketing_analytics_config", "customer_analytics_config", "workflows_config"]


@pytest.mark.parametrize(("setting", "before", "after"), MERGED, ids=[case[0] for case in MERGED])
def test_a_setting_that_the_server_merges_loses_its_stale_keys(
    task: Tasks, hand: Hand, setting: str, before: dict[str, Any], after: dict[str, Any]
) -> None:
    task("project", **{setting: before})
    task("project", **{setting: after})
    assert hand.settings()[setting] == after
    task.converged("project", **{setting: after})
    task("project", **{setting: NULL})
    assert not hand.settings()[setting]


@pytest.mark.parametrize("setting", [*SHARED, "conversations_settings"])
def test_a_setting_that_is_shared_keeps_the_keys_of_others(task: Tasks, hand: Hand, setting: str) -> None:
    hand.set(**{setting: {"theirs": 1}})
    task("project", **{setting: {"ours": 2}})
    assert hand.settings()[setting] == {"theirs": 1, "ours": 2}
    task.converged("project", **{setting: {"ours": 2}})


@pytest.mark.parametrize("setting", SHARED)
def test_a_setting_that_a_new_project_drops_is_written_after(task: Tasks, hand: Hand, setting: str) -> None:
    task("project", name="Fresh", **{setting: {"ours": 2}})
    hand.project = 2
    assert hand.settings()[setting] == {"ours": 2}
    task.converged("project", name="Fresh", **{setting: {"ours": 2}})


def test_what_the_plan_ignores_is_a_warning_with_its_name(task: Tasks, emulator: Emulator) -> None:
    emulator.switch(silently_ignored_settings=["session_recording_retention_period"])
    result = task("project", session_recording_retention_period="5y", timezone="Europe/Berlin")
    assert "project Default project: PostHog did not take session_recording_retention_period" in result.warnings
    assert "timezone" not in result.warnings


def test_what_the_plan_ignores_fails_in_strict_mode(task: Tasks, emulator: Emulator, hand: Hand) -> None:
    emulator.switch(silently_ignored_settings=["session_recording_retention_period"])
    declared = {"session_recording_retention_period": "5y", "timezone": "Europe/Berlin"}
    failed = task.fails("apply", project_settings=declared, feature_flags=[flag()], strict=True)
    assert "did not take session_recording_retention_period" in failed["msg"]
    assert failed["changed"]
    assert hand.names("feature_flags") == ["trends"]


@pytest.mark.parametrize(
    ("feature", "module", "declared", "named"),
    [
        ("tagging", "feature_flag", flag(tags=["growth"]), "tags"),
        ("evaluation_contexts", "feature_flag", flag(evaluation_contexts=["web"]), "evaluation_contexts"),
        ("early_exit", "feature_flag", flag(early_exit=True), "early_exit"),
        ("tagging", "action", {"name": "A", "tags": ["growth"]}, "tags"),
        ("tagging", "insight", {"name": "I", "tags": ["growth"]}, "tags"),
        ("tagging", "dashboard", {"name": "D", "tags": ["growth"]}, "tags"),
    ],
)
def test_what_the_licence_lacks_is_a_warning_with_its_name(
    task: Tasks, emulator: Emulator, feature: str, module: str, declared: dict[str, Any], named: str
) -> None:
    features = emulator.state()["switches"]["features"]
    emulator.switch(features=[name for name in features if name != feature])
    assert f"did not take {named};" in task(module, **declared).warnings
    assert f"did not take {named};" in task(module, **declared).warnings
    assert f"did not take {named};" in task.fails(module, **declared, strict=True)["msg"]


def test_a_second_project_that_the_licence_lacks_is_refused_in_a_sentence(task: Tasks, emulator: Emulator) -> None:
    emulator.switch(features=[])
    failed = task.fails("project", name="Second")
    assert "maximum limit of allowed projects" in failed["msg"]


def test_a_sample_rate_is_a_number_here_and_text_there(task: Tasks, hand: Hand) -> None:
    task("project", session_recording_sample_rate=0.5)
    assert hand.settings()["session_recording_sample_rate"] == "0.50"
    for spelling in (0.5, "0.5", "0.50"):
        task.converged("project", session_recording_sample_rate=spelling)


def test_a_linked_flag_with_a_variant(task: Tasks, hand: Hand) -> None:
    task("feature_flag", **flag(variants=[{"key": "a", "rollout_percentage": 100}]))
    linked = {"flag": "trends", "variant": "a"}
    task("project", session_recording_linked_flag=linked)
    assert hand.settings()["session_recording_linked_flag"] == {"id": 1, "key": "trends", "variant": "a"}
    task.converged("project", session_recording_linked_flag=linked)
    task("project", session_recording_linked_flag="trends")
    assert "variant" not in hand.settings()["session_recording_linked_flag"]


def test_an_attribute_that_this_release_does_not_know_is_sent_as_it_is(task: Tasks, hand: Hand) -> None:
    extra = {"has_enriched_analytics": True}
    result = task("feature_flag", diff=True, **flag(extra=extra))
    assert "has_enriched_analytics" in result["diff"]["after"]
    task.converged("feature_flag", **flag(extra=extra))
    assert hand.find("feature_flags", "trends")["has_enriched_analytics"] is True
    result = task("apply", feature_flags=[flag(extra={"has_enriched_analytics": False})])
    assert result["changes"][0]["fields"] == ["has_enriched_analytics"]
