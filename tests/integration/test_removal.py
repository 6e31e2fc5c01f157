"""`state: absent`: what is used goes after what uses it, and what is still used is refused in a sentence."""

from __future__ import annotations

from integration.builders import Entry, action, cohort, condition, dashboard, flag, insight, trend, whole_project
from integration.hand import Hand

from support.task import Tasks


def absent(plural: str, *names: str) -> dict[str, list[dict[str, str]]]:
    key = "key" if plural == "feature_flags" else "name"
    return {plural: [{key: name, "state": "absent"} for name in names]}


def test_dependants_go_first(task: Tasks, hand: Hand) -> None:
    users = {
        "feature_flags": [
            flag("base", condition(1, {"cohort": "Inner"})),
            flag("user", condition(1, {"flag": "base"})),
        ],
        "cohorts": [cohort("Inner"), cohort("Outer", {"cohort": "Inner"})],
        "actions": [action()],
        "insights": [insight(query=trend({"kind": "ActionsNode", "action": "Connected"}))],
    }
    task("apply", **users)
    result = task(
        "apply",
        **absent("feature_flags", "base", "user"),
        **absent("cohorts", "Inner", "Outer"),
        **absent("actions", "Connected"),
        **absent("insights", "Views"),
    )
    assert set(result.actions.values()) == {"deleted"}
    for kind in users:
        assert hand.names(kind) == []
    assert not task("apply", **absent("cohorts", "Inner", "Outer"))["changed"]


def test_a_write_that_lets_go_comes_before_the_removal(task: Tasks, hand: Hand) -> None:
    task("apply", cohorts=[cohort()], feature_flags=[flag("f", condition(1, {"cohort": "Employees"}))])
    task("apply", feature_flags=[flag("f")], **absent("cohorts", "Employees"))
    assert hand.names("cohorts") == []


def test_a_setting_that_lets_go_comes_before_the_removal(task: Tasks, hand: Hand) -> None:
    task("apply", project_settings={"session_recording_linked_flag": "trends"}, feature_flags=[flag()])
    failed = task.fails("feature_flag", key="trends", state="absent")
    assert "used in session replay" in failed["msg"]
    task("apply", project_settings={"session_recording_linked_flag": None}, **absent("feature_flags", "trends"))
    assert hand.names("feature_flags") == []


def test_what_others_still_use_is_refused_in_a_sentence(task: Tasks, hand: Hand) -> None:
    task("apply", feature_flags=[flag("base"), flag("user", condition(1, {"flag": "base"}))])
    failed = task.fails("feature_flag", key="base", state="absent")
    assert "other flags depend on it: user" in failed["msg"]
    assert hand.names("feature_flags") == ["base", "user"]


def test_the_rest_is_removed_though_one_is_refused(task: Tasks, hand: Hand) -> None:
    task("apply", feature_flags=[flag("base"), flag("user", condition(1, {"flag": "base"})), flag("lone")])
    failed = task.fails("apply", **absent("feature_flags", "base", "lone"))
    assert hand.names("feature_flags") == ["base", "user"]
    assert [change["name"] for change in failed["changes"]] == ["lone"]
    assert [failure["object"] for failure in failed["failures"]] == ["feature flag base"]


def test_a_dashboard_goes_and_its_insights_stay(task: Tasks, hand: Hand) -> None:
    task("apply", insights=[insight()], dashboards=[dashboard("Activation", {"insight": "Views"})])
    task("dashboard", name="Activation", state="absent")
    assert hand.names("dashboards") == []
    assert hand.names("insights") == ["Views"]


def test_an_object_is_removed_by_id(task: Tasks, hand: Hand) -> None:
    ids = [hand.create("dashboards", name="Twin")["id"] for _ in range(2)]
    task("dashboard", id=ids[1], state="absent")
    assert [item["id"] for item in hand.all("dashboards")] == [ids[0]]


def test_a_whole_project_goes(task: Tasks, hand: Hand) -> None:
    whole = whole_project()
    task("apply", **whole)
    kinds = ("feature_flags", "cohorts", "actions", "insights", "dashboards")
    names = {kind: [entry.get("key", entry.get("name")) for entry in whole[kind]] for kind in kinds}
    everything = {kind: absent(kind, *names[kind])[kind] for kind in kinds}
    settings: Entry = {"session_recording_linked_flag": None, "primary_dashboard": None, "test_account_filters": []}
    task("apply", project_settings=settings, **everything)
    assert [hand.names(kind) for kind in kinds] == [[], [], [], [], []]
    task.converged("apply", project_settings=settings, **everything)


def depending(active: bool) -> list[Entry]:
    """A flag that depends on another, named first though it has to go first, too."""
    return [
        flag("user", condition(1, {"flag": "base"}), active=active),
        flag("base", active=active),
        flag("inner", condition(1, {"flag": "user"}), active=active),
    ]


def test_flags_that_depend_on_each_other_are_switched_off_and_on_together(task: Tasks, hand: Hand) -> None:
    for active in (True, False, True):
        task("apply", feature_flags=depending(active))
        task.converged("apply", feature_flags=depending(active))
        assert {item["active"] for item in hand.all("feature_flags")} == {active}


def test_a_flag_is_switched_off_after_others_let_go_of_it(task: Tasks, hand: Hand) -> None:
    task("apply", feature_flags=depending(True))
    task("apply", feature_flags=[flag("base", active=False), flag("user")])
    assert not hand.find("feature_flags", "base")["active"]


def test_dependants_go_first_when_they_are_given_by_id(task: Tasks, hand: Hand) -> None:
    task("apply", feature_flags=depending(True))
    ids = sorted(item["id"] for item in hand.all("feature_flags"))
    task("apply", feature_flags=[{"id": id, "state": "absent"} for id in ids])
    assert hand.all("feature_flags") == []
