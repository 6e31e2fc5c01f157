"""From what is declared and what is there to an ordered set of changes."""

from __future__ import annotations

import graphlib
import typing as t

import pytest
import yaml

from ansible_collections.rollout.posthog.plugins.module_utils.directory import Directory
from ansible_collections.rollout.posthog.plugins.module_utils.errors import Ambiguous, Invalid, RolloutError
from ansible_collections.rollout.posthog.plugins.module_utils.kinds.all import KINDS, PROJECT
from ansible_collections.rollout.posthog.plugins.module_utils.kinds.registry import ENDPOINTS
from ansible_collections.rollout.posthog.plugins.module_utils.plan import EARLY, LATE, Change, Entry, make_plan
from ansible_collections.rollout.posthog.plugins.module_utils.together import order, refuse_shared, refuse_twins


class Plan(t.NamedTuple):
    """All that a task of many objects plans."""

    changes: list[Change]
    order: dict[tuple[int, str], set[tuple[int, str]]]


BY_NAME = {kind.name: kind for kind in (*KINDS, PROJECT)}


def entry(kind: str, *, place: str = "here", **fields: t.Any) -> Entry:
    own = {key: fields.pop(key) for key in ("present", "id", "extra") if key in fields}
    return Entry(BY_NAME[kind], BY_NAME[kind].canonicalise(fields), place, **own)


def server(**kinds: list[dict[str, t.Any]]) -> Directory:
    """A directory of these objects and no others."""
    directory = Directory()
    for kind in ENDPOINTS:
        directory.load(kind, kinds.get(kind, ()), complete=True)
    return directory


def planned(*entries: Entry, **kinds: list[dict[str, t.Any]]) -> Plan:
    refuse_twins(list(entries))
    changes = make_plan(list(entries), server(**kinds))
    refuse_shared(changes)
    return Plan(changes, order(changes))


def actions(plan: Plan) -> dict[str, str]:
    return {change.title: change.action for change in plan.changes}


def in_order(plan: Plan) -> list[tuple[str, str]]:
    """The nodes in an order that the plan allows."""
    nodes = graphlib.TopologicalSorter(plan.order).static_order()
    return [(plan.changes[index].title, stage) for index, stage in nodes]


def before(plan: Plan, one: str, other: str) -> bool:
    titles = [title for title, stage in in_order(plan) if stage == EARLY]
    return titles.index(one) < titles.index(other)


STORED = {"id": 7, "name": "Paying", "description": "old", "steps": [], "tags": ["a"], "deleted": False}


@pytest.mark.parametrize(
    ("declared", "there", "action", "keys"),
    [
        ({"description": "new"}, [], "create", ["name", "description"]),
        ({"description": "new"}, [STORED], "update", ["description"]),
        ({"description": "old"}, [STORED], "none", []),
        ({}, [STORED], "none", []),
        ({"tags": []}, [STORED], "update", ["tags"]),
        ({"tags": ["A "]}, [STORED], "none", []),
        ({"id": 7, "name": "Free"}, [STORED], "update", ["name"]),
        ({"id": 7, "description": "old"}, [{**STORED, "deleted": True}], "restore", []),
        ({"id": 7, "description": "new"}, [{**STORED, "deleted": True}], "restore", ["description"]),
        ({"present": False}, [STORED], "delete", []),
        ({"present": False}, [], "none", []),
        ({"present": False, "id": 7}, [{**STORED, "deleted": True}], "none", []),
        ({"present": False, "id": 8}, [STORED], "none", []),
        ({"extra": {"new_thing": 1}}, [STORED], "update", []),
        ({"extra": {"new_thing": 1}}, [{**STORED, "new_thing": 1.0}], "none", []),
    ],
)
def test_what_happens_to_an_object(declared: t.Any, there: t.Any, action: str, keys: list[str]) -> None:
    [change] = planned(entry("action", **{"name": "Paying", **declared}), action=there).changes
    assert (change.action, change.keys) == (action, keys)


