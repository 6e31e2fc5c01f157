"""How objects are found: by natural key, by id, after a deletion, among twins, beyond one page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from integration.builders import action, cohort, condition, dashboard, flag, insight, whole_project
from integration.hand import Hand

from ansible_collections.rollout.posthog.plugins.module_utils.client import Client
from support.emulator import Emulator
from support.task import Tasks

MANY = 250
NAMED = {
    "actions": ("action", action("Twin")),
    "cohorts": ("cohort", cohort("Twin")),
    "dashboards": ("dashboard", dashboard("Twin")),
    "insights": ("insight", insight("Twin")),
}


def filters(percentage: float = 100) -> dict[str, object]:
    return {"groups": [{"properties": [], "rollout_percentage": percentage}]}


@pytest.mark.parametrize("kind", ["cohorts", "dashboards", "insights"])
def test_two_objects_of_one_name_fail_with_both_ids(task: Tasks, hand: Hand, kind: str) -> None:
    module, declared = NAMED[kind]
    ids = [hand.create(kind, name="Twin", saved=True)["id"] for _ in range(2)]
    for failed in (task.fails(module, **declared), task.fails("apply", **{kind: [declared]})):
        assert f"ids {ids[0]}, {ids[1]}" in failed["msg"]
        assert failed.writes == []


def test_one_of_two_twins_is_meant_by_its_id(task: Tasks, hand: Hand) -> None:
    first, second = (hand.create("dashboards", name="Twin")["id"] for _ in range(2))
    task("dashboard", id=second, name="Twin", description="This one")
    assert hand.get("dashboards", first)["description"] == ""
    assert hand.get("dashboards", second)["description"] == "This one"


@pytest.mark.parametrize("kind", sorted(NAMED))
def test_an_id_renames(task: Tasks, hand: Hand, kind: str) -> None:
    module, declared = NAMED[kind]
    id = task(module, **declared)["id"]
    renamed = {**declared, "name": "New name", "id": id}
    result = task(module, diff=True, **renamed)
    assert (result["action"], result["id"]) == ("updated", id)
    assert result["diff"]["before"] == "name: Twin\n"
    task.converged(module, **renamed)
    assert hand.names(kind) == ["New name"]


def test_an_id_renames_a_flag(task: Tasks, hand: Hand) -> None:
    task("feature_flag", **flag())
    task("apply", feature_flags=[flag("new-trends", id=1)])
    assert hand.names("feature_flags") == ["new-trends"]
    task.converged("apply", feature_flags=[flag("new-trends", id=1)])


def test_an_id_renames_a_project(task: Tasks) -> None:
    task("project", id=1, name="Analytics")
    task.converged("project", id=1, name="Analytics")
    assert task("feature_flag", project="Analytics", **flag())["action"] == "created"


def test_an_id_that_is_not_there_is_named(task: Tasks) -> None:
    assert "no feature flag with id 99" in task.fails("feature_flag", **flag(id=99))["msg"]
    task.converged("feature_flag", id=99, state="absent")


def test_a_soft_deleted_flag_comes_back_by_its_key(task: Tasks, hand: Hand) -> None:
    task("feature_flag", **flag())
    hand.edit("feature_flags", 1, deleted=True)
    assert task("feature_flag", **flag())["action"] == "created"
    assert hand.names("feature_flags") == ["trends"]
    task.converged("feature_flag", **flag())


def test_a_soft_deleted_flag_is_restored_by_its_id(task: Tasks, hand: Hand) -> None:
    task("feature_flag", **flag("trends", condition(25), tags=["growth"]))
    hand.edit("feature_flags", 1, deleted=True)
    declared = flag("trends", condition(50), id=1)
    foreseen = task("feature_flag", check_mode=True, diff=True, **declared)
    assert (foreseen["action"], foreseen.writes) == ("restored", [])
    result = task("feature_flag", diff=True, **declared)
    assert (result["action"], result["id"], result["diff"]) == ("restored", 1, foreseen["diff"])
    stored = hand.get("feature_flags", 1)
    assert (stored["deleted"], stored["tags"]) == (False, ["growth"])
    task.converged("feature_flag", **declared)


@pytest.mark.parametrize("kind", ["actions", "cohorts", "dashboards", "insights"])
def test_other_kinds_come_back_too(task: Tasks, hand: Hand, kind: str) -> None:
    module, declared = NAMED[kind]
    id = task(module, **declared)["id"]
    hand.edit(kind, id, deleted=True)
    assert task(module, **declared)["action"] == "created"
    assert hand.names(kind) == ["Twin"]


def test_a_key_that_was_deleted_and_made_anew_by_hand_is_found(task: Tasks, hand: Hand) -> None:
    old = task("feature_flag", **flag())["id"]
    hand.edit("feature_flags", old, deleted=True)
    new = hand.create("feature_flags", key="trends", filters=filters(10))["id"]
    result = task("feature_flag", **flag())
    assert (result["action"], result["id"]) == ("updated", new)


def test_names_are_compared_exactly(task: Tasks, hand: Hand) -> None:
    hand.create("feature_flags", key="trends-wide", filters=filters())
    hand.create("feature_flags", key="Trends", filters=filters())
    assert task("feature_flag", **flag())["action"] == "created"
    assert len(hand.all("feature_flags")) == 3


def test_flags_beyond_one_page_cost_a_request_per_page(task: Tasks, emulator: Emulator) -> None:
    declared = [flag(f"flag-{number}") for number in range(MANY)]
    emulator.load("feature_flags", [{"key": entry["key"], "filters": filters()} for entry in declared])
    result = task.converged("apply", feature_flags=declared)
    assert result["unchanged"] == MANY
    assert list(map(str, result.sent)) == [
        "GET /api/projects/1/feature_flags/?limit=200",
        "GET /api/projects/1/feature_flags/?limit=200&offset=200",
    ]


def test_a_server_that_gives_shorter_pages_is_read_to_the_end(
    task: Tasks, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    get = Client.get

    def shorter(self: Client, path: str, params: Mapping[str, Any] | None = None) -> Any:
        limit = (params or {}).get("limit")
        return get(self, path, {**(params or {}), "limit": min(limit, 60)} if limit else params)

    monkeypatch.setattr(Client, "get", shorter)
    declared = [flag(f"flag-{number}") for number in range(MANY)]
    emulator.load("feature_flags", [{"key": entry["key"], "filters": filters()} for entry in declared])
    assert len(task.converged("apply", feature_flags=declared).sent) == 5


def test_insights_beyond_one_page_are_listed_in_a_stable_order(task: Tasks, emulator: Emulator) -> None:
    declared = [insight(f"Insight {number}") for number in range(MANY)]
    emulator.load("insights", [{"name": entry["name"], "query": entry["query"], "saved": True} for entry in declared])
    result = task.converged("apply", insights=declared)
    assert len(result.sent) == 2
    assert all("order=id" in request.query for request in result.sent)


def test_objects_whose_server_owned_keys_change_on_each_read_are_unchanged(task: Tasks, hand: Hand) -> None:
    task("apply", **whole_project())
    id = hand.find("insights", "Views")["id"]
    assert hand.get("insights", id)["last_refresh"] != hand.get("insights", id)["last_refresh"]
    assert hand.settings()["live_events_token"] != hand.settings()["live_events_token"]
    task.converged("apply", **whole_project())


def test_what_is_not_declared_is_left_alone(task: Tasks, hand: Hand) -> None:
    task("apply", **whole_project())
    before = {kind: {item["id"]: item for item in hand.all(kind)} for kind in ("feature_flags", "cohorts", "actions")}
    task("apply", feature_flags=[flag("another")], cohorts=[cohort("Others")])
    for kind, items in before.items():
        after = {item["id"]: item for item in hand.all(kind)}
        assert {id: after[id].get("version") for id in items} == {id: item.get("version") for id, item in items.items()}
        assert items.keys() <= after.keys()
