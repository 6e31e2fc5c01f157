"""What a person mistypes: one sentence with the place and what to do, and nothing written, not even asked."""

from __future__ import annotations

from typing import Any

import pytest
from integration.builders import (
    Entry,
    action,
    cohort,
    condition,
    dashboard,
    email_at,
    flag,
    insight,
    layout,
    variants,
)

from support.task import NULL, Tasks

Case = tuple[str, Entry, str, str]

#: What it is, the wrong entry of the apply module, the place and a part of the sentence.
CASES: list[Case] = [
    (
        "flag key with a space",
        {"feature_flags": [flag("no key")]},
        "key",
        "'no key' is no flag key; it may hold letters",
    ),
    ("empty flag key", {"feature_flags": [flag("")]}, "key", "must not be"),
    ("flag key with a tab", {"feature_flags": [flag("no\tkey")]}, "key", "is no flag key"),
    ("long flag key", {"feature_flags": [flag("k" * 401)]}, "key", "may have 400 characters at most, not 401"),
    (
        "rollout of 101",
        {"feature_flags": [flag("f", condition(101))]},
        "conditions[0].rollout_percentage",
        "must be between 0 and 100, not 101",
    ),
    (
        "rollout of -1",
        {"feature_flags": [flag("f", condition(-1))]},
        "conditions[0].rollout_percentage",
        "must be between 0 and 100, not -1",
    ),
    (
        "rollout in words",
        {"feature_flags": [flag("f", condition("half"))]},  # type: ignore[arg-type]
        "conditions[0].rollout_percentage",
        "must be a number, not 'half'",
    ),
    (
        "variants that sum to 99",
        {"feature_flags": [flag(variants=variants(a=50, b=49))]},
        "variants",
        "must sum to 100, not 99",
    ),
    (
        "two variants of one key",
        {"feature_flags": [flag(variants=[*variants(a=50), *variants(a=50)])]},
        "variants[1]",
        "key 'a' is there twice",
    ),
    (
        "unknown operator",
        {"feature_flags": [flag("f", condition(1, {**email_at(), "operator": "contains"}))]},
        "conditions[0].properties[0].operator",
        "'contains' is unknown; did you mean 'icontains'?",
    ),
    (
        "operator without a value",
        {"feature_flags": [flag("f", condition(1, {"key": "email", "operator": "regex"}))]},
        "conditions[0].properties[0]",
        "'value' is missing; operator 'regex' needs one",
    ),
    (
        "variant of a condition that is none",
        {"feature_flags": [flag("f", condition(1, variant="c"), variants=variants(a=50, b=50))]},
        "conditions[0].variant",
        "'c' is none of the flag's variants (a, b)",
    ),
    (
        "payload beside variants",
        {"feature_flags": [flag(payload=1, variants=variants(a=100))]},
        "payload",
        "move it to variants[].payload",
    ),
    ("archived and active", {"feature_flags": [flag(archived=True)]}, "archived", "write active: false"),
    ("encrypted but no remote config", {"feature_flags": [flag(encrypted=True)]}, "encrypted", "only a remote_config"),
    ("unknown key", {"feature_flags": [flag(condtions=[])]}, "", "unknown key 'condtions'; did you mean 'conditions'?"),
    (
        "unknown key inside",
        {"feature_flags": [flag("f", {"rollout_percentag": 1})]},
        "conditions[0]",
        "unknown key 'rollout_percentag'; did you mean 'rollout_percentage'?",
    ),
    (
        "unknown key deep inside",
        {"feature_flags": [flag("f", condition(1, {"key": "a", "valeu": 1}))]},
        "conditions[0].properties[0]",
        "unknown key 'valeu'; did you mean 'value'?",
    ),
    ("no name", {"cohorts": [{"criteria": []}]}, "", "'name' is missing"),
    ("list for a text", {"cohorts": [cohort(description=["a"])]}, "description", "must be text, not list"),
    ("mapping for a list", {"cohorts": [cohort(criteria={})]}, "criteria", "must be a list, not dict"),
    ("text for a mapping", {"cohorts": [cohort("C", "all")]}, "criteria[0]", "must be a mapping, not str"),  # type: ignore[arg-type]
    ("text for a boolean", {"feature_flags": [flag(active="maybe")]}, "active", "must be true or false, not 'maybe'"),
    ("null for a switch", {"feature_flags": [flag(active=None)]}, "active", "must not be null"),
    ("unknown span", {"cohorts": [cohort("C", {"event": "e", "within": "a week"})]}, "criteria[0].within", "'7 days'"),
    (
        "criterion without a time",
        {"cohorts": [cohort("C", {"event": "e"})]},
        "criteria[0]",
        "'within' is missing",
    ),
    ("criterion about nothing", {"cohorts": [cohort("C", {})]}, "criteria[0]", "has one of the keys event, action"),
    ("unknown match", {"cohorts": [cohort(match="some")]}, "match", "'some' is unknown; known are all, any"),
    (
        "unknown matching",
        {"actions": [action(steps=[{"url": "/", "url_matching": "glob"}])]},
        "steps[0].url_matching",
        "'glob' is unknown",
    ),
    ("query without a kind", {"insights": [insight(query={"source": {}})]}, "query", "'kind' is missing"),
    ("query in words", {"insights": [insight(query="all views")]}, "query", "must be a mapping, not str"),
    (
        "tile with insight and text",
        {"dashboards": [dashboard("D", {"insight": "I", "text": "T"})]},
        "tiles[0]",
        "either 'insight' or 'text'",
    ),
    (
        "tile beyond the grid",
        {"dashboards": [dashboard("D", {"text": "T", "layout": layout(x=8)})]},
        "tiles[0].layout",
        "x + w is 14; the grid has 12 columns",
    ),
    (
        "tiles that overlap",
        {"dashboards": [dashboard("D", {"text": "A", "layout": layout()}, {"text": "B", "layout": layout(x=5)})]},
        "tiles",
        "the tiles 'A' and 'B' overlap",
    ),
    (
        "insight that is there twice",
        {"dashboards": [dashboard("D", {"insight": "I"}, {"insight": "I"})]},
        "tiles",
        "insight 'I' is there twice",
    ),
    (
        "time that is none",
        {"dashboards": [dashboard("D", filters={"date_from": "2026-13-01T00:00"})]},
        "filters.date_from",
        "is not a time",
    ),
    (
        "state that is none",
        {"dashboards": [dashboard("D", state="gone")]},
        "state",
        "must be present or absent, not 'gone'",
    ),
]
SETTINGS: list[tuple[Entry, str]] = [
    ({"timezon": "UTC"}, "project_settings: unknown key 'timezon'; did you mean 'timezone'?"),
    ({"session_recording_sample_rate": 2}, "project_settings.session_recording_sample_rate: must be between 0 and 1"),
    ({"session_recording_sample_rate": 0.123}, "PostHog keeps two decimals"),
    ({"session_recording_retention_period": "2y"}, "'2y' is unknown; known are 1y, 30d, 5y, 90d"),
    ({"base_currency": "euro"}, "'euro' is no ISO currency code"),
    ({"session_recording_masking_config": {"maskAll": True}}, "did you mean 'maskAllInputs'?"),
]
#: The single modules, whose outermost layer is Ansible's own check.
OPTIONS: list[tuple[str, Entry, str]] = [
    ("feature_flag", flag(condtions=[]), "unknown option 'condtions'; did you mean 'conditions'?"),
    ("feature_flag", flag(rollout=1), "unknown option 'rollout'; "),
    ("dashboard", {"nam": "D"}, "unknown option 'nam'; did you mean 'name'?"),
    ("apply", {"feature_flag": []}, "unknown option 'feature_flag'; did you mean 'feature_flags'?"),
    ("feature_flag", flag(api_kee="x"), "unknown option 'api_kee'; did you mean 'api_key'?"),
    ("feature_flag", {"description": "no key"}, "one of the following is required: key, id"),
    ("feature_flag", flag(evaluation_runtime="browser"), "all, server, client"),
    ("feature_flag", flag(conditions="all"), "conditions"),
    ("feature_flag", flag(active="maybe"), "active"),
    ("feature_flag", flag(state="gone"), "present, absent"),
    ("feature_flag", flag("f", {"rollout_percentag": 1}), "conditions[0]: unknown key 'rollout_percentag'"),
    ("apply", {}, "one of the following is required"),
]