@pytest.mark.parametrize(
    ("entries", "there", "problem", "message"),
    [
        ([("action", {"name": "A"}), ("action", {"name": "A"})], {}, Invalid, "action A is declared twice"),
        (
            [("action", {"name": "A"})],
            {"action": [{"id": 1, "name": "A"}, {"id": 2, "name": "A"}]},
            Ambiguous,
            "(ids 1, 2)",
        ),
        ([("action", {"id": 5})], {}, Invalid, "there is no action with id 5"),
        (
            [("cohort", {"name": "C", "criteria": [{"cohort": "D"}]})],
            {"cohort": [{"id": 1, "name": "Dd"}]},
            Invalid,
            "here (C): criteria[0].cohort: there is no cohort 'D'; did you mean 'Dd'?",
        ),
        (
            [("cohort", {"name": "C", "criteria": [{"cohort": "D"}]}), ("cohort", {"name": "D", "present": False})],
            {"cohort": [{"id": 1, "name": "D"}]},
            Invalid,
            "criteria[0].cohort: uses cohort D, which is declared absent",
        ),
        (
            [("cohort", {"name": "C", "criteria": [{"cohort": "D"}]})],
            {"cohort": [{"id": 1, "name": "D"}, {"id": 2, "name": "D"}]},
            Invalid,
            "criteria[0].cohort: 2 cohorts are named 'D' (ids 1, 2)",
        ),
        (
            [("cohort", {"name": name, "criteria": [{"cohort": other}]}) for name, other in ("AB", "BC", "CA")],
            {},
            Invalid,
            "in a circle: cohort",
        ),
        (
            [("feature_flag", {"key": "f", "conditions": [{"variant": "x"}]})],
            {},
            Invalid,
            "here (f): conditions[0].variant: 'x' is none of the flag's variants",
        ),
        (
            [("insight", {"name": "I", "dashboards": []}), ("dashboard", {"name": "D", "tiles": [{"insight": "I"}]})],
            {},
            Invalid,
            "say the same in both",
        ),
    ],
)
def test_what_the_user_must_mend(entries: t.Any, there: t.Any, problem: type[RolloutError], message: str) -> None:
    with pytest.raises(problem) as caught:
        planned(*(entry(kind, **fields) for kind, fields in entries), **there)
    assert message in str(caught.value)


def test_two_that_are_given_by_id_are_no_twins() -> None:
    there = [{"id": 1, "name": "A"}, {"id": 2, "name": "A"}]
    plan = planned(entry("action", id=1, present=False), entry("action", id=2, present=False), action=there)
    assert [(change.action, change.id) for change in plan.changes] == [("delete", 1), ("delete", 2)]


def test_users_wait_for_what_they_name() -> None:
    plan = planned(
        entry("feature_flag", key="f", conditions=[{"properties": [{"cohort": "C"}]}]),
        entry("cohort", name="C", criteria=[{"action": "A", "within": "7 days"}, {"cohort": "B"}]),
        entry("cohort", name="B"),
        entry("action", name="A"),
    )
    assert before(plan, "action A", "cohort C")
    assert before(plan, "cohort B", "cohort C")
    assert before(plan, "cohort C", "feature flag f")


def test_a_new_project_comes_before_all_and_names_others_later() -> None:
    plan = planned(
        entry("project", name="P", primary_dashboard="D", session_recording_linked_flag="f"),
        entry("dashboard", name="D"),
        entry("feature_flag", key="f"),
    )
    nodes = in_order(plan)
    assert nodes[0] == ("project P", EARLY)
    assert nodes[-1] == ("project P", LATE)
    assert sorted(plan.changes[0].late) == ["primary_dashboard", "session_recording_linked_flag"]


FLAG = {"id": 1, "key": "f", "filters": {"groups": [{"properties": [{"type": "cohort", "key": "id", "value": 2}]}]}}
COHORT = {"id": 2, "name": "C", "filters": {"properties": {"type": "OR", "values": []}}}


def test_users_are_deleted_before_what_they_name_and_after_all_writes() -> None:
    plan = planned(
        entry("cohort", name="C", present=False),
        entry("feature_flag", key="f", present=False),
        entry("action", name="A"),
        feature_flag=[FLAG],
        cohort=[COHORT],
    )
    assert [title for title, _stage in in_order(plan)] == ["action A", "feature flag f", "cohort C"]


def test_a_tile_puts_its_insight_on_the_dashboard() -> None:
    there = {"insight": [{"id": 1, "name": "I", "dashboards": [5]}], "dashboard": [{"id": 5, "name": "Other"}]}
    plan = planned(entry("dashboard", name="D", tiles=[{"insight": "I"}]), **there)
    dashboard, insight = plan.changes
    assert (dashboard.action, dashboard.keys, dashboard.late) == ("create", ["name"], ["tiles"])
    assert (insight.action, insight.keys, insight.entry.desired["dashboards"]) == (
        "update",
        ["dashboards"],
        ["D", "Other"],
    )
    assert in_order(plan) == [("dashboard D", EARLY), ("insight I", EARLY), ("dashboard D", LATE)]


