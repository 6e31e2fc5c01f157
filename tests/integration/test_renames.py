"""An object that is renamed by its id while others use its new name in the same run."""

from __future__ import annotations

from integration.builders import Entry, action, cohort, condition, dashboard, flag, insight, trend
from integration.hand import Hand

from support.task import Result, Tasks


def foreseen_and_done(task: Tasks, **declared: object) -> Result:
    foreseen = task("apply", check_mode=True, diff=True, **declared)
    done = task("apply", diff=True, **declared)
    assert foreseen.actions == done.actions
    assert foreseen["diff"] == done["diff"]
    task.converged("apply", **declared)
    return done


def project(suffix: str = "", **ids: int) -> dict[str, list[Entry]]:
    """A few objects that use each other; with ids, they are renamed."""

    def known(kind: str) -> Entry:
        return {"id": ids[kind]} if kind in ids else {}

    clicks = {"kind": "ActionsNode", "action": f"Connected{suffix}"}
    return {
        "cohorts": [cohort(f"Employees{suffix}", **known("cohort"))],
        "actions": [action(f"Connected{suffix}", **known("action"))],
        "feature_flags": [
            flag(f"base{suffix}", condition(1, {"cohort": f"Employees{suffix}"}), **known("flag")),
            flag("user", condition(1, {"flag": f"base{suffix}", "value": True})),
        ],
        "insights": [insight(f"Views{suffix}", query=trend(clicks), **known("insight"))],
        "dashboards": [dashboard(f"Activation{suffix}", {"insight": f"Views{suffix}"}, **known("dashboard"))],
    }


def test_users_of_a_new_name_are_as_they_were(task: Tasks, hand: Hand) -> None:
    task("apply", **project())
    ids = {
        "cohort": hand.find("cohorts", "Employees")["id"],
        "action": hand.find("actions", "Connected")["id"],
        "flag": hand.find("feature_flags", "base")["id"],
        "insight": hand.find("insights", "Views")["id"],
        "dashboard": hand.find("dashboards", "Activation")["id"],
    }
    done = foreseen_and_done(task, **project("-new", **ids))
    assert set(done.actions.values()) == {"updated"}
    assert len(hand.all("insights")) == len(hand.all("dashboards")) == 1
    assert [tile["insight"]["name"] for tile in hand.find("dashboards", "Activation-new")["tiles"]] == ["Views-new"]


def test_two_objects_change_their_names(task: Tasks, hand: Hand) -> None:
    first, second = (task("dashboard", **dashboard(name))["id"] for name in ("A", "B"))
    swapped = [dashboard("B", id=first), dashboard("A", id=second)]
    foreseen_and_done(task, dashboards=swapped)
    assert hand.get("dashboards", first)["name"] == "B"


def test_a_new_object_takes_the_name_of_one_that_is_renamed(task: Tasks, hand: Hand) -> None:
    old = task("dashboard", **dashboard("Activation"))["id"]
    task("apply", dashboards=[dashboard("Activation 2025", id=old)])
    task("apply", dashboards=[dashboard("Activation 2025", id=old), dashboard("Activation")])
    assert hand.names("dashboards") == ["Activation", "Activation 2025"]


def test_a_project_is_renamed_while_its_objects_are_applied(task: Tasks) -> None:
    declared = {"project_settings": {"name": "Analytics"}, "feature_flags": [flag()]}
    foreseen_and_done(task, **declared)
    task.converged("apply", project="Analytics", **declared)


def test_a_flag_is_restored_and_renamed_while_another_uses_it(task: Tasks, hand: Hand) -> None:
    task("apply", feature_flags=[flag("base")])
    hand.edit("feature_flags", 1, deleted=True)
    declared = {"feature_flags": [flag("base-new", id=1), flag("user", condition(1, {"flag": "base-new"}))]}
    done = foreseen_and_done(task, **declared)
    assert done.actions == {"feature_flag base-new": "restored", "feature_flag user": "created"}
