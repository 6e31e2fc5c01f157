"""Empty values clear the field on the server, for good; unwritten fields stay."""

from __future__ import annotations

import pytest
from integration.builders import action, cohort, condition, dashboard, email_at, flag, insight, trend, variants
from integration.hand import Hand

from support.task import NULL, Tasks


@pytest.mark.parametrize("nothing", [[], NULL])
def test_tags_are_cleared(task: Tasks, hand: Hand, nothing: object) -> None:
    task("feature_flag", **flag(tags=["growth", "trends"]))
    task("feature_flag", **flag(tags=nothing))
    assert hand.find("feature_flags", "trends")["tags"] == []
    task.converged("feature_flag", **flag(tags=nothing))


@pytest.mark.parametrize("nothing", ["", NULL])
@pytest.mark.parametrize(
    ("module", "kind", "declared"),
    [
        ("action", "actions", action()),
        ("cohort", "cohorts", cohort()),
        ("dashboard", "dashboards", dashboard()),
        ("insight", "insights", insight()),
    ],
)
def test_a_description_is_cleared(
    task: Tasks, hand: Hand, module: str, kind: str, declared: dict[str, object], nothing: object
) -> None:
    task(module, **declared, description="For the board meeting")
    task(module, **declared, description=nothing)
    assert hand.find(kind, str(declared["name"]))["description"] == ""
    task.converged(module, **declared, description=nothing)


def test_a_flags_description_is_cleared(task: Tasks, hand: Hand) -> None:
    task("feature_flag", **flag(description="Trends"))
    task("feature_flag", **flag(description=""))
    assert hand.find("feature_flags", "trends")["name"] == ""


def test_an_insights_dashboards_are_cleared(task: Tasks, hand: Hand) -> None:
    task("dashboard", **dashboard())
    task("insight", **insight(dashboards=["Activation"]))
    assert len(hand.find("dashboards", "Activation")["tiles"]) == 1
    task("insight", **insight(dashboards=[]))
    assert hand.find("dashboards", "Activation")["tiles"] == []
    task.converged("insight", **insight(dashboards=[]))


@pytest.mark.parametrize("nothing", [{}, NULL])
def test_a_dashboards_filters_are_cleared(task: Tasks, hand: Hand, nothing: object) -> None:
    filters = {"date_from": "-30d", "date_to": "-1d", "explicit_date": True, "properties": [email_at()]}
    filters["breakdown"] = {"breakdown": "plan", "breakdown_type": "event"}
    task("dashboard", **dashboard(filters=filters))
    task.converged("dashboard", **dashboard(filters=filters))
    task("dashboard", **dashboard(filters=nothing))
    stored = hand.find("dashboards", "Activation")["persisted_filters"]
    assert not any((stored or {}).values())
    task.converged("dashboard", **dashboard(filters=nothing))


def test_a_part_of_a_dashboards_filters_that_is_not_written_is_cleared(task: Tasks, hand: Hand) -> None:
    task("dashboard", **dashboard(filters={"date_from": "-30d", "properties": [email_at()]}))
    task("dashboard", **dashboard(filters={"date_from": "-30d"}))
    assert not hand.find("dashboards", "Activation")["persisted_filters"]["properties"]


@pytest.mark.parametrize("nothing", [[], NULL])
def test_variants_are_cleared_with_their_payloads(task: Tasks, hand: Hand, nothing: object) -> None:
    two = [{**variant, "payload": {"columns": 12}} for variant in variants(control=50, test=50)]
    task("feature_flag", **flag(variants=two))
    task("feature_flag", **flag(variants=nothing))
    filters = hand.find("feature_flags", "trends")["filters"]
    assert not filters.get("multivariate")
    assert not filters.get("payloads")
    task.converged("feature_flag", **flag(variants=nothing))


def test_a_payload_is_cleared(task: Tasks, hand: Hand) -> None:
    task("feature_flag", **flag(payload={"columns": 12}))
    task("feature_flag", **flag(payload=NULL))
    assert not hand.find("feature_flags", "trends")["filters"].get("payloads")
    task.converged("feature_flag", **flag(payload=NULL))


def test_a_variants_payload_that_is_not_written_is_cleared(task: Tasks, hand: Hand) -> None:
    two = [{**variant, "payload": 1} for variant in variants(control=50, test=50)]
    task("feature_flag", **flag(variants=two))
    task("feature_flag", **flag(variants=[two[0], *variants(test=50)]))
    assert hand.find("feature_flags", "trends")["filters"]["payloads"] == {"control": "1"}


def test_conditions_are_cleared(task: Tasks, hand: Hand) -> None:
    task("feature_flag", **flag())
    task("feature_flag", key="trends", conditions=[])
    assert hand.find("feature_flags", "trends")["filters"]["groups"] == []
    task.converged("feature_flag", key="trends", conditions=[])


def test_a_flag_without_conditions_can_be_created(task: Tasks, hand: Hand) -> None:
    task("feature_flag", key="nobody", conditions=[], variants=variants(a=100))
    stored = hand.find("feature_flags", "nobody")["filters"]
    assert stored["groups"] == []
    assert [variant["key"] for variant in stored["multivariate"]["variants"]] == ["a"]
    task.converged("feature_flag", key="nobody", conditions=[], variants=variants(a=100))


def test_settings_are_cleared(task: Tasks, hand: Hand) -> None:
    full: dict[str, object] = {
        "session_recording_sample_rate": 0.25,
        "session_recording_masking_config": {"maskAllInputs": True},
        "session_recording_url_trigger_config": [{"url": "/checkout"}],
        "app_urls": ["https://example.com"],
        "person_display_name_properties": ["email"],
        "survey_config": {"appearance": {"color": "red"}},
        "week_start_day": "monday",
    }
    empty: dict[str, object] = {key: [] if isinstance(value, list) else NULL for key, value in full.items()}
    task("project", **full)
    task.converged("project", **full)
    task("project", **empty)
    stored = hand.settings()
    assert not any(stored[key] for key in full), {key: stored[key] for key in full}
    task.converged("project", **empty)


def test_what_is_not_written_stays(task: Tasks, hand: Hand) -> None:
    task("feature_flag", **flag("trends", condition(25, email_at()), description="Trends", tags=["growth"], payload=1))
    task("feature_flag", key="trends", tags=["other"])
    stored = hand.find("feature_flags", "trends")
    assert (stored["name"], stored["filters"]["payloads"]) == ("Trends", {"true": "1"})
    assert stored["filters"]["groups"][0]["rollout_percentage"] == 25


def test_a_query_is_replaced_whole(task: Tasks, hand: Hand) -> None:
    task("insight", **insight(query=trend(interval="week", breakdownFilter={"breakdown": "plan"})))
    task("insight", **insight(query=trend()))
    source = hand.find("insights", "Views")["query"]["source"]
    assert not {"interval", "breakdownFilter"} & source.keys()