def test_an_insight_that_is_on_the_dashboard_already_stays_as_it_is() -> None:
    there = {"insight": [{"id": 1, "name": "I", "dashboards": [5]}], "dashboard": [{"id": 5, "name": "D", "tiles": []}]}
    assert actions(planned(entry("dashboard", name="D", tiles=[{"insight": "I"}]), **there))["insight I"] == "none"
    assert actions(planned(entry("dashboard", name="D", tiles=[{"insight": 1}]), **there))["insight I"] == "none"
    renamed = planned(entry("dashboard", id=5, name="New", tiles=[{"insight": "I"}]), **there)
    assert actions(renamed) == {"dashboard New": "update", "insight I": "none"}


@pytest.mark.parametrize("name", ["Twin", None])
def test_a_dashboard_without_a_name_of_its_own_can_have_tiles(name: str | None) -> None:
    dashboards = [{"id": 5, "name": name, "tiles": []}, {"id": 6, "name": name, "tiles": []}]
    there = {"insight": [{"id": 1, "name": "I", "dashboards": []}], "dashboard": dashboards}
    plan = planned(entry("dashboard", id=5, tiles=[{"insight": "I"}]), **there)
    assert plan.changes[1].entry.desired["dashboards"] == [5]


def test_a_renamed_dashboard_takes_its_insight_in_by_id() -> None:
    there = {
        "insight": [{"id": 1, "name": "I", "dashboards": []}],
        "dashboard": [{"id": 5, "name": "Old", "tiles": []}],
    }
    plan = planned(entry("dashboard", id=5, name="New", tiles=[{"insight": "I"}]), **there)
    assert plan.changes[1].entry.desired["dashboards"] == [5]


def test_an_id_means_the_object_of_that_name() -> None:
    wire = {**COHORT, "id": 3, "name": "D"}
    wire["filters"] = {"properties": {"type": "OR", "values": [{"type": "cohort", "key": "id", "value": 2}]}}
    plan = planned(entry("cohort", name="D", criteria=[{"cohort": 2}]), cohort=[COHORT, wire])
    assert actions(plan) == {"cohort D": "none"}


def test_a_breach_on_the_server_does_not_keep_from_other_changes() -> None:
    flag = {"id": 1, "key": "f", "filters": {"groups": [{"variant": "gone", "properties": []}]}, "tags": []}
    [change] = planned(entry("feature_flag", key="f", tags=["a"]), feature_flag=[flag]).changes
    assert change.keys == ["tags"]
    with pytest.raises(Invalid, match="conditions"):
        planned(entry("feature_flag", key="f", conditions=[{"variant": "x"}]), feature_flag=[flag])


def diff(*entries: Entry, **kinds: list[dict[str, t.Any]]) -> tuple[t.Any, t.Any]:
    shown = planned(*entries, **kinds).changes[0].diff()
    return yaml.safe_load(shown["before"]), yaml.safe_load(shown["after"])


def test_diffs_show_only_what_differs() -> None:
    declared = {"name": "Paying", "tags": ["b"], "description": "old"}
    assert diff(entry("action", **declared), action=[STORED]) == ({"tags": ["a"]}, {"tags": ["b"]})
    assert diff(entry("action", **declared)) == (None, declared)
    gone, nothing = diff(entry("action", name="Paying", present=False), action=[STORED])
    assert (gone, nothing) == ({"name": "Paying", "description": "old", "tags": ["a"]}, None)
    back = diff(entry("action", id=7), action=[{**STORED, "deleted": True}])
    assert back == ({"state": "deleted"}, {"state": "present"})
    more = diff(entry("action", name="Paying", extra={"new": {"a": 1}}), action=[STORED])
    assert more == ({"extra": {"new": None}}, {"extra": {"new": {"a": 1}}})


def test_diffs_hide_secrets() -> None:
    secret = {"key": "f", "remote_config": True, "encrypted": True, "payload": {"password": "hunter2"}}
    stored = {
        "id": 1,
        "key": "f",
        "is_remote_configuration": True,
        "has_encrypted_payloads": True,
        "filters": {"groups": [], "payloads": {"true": '"*********"'}},
        "tags": ["secrets-version:1"],
    }
    for there in ([], [stored]):
        shown = planned(entry("feature_flag", **secret, secrets_version="2"), feature_flag=there).changes[0].diff()
        assert "hunter2" not in str(shown)
        assert "payload: (secret)" in shown["after"]
    [same] = planned(entry("feature_flag", **secret, secrets_version="1"), feature_flag=[stored]).changes
    assert same.action == "none"
    [unversioned] = planned(entry("feature_flag", **secret), feature_flag=[stored]).changes
    assert unversioned.action == "none"
