"""Names instead of ids, everywhere; what does not resolve is named with its place, and nothing is written."""

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
    trend,
    whole_project,
)
from integration.hand import Hand

from support.task import Tasks

BREAKDOWN = {"breakdownFilter": {"breakdown_type": "cohort", "breakdown": ["Employees", "all"]}}


def test_all_names_become_ids_and_names_again(task: Tasks, hand: Hand) -> None:
    task("apply", **whole_project())
    ids = {name: hand.find(kind, name)["id"] for kind, name in (("cohorts", "Employees"), ("actions", "Connected"))}
    trends, board = hand.find("feature_flags", "trends"), hand.find("dashboards", "Activation")
    assert trends["filters"]["groups"][0]["properties"][0]["value"] == ids["Employees"]
    wide = hand.find("feature_flags", "trends-wide")["filters"]["groups"][0]["properties"][0]
    assert (wide["type"], wide["key"]) == ("flag", str(trends["id"]))
    source = hand.find("insights", "Clicks")["query"]["source"]
    assert source["series"][0]["id"] == ids["Connected"]
    assert source["properties"][0]["value"] == ids["Employees"]
    assert {tile["insight"]["name"] for tile in board["tiles"] if tile.get("insight")} == {"Clicks", "Views"}
    settings = hand.settings()
    assert settings["session_recording_linked_flag"] == {"id": trends["id"], "key": "trends"}
    assert settings["primary_dashboard"] == board["id"]
    assert settings["test_account_filters"][0]["value"] == ids["Employees"]
    task.converged("apply", **whole_project())


def test_names_resolve_against_what_is_there_already(task: Tasks) -> None:
    whole = whole_project()
    task("apply", **whole)
    for plural in ("feature_flags", "insights", "dashboards", "cohorts"):
        task.converged("apply", **{plural: whole[plural]})
    task.converged("apply", project_settings=whole["project_settings"])


def test_a_cohort_in_a_breakdown_is_named(task: Tasks, hand: Hand) -> None:
    declared = {"cohorts": [cohort()], "insights": [insight(query=trend(**BREAKDOWN))]}
    task("apply", **declared)
    stored = hand.find("insights", "Views")["query"]["source"]["breakdownFilter"]["breakdown"]
    assert stored == [hand.find("cohorts", "Employees")["id"], "all"]
    task.converged("apply", **declared)


def test_an_action_in_a_cohorts_criteria_is_named(task: Tasks, hand: Hand) -> None:
    declared = {"actions": [action()], "cohorts": [cohort("Active", {"action": "Connected", "within": "7 days"})]}
    task("apply", **declared)
    stored = hand.find("cohorts", "Active")["filters"]["properties"]["values"][0]["values"][0]
    assert (stored["event_type"], stored["key"]) == ("actions", hand.find("actions", "Connected")["id"])
    task.converged("apply", **declared)


def test_an_object_that_was_made_anew_is_referred_to_by_its_new_id(task: Tasks, hand: Hand) -> None:
    declared = {"insights": [insight(query=trend(properties=[{"cohort": "Employees"}]))], "cohorts": [cohort()]}
    task("apply", **declared)
    hand.edit("cohorts", hand.find("cohorts", "Employees")["id"], name="Former employees")
    result = task("apply", **declared)
    assert result.actions == {"cohort Employees": "created", "insight Views": "updated"}
    task.converged("apply", **declared)


MISSING: list[tuple[str, Entry, str]] = [
    ("cohort in a condition", {"feature_flags": [flag("f", condition(1, {"cohort": "Nobody"}))]}, "cohort 'Nobody'"),
    (
        "flag that a flag depends on",
        {"feature_flags": [flag("f", condition(1, {"flag": "none"}))]},
        "feature flag 'none'",
    ),
    ("insight on a tile", {"dashboards": [dashboard("D", {"insight": "None"})]}, "insight 'None'"),
    (
        "cohort in a query",
        {"insights": [insight(query=trend(properties=[{"cohort": "Nobody"}]))]},
        "cohort 'Nobody'",
    ),
    (
        "action in a query",
        {"insights": [insight(query=trend({"kind": "ActionsNode", "action": "None"}))]},
        "action 'None'",
    ),
    ("cohort in a cohort", {"cohorts": [cohort("C", {"cohort": "Nobody"})]}, "cohort 'Nobody'"),
    ("action in a cohort", {"cohorts": [cohort("C", {"action": "None", "within": "1 day"})]}, "action 'None'"),
    ("dashboard of an insight", {"insights": [insight(dashboards=["None"])]}, "dashboard 'None'"),
    ("linked flag", {"project_settings": {"session_recording_linked_flag": "none"}}, "feature flag 'none'"),
    ("primary dashboard", {"project_settings": {"primary_dashboard": "None"}}, "dashboard 'None'"),
    (
        "cohort in test account filters",
        {"project_settings": {"test_account_filters": [{"cohort": "Nobody"}]}},
        "cohort 'Nobody'",
    ),
    (
        "cohort in a dashboard's filters",
        {"dashboards": [dashboard("D", filters={"properties": [{"cohort": "Nobody"}]})]},
        "cohort 'Nobody'",
    ),
    (
        "group type",
        {"feature_flags": [flag("f", condition(1, aggregate_by="company"))]},
        "group type 'company'",
    ),
]


