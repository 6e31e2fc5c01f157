"""What people change in a flag is put back, whole; what means the same is left alone."""

from __future__ import annotations

from typing import Any

import pytest
from integration.builders import Entry, condition, email_at, flag, variants
from integration.hand import Hand

from support.task import Tasks

PAYLOADS = [{"columns": 12, "ratio": 1.5}, [1, "two", None], 40, 1.5, "text", "40", "", True, False, {}, []]


def two_variants() -> list[Entry]:
    return [{**variant, "payload": {"layout": variant["key"]}} for variant in variants(control=50, wide=50)]


def edit_filters(hand: Hand, key: str, **changes: Any) -> Entry:
    stored = hand.find("feature_flags", key)
    return hand.edit("feature_flags", stored["id"], filters={**stored["filters"], **changes})


def test_a_condition_added_by_hand_is_put_back(task: Tasks, hand: Hand) -> None:
    declared = flag("trends", condition(25, email_at()))
    task("feature_flag", **declared)
    groups = hand.find("feature_flags", "trends")["filters"]["groups"]
    edit_filters(hand, "trends", groups=[*groups, {"properties": [], "rollout_percentage": 100}])
    result = task("feature_flag", diff=True, **declared)
    assert result["action"] == "updated"
    assert hand.find("feature_flags", "trends")["filters"]["groups"] == groups


def test_a_property_filter_added_by_hand_is_put_back(task: Tasks, hand: Hand) -> None:
    declared = flag("trends", condition(25, email_at()))
    task("feature_flag", **declared)
    groups = hand.find("feature_flags", "trends")["filters"]["groups"]
    wider = [{**groups[0], "properties": []}]
    edit_filters(hand, "trends", groups=wider)
    task("feature_flag", **declared)
    assert hand.find("feature_flags", "trends")["filters"]["groups"][0]["properties"][0]["value"] == "@example.com"


def test_changing_only_a_percentage_keeps_variants_and_payloads(task: Tasks, hand: Hand) -> None:
    task("feature_flag", **flag("layout", condition(25), variants=two_variants(), early_exit=True))
    before = hand.find("feature_flags", "layout")["filters"]
    task("feature_flag", key="layout", conditions=[condition(50)])
    after = hand.find("feature_flags", "layout")["filters"]
    assert after.pop("groups")[0]["rollout_percentage"] == 50
    before.pop("groups")
    assert after == before


def test_changing_only_variants_keeps_conditions(task: Tasks, hand: Hand) -> None:
    task("feature_flag", **flag("layout", condition(25, email_at()), variants=two_variants()))
    before = hand.find("feature_flags", "layout")["filters"]["groups"]
    task("feature_flag", key="layout", variants=variants(control=10, wide=90))
    assert hand.find("feature_flags", "layout")["filters"]["groups"] == before


@pytest.mark.parametrize("payload", PAYLOADS, ids=repr)
def test_payloads_compare_by_value(task: Tasks, payload: Any) -> None:
    task("feature_flag", **flag(payload=payload))
    task.converged("feature_flag", **flag(payload=payload))


@pytest.mark.parametrize(
    ("stored", "written"),
    [('{"b": 2.0,  "a": 1}', {"a": 1, "b": 2}), ("40.0", 40), ('"text"', "text"), ("[ 1 ]", [1])],
)
def test_payloads_that_a_person_spelt_otherwise_are_no_change(
    task: Tasks, hand: Hand, stored: str, written: Any
) -> None:
    task("feature_flag", **flag(payload="another"))
    edit_filters(hand, "trends", payloads={"true": stored})
    task.converged("feature_flag", **flag(payload=written))


def test_a_number_is_not_its_text(task: Tasks) -> None:
    task("feature_flag", **flag(payload=40))
    assert task("feature_flag", **flag(payload="40"))["changed"]
    assert task("feature_flag", **flag(payload=True))["changed"]
    assert task("feature_flag", **flag(payload=1))["changed"]


@pytest.mark.parametrize("percentage", [40, 40.0, "40", "40.0"])
def test_forty_is_forty(task: Tasks, percentage: Any) -> None:
    task("feature_flag", **flag("trends", condition(40)))
    task.converged("feature_flag", **flag("trends", condition(percentage)))


def test_forty_point_zero_on_the_server_is_forty(task: Tasks, hand: Hand) -> None:
    task("feature_flag", **flag("trends", condition(40)))
    edit_filters(hand, "trends", groups=[{"properties": [], "rollout_percentage": 40.0}])
    task.converged("feature_flag", **flag("trends", condition(40)))


def test_fractions_of_a_percent_are_kept(task: Tasks) -> None:
    task("feature_flag", **flag("trends", condition(0.5)))
    task.converged("feature_flag", **flag("trends", condition(0.5)))
    assert task("feature_flag", **flag("trends", condition(0.25)))["changed"]


def test_the_order_and_case_of_tags_do_not_matter(task: Tasks, hand: Hand) -> None:
    task("feature_flag", **flag(tags=["growth", "beta", "alpha"]))
    hand.edit("feature_flags", 1, tags=["beta", "alpha", "growth"])
    task.converged("feature_flag", **flag(tags=["Alpha", "growth", " beta", "alpha"]))


def test_the_order_of_conditions_matters(task: Tasks) -> None:
    task("feature_flag", **flag("trends", condition(25, email_at()), condition(10)))
    assert task("feature_flag", **flag("trends", condition(10), condition(25, email_at())))["changed"]


def test_keys_of_a_condition_that_experiments_keep_survive(task: Tasks, hand: Hand) -> None:
    task("feature_flag", **flag("trends", condition(25)))
    groups = hand.find("feature_flags", "trends")["filters"]["groups"]
    edit_filters(hand, "trends", groups=[{**groups[0], "sort_key": "A"}])
    task.converged("feature_flag", **flag("trends", condition(25)))
    task("feature_flag", **flag("trends", condition(30)))
    assert hand.find("feature_flags", "trends")["filters"]["groups"][0]["sort_key"] == "A"


def test_every_field_of_a_flag_goes_there_and_back(task: Tasks) -> None:
    declared = flag(
        "everything",
        condition(25, email_at(), variant="a", description="Us"),
        condition(0.5, {"key": "plan", "operator": "is_set"}, {"key": "age", "operator": "gte", "value": 18}),
        description="All there is",
        active=False,
        variants=[{"key": "a", "name": "A", "rollout_percentage": 33.3, "payload": 1}, *variants(b=66.7)],
        early_exit=True,
        ensure_experience_continuity=True,
        evaluation_runtime="server",
        evaluation_contexts=["web", "App"],
        tags=["growth"],
    )
    task("feature_flag", **declared)
    task.converged("feature_flag", **declared)
    opposite = {
        **declared,
        "active": True,
        "early_exit": False,
        "ensure_experience_continuity": False,
        "evaluation_runtime": "all",
        "evaluation_contexts": [],
    }
    task("feature_flag", **opposite)
    task.converged("feature_flag", **opposite)


def test_an_archived_flag_is_found_and_brought_back(task: Tasks) -> None:
    task("feature_flag", **flag(active=False, archived=True))
    task.converged("feature_flag", **flag(active=False, archived=True))
    result = task("feature_flag", **flag(active=True, archived=False))
    assert (result["action"], result["id"]) == ("updated", 1)