@pytest.mark.parametrize(("entry", "place", "sentence"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_mistake_in_an_entry_is_named_with_its_place(task: Tasks, entry: Entry, place: str, sentence: str) -> None:
    ((plural, (declared,)),) = entry.items()
    failed = task.fails("apply", **entry)
    assert sentence in failed["msg"]
    where = f"{plural}[0]"
    assert failed["msg"].startswith(where)
    assert f": {place}" in failed["msg"]
    name = declared.get("key", declared.get("name"))
    assert not name or f"{where} ({name})" in failed["msg"]
    assert failed.writes == []
    assert task.fails("apply", check_mode=True, **entry)["msg"] == failed["msg"]


@pytest.mark.parametrize(("settings", "sentence"), SETTINGS, ids=[next(iter(case[0])) for case in SETTINGS])
def test_a_mistake_in_a_setting_is_named(task: Tasks, settings: Entry, sentence: str) -> None:
    failed = task.fails("apply", project_settings=settings)
    assert sentence in failed["msg"]
    assert failed.writes == []


@pytest.mark.parametrize(("module", "options", "sentence"), OPTIONS)
def test_a_mistake_in_an_option_is_named(task: Tasks, module: str, options: Entry, sentence: str) -> None:
    failed = task.fails(module, **options)
    assert sentence in failed["msg"]
    assert failed.sent == []


@pytest.mark.parametrize(
    ("plural", "twins"),
    [
        ("feature_flags", [flag(), flag("other"), flag(active=False)]),
        ("cohorts", [cohort(), cohort("Other"), cohort()]),
        ("dashboards", [dashboard(), dashboard("Other"), {"name": "Activation", "state": "absent"}]),
    ],
)
def test_two_entries_of_one_name_are_named(task: Tasks, plural: str, twins: list[Entry]) -> None:
    failed = task.fails("apply", **{plural: twins})
    assert f"is declared twice, at {plural}[0] and at {plural}[2]; merge the two" in failed["msg"]
    assert failed.writes == []


def test_two_entries_of_one_id_are_named(task: Tasks) -> None:
    task("apply", dashboards=[dashboard()])
    failed = task.fails("apply", dashboards=[dashboard("One", id=1), dashboard("Other", id=1)])
    assert "are the same dashboard, id 1; merge the two" in failed["msg"]
    assert failed.writes == []


def test_an_entry_by_id_and_one_by_name_that_are_the_same_object_are_named(task: Tasks) -> None:
    task("apply", dashboards=[dashboard()])
    failed = task.fails("apply", dashboards=[dashboard("New name", id=1), dashboard("Activation")])
    assert "Activation" in failed["msg"]
    assert failed.writes == []


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "nan", True])
def test_a_number_that_is_none(task: Tasks, value: Any) -> None:
    failed = task.fails("feature_flag", **flag("f", condition(value)))
    assert "conditions[0].rollout_percentage: must be a" in failed["msg"]


def test_a_name_given_as_a_number_is_a_name(task: Tasks) -> None:
    task("apply", cohorts=[cohort(2026)])  # type: ignore[arg-type]
    task.converged("apply", cohorts=[cohort("2026")])
    task.converged("apply", cohorts=[cohort(2026)])  # type: ignore[arg-type]


def test_one_mistake_keeps_the_whole_project_from_being_written(task: Tasks) -> None:
    declared = [flag(f"flag-{number}") for number in range(5)]
    failed = task.fails("apply", feature_flags=[*declared, flag("bad", condition(101))])
    assert failed["msg"].startswith("feature_flags[5] (bad): ")
    assert failed.sent == []


def test_a_null_list_is_an_empty_one(task: Tasks) -> None:
    task("apply", feature_flags=[flag()], cohorts=NULL)