@pytest.mark.parametrize(("declared", "named"), [case[1:] for case in MISSING], ids=[case[0] for case in MISSING])
@pytest.mark.parametrize("check_mode", [False, True], ids=["run", "check"])
def test_a_name_that_does_not_resolve_is_named_with_its_place(
    task: Tasks, declared: Entry, named: str, check_mode: bool
) -> None:
    (plural,) = declared
    failed = task.fails("apply", check_mode=check_mode, actions=[action("Other")], **declared)
    assert f"there is no {named}" in failed["msg"]
    assert failed["msg"].startswith(plural)
    assert failed.writes == []


def test_the_place_leads_to_the_line(task: Tasks) -> None:
    wrong = flag("second", condition(1), condition(1, {"key": "a", "value": 1}, {"cohort": "Nobody"}))
    message = task.fails("apply", feature_flags=[flag("first"), wrong])["msg"]
    assert message.startswith("feature_flags[1] (second): conditions[1].properties[1].cohort: ")


def test_a_misspelt_name_is_answered_with_the_nearest(task: Tasks) -> None:
    task("cohort", **cohort("Weekly engaged"))
    message = task.fails("feature_flag", **flag("f", condition(1, {"cohort": "Weekly enaged"})))["msg"]
    assert "did you mean 'Weekly engaged'?" in message


def test_a_name_that_is_declared_absent_is_no_name(task: Tasks) -> None:
    task("cohort", **cohort())
    gone = {"name": "Employees", "state": "absent"}
    failed = task.fails("apply", cohorts=[gone], feature_flags=[flag("f", condition(1, {"cohort": "Employees"}))])
    assert "Employees, which is declared absent" in failed["msg"]
    assert failed.writes == []


def circle_of_cohorts() -> Entry:
    return {"cohorts": [cohort("A", {"cohort": "B"}), cohort("B", {"cohort": "A"})]}


def circle_of_flags() -> Entry:
    return {"feature_flags": [flag("a", condition(1, {"flag": "b"})), flag("b", condition(1, {"flag": "a"}))]}


def self_reference() -> Entry:
    return {"cohorts": [cohort("A", {"cohort": "A"})]}


@pytest.mark.parametrize("circle", [circle_of_cohorts, circle_of_flags, self_reference])
def test_a_circle_is_shown(task: Tasks, circle: Any) -> None:
    failed = task.fails("apply", **circle())
    assert "in a circle" in failed["msg"]
    assert failed["msg"].count("->") >= 1
    assert failed.writes == []


def test_dashboards_of_an_insight_that_contradict_the_tiles_fail(task: Tasks) -> None:
    declared = {
        "insights": [insight(dashboards=["Other"])],
        "dashboards": [dashboard("Activation", {"insight": "Views"}), dashboard("Other")],
    }
    failed = task.fails("apply", **declared)
    assert "lack 'Activation'" in failed["msg"]
    assert failed.writes == []


def test_dashboards_of_an_insight_that_name_a_dashboard_without_the_tile_fail(task: Tasks) -> None:
    declared = {
        "insights": [insight(dashboards=["Activation"])],
        "dashboards": [dashboard("Activation", {"text": "No insight here"})],
    }
    failed = task.fails("apply", **declared)
    assert "Views" in failed["msg"]
    assert failed.writes == []


def test_dashboards_of_an_insight_that_agree_with_the_tiles_work(task: Tasks) -> None:
    declared = {
        "insights": [insight(dashboards=["Activation", "Other"])],
        "dashboards": [dashboard("Activation", {"insight": "Views"}), dashboard("Other")],
    }
    task("apply", **declared)
    task.converged("apply", **declared)


def test_a_name_that_two_objects_bear_is_ambiguous(task: Tasks, hand: Hand) -> None:
    ids = [hand.create("cohorts", name="Twin")["id"] for _ in range(2)]
    failed = task.fails("feature_flag", **flag("f", condition(1, {"cohort": "Twin"})))
    assert f"ids {ids[0]}, {ids[1]}" in failed["msg"]
    assert failed.writes == []


def test_a_reference_by_id_is_taken_as_it_is(task: Tasks) -> None:
    id = task("cohort", **cohort())["id"]
    task("feature_flag", **flag("f", condition(1, {"cohort": id})))
    assert not task("feature_flag", **flag("f", condition(1, {"cohort": "Employees"})))["changed"]
    task.converged("feature_flag", **flag("f", condition(1, {"cohort": id})))
