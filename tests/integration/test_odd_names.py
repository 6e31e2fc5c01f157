"""Names that people really use: other alphabets, quotes, signs that mean something in an address, long ones."""

from __future__ import annotations

import pytest
from integration.builders import action, cohort, condition, dashboard, flag, insight, trend
from integration.hand import Hand

from support.task import Tasks

NAMES = [
    "Übersicht für Köln",
    "注册漏斗",
    "50 % & more? #1 / + = ;",
    'Says "hello", isn\'t it',
    "a\\b%20c",
    "x" * 400,
    "007",
    "true",
    "null",
    "[1, 2]",
    "{{ no template }}",
]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_an_odd_name_is_made_found_used_and_removed(task: Tasks, hand: Hand, name: str) -> None:
    clicks = {"kind": "ActionsNode", "action": name}
    declared = {
        "cohorts": [cohort(name)],
        "actions": [action(name)],
        "feature_flags": [flag("f", condition(1, {"cohort": name}))],
        "insights": [insight(name, query=trend(clicks, properties=[{"cohort": name}]))],
        "dashboards": [dashboard(name, {"insight": name})],
        "project_settings": {"primary_dashboard": name},
    }
    task("apply", **declared)
    task.converged("apply", **declared)
    for module, entry in (("cohort", cohort(name)), ("action", action(name)), ("dashboard", dashboard(name))):
        task.converged(module, **entry)
    task("apply", feature_flags=[flag("f")], project_settings={"primary_dashboard": None})
    for kind in ("dashboards", "insights", "actions", "cohorts"):
        task("apply", **{kind: [{"name": name, "state": "absent"}]})
        assert hand.all(kind) == []


@pytest.mark.parametrize("name", [name for name in NAMES if len(name) <= 200], ids=str)
def test_a_project_of_an_odd_name_is_made_and_found(task: Tasks, name: str) -> None:
    if name.isdigit():
        assert "there is no project with id 7" in task.fails("feature_flag", project=name, **flag())["msg"]
        return
    made = task("apply", project=name, create_project=True, feature_flags=[flag()])
    assert task.converged("apply", project=name, feature_flags=[flag()])["project_id"] == made["project_id"]


def test_names_that_differ_in_case_alone_are_two(task: Tasks, hand: Hand) -> None:
    task("apply", dashboards=[dashboard("Sales"), dashboard("sales")])
    assert hand.names("dashboards") == ["Sales", "sales"]
    task.converged("apply", dashboards=[dashboard("Sales"), dashboard("sales")])


def test_objects_without_a_name_are_no_obstacle(task: Tasks, hand: Hand) -> None:
    for kind in ("dashboards", "insights", "cohorts"):
        hand.create(kind, name=None, saved=True)
        hand.create(kind, name="", saved=True)
    task("apply", dashboards=[dashboard("D", {"insight": "Views"})], insights=[insight()], cohorts=[cohort()])
    task.converged("apply", dashboards=[dashboard("D", {"insight": "Views"})], insights=[insight()], cohorts=[cohort()])
