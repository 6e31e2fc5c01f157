"""People take things away by hand; a rerun puts them back as they were declared."""

from __future__ import annotations

import pytest
from integration.builders import cohort, condition, dashboard, flag, insight, whole_project
from integration.hand import Hand

from support.task import Tasks

BOARD = {"insights": [insight()], "dashboards": [dashboard("Activation", {"text": "Hello"}, {"insight": "Views"})]}


def contents(hand: Hand) -> list[str]:
    shown = (tile for tile in hand.find("dashboards", "Activation")["tiles"] if not tile.get("deleted"))
    return sorted(tile["insight"]["name"] if tile.get("insight") else tile["text"]["body"] for tile in shown)


def put_back(task: Tasks, **declared: object) -> dict[str, str]:
    foreseen = task("apply", check_mode=True, diff=True, **declared)
    done = task("apply", diff=True, **declared)
    assert (foreseen.actions, foreseen["diff"]) == (done.actions, done["diff"])
    task.converged("apply", **declared)
    return done.actions


def test_an_insight_that_was_deleted_returns_to_its_dashboard(task: Tasks, hand: Hand) -> None:
    task("apply", **BOARD)
    hand.edit("insights", 1, deleted=True)
    assert put_back(task, **BOARD)["insight Views"] == "created"
    assert contents(hand) == ["Hello", "Views"]


def test_a_dashboard_that_was_deleted_returns_with_its_tiles(task: Tasks, hand: Hand) -> None:
    task("apply", **BOARD)
    hand.edit("dashboards", 1, deleted=True)
    assert put_back(task, **BOARD)["dashboard Activation"] == "created"
    assert contents(hand) == ["Hello", "Views"]


def test_a_dashboard_that_was_deleted_with_its_insights_returns(task: Tasks, hand: Hand) -> None:
    task("apply", **BOARD)
    hand.edit("dashboards", 1, deleted=True, delete_insights=True)
    put_back(task, **BOARD)
    assert contents(hand) == ["Hello", "Views"]


def test_an_insight_that_a_person_put_on_a_dashboard_leaves_it(task: Tasks, hand: Hand) -> None:
    task("apply", **BOARD)
    hand.create("insights", name="Mine", saved=True, dashboards=[1])
    assert put_back(task, **BOARD) == {"dashboard Activation": "updated"}
    assert contents(hand) == ["Hello", "Views"]
    assert hand.names("insights") == ["Mine", "Views"]


def test_an_insight_of_the_same_name_on_the_dashboard_is_ambiguous(task: Tasks, hand: Hand) -> None:
    task("apply", **BOARD)
    hand.create("insights", name="Views", saved=True, dashboards=[1])
    failed = task.fails("apply", **BOARD)
    assert "ids 1, 2" in failed["msg"]
    assert failed.writes == []


def test_a_text_that_was_edited_by_hand_is_put_back_in_place(task: Tasks, hand: Hand) -> None:
    task("apply", **BOARD)
    (tile,) = (tile for tile in hand.find("dashboards", "Activation")["tiles"] if tile.get("text"))
    hand.edit("dashboards", 1, tiles=[{"id": tile["id"], "text": {"id": tile["text"]["id"], "body": "Mine"}}])
    put_back(task, **BOARD)
    assert contents(hand) == ["Hello", "Views"]


@pytest.mark.parametrize("kind", ["feature_flags", "cohorts", "actions", "insights", "dashboards"])
def test_everything_of_a_kind_that_can_be_deleted_returns(task: Tasks, hand: Hand, kind: str) -> None:
    whole = whole_project()
    task("apply", **whole)
    hand.set(session_recording_linked_flag=None, primary_dashboard=None)
    for item in hand.all(kind):
        # What is used stays, as it does in PostHog.
        hand.session.patch(f"{hand.url}/api/projects/1/{kind}/{item['id']}/", json={"deleted": True}, timeout=30)
    put_back(task, **whole)
    assert hand.names(kind) == sorted(entry.get("key", entry.get("name")) for entry in whole[kind])


def test_a_cohort_that_was_renamed_by_hand_is_made_anew_and_used(task: Tasks, hand: Hand) -> None:
    declared = {"cohorts": [cohort()], "feature_flags": [flag("f", condition(1, {"cohort": "Employees"}))]}
    task("apply", **declared)
    hand.edit("cohorts", 1, name="Staff")
    assert put_back(task, **declared) == {"cohort Employees": "created", "feature_flag f": "updated"}
    assert hand.find("feature_flags", "f")["filters"]["groups"][0]["properties"][0]["value"] == 2


def test_a_project_where_everything_was_switched_off(task: Tasks, hand: Hand) -> None:
    whole = whole_project()
    task("apply", **whole)
    for item in hand.all("feature_flags"):
        hand.edit("feature_flags", item["id"], active=False)
    # The state of a flag was not declared, so it is left alone.
    task.converged("apply", **whole)
    switched = {"feature_flags": [{**entry, "active": True} for entry in whole["feature_flags"]]}
    put_back(task, **switched)
    assert all(item["active"] for item in hand.all("feature_flags"))
