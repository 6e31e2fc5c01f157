"""Cohorts: strict criteria, annotations, static ones, and uses that prevent deletion."""

from __future__ import annotations

from typing import Any

import pytest

from support.api import Api
from support.emulator import Emulator

COHORTS = "projects/1/cohorts/"
PERSON = {"type": "person", "key": "email", "operator": "icontains", "value": ["@x.io"]}
EVENT = {"type": "behavioral", "key": "a", "event_type": "events", "value": "performed_event", "time_value": None}


def criteria(*leaves: dict[str, Any]) -> dict[str, Any]:
    return {"properties": {"type": "OR", "values": [{"type": "AND", "values": list(leaves)}]}}


def leaves_of(cohort: dict[str, Any]) -> list[dict[str, Any]]:
    leaves: list[dict[str, Any]] = cohort["filters"]["properties"]["values"][0]["values"]
    return leaves


def test_leaves_are_annotated(api: Api) -> None:
    person, event = leaves_of(api.post(COHORTS, {"name": "one", "filters": criteria(PERSON, EVENT)}))
    assert person["value"] == "@x.io"
    assert person["negation"] is False
    assert person["bytecode"]
    assert len(person["conditionHash"]) == 16
    assert "time_value" not in event


def test_what_was_read_can_be_sent(api: Api) -> None:
    cohort = api.post(COHORTS, {"name": "one", "filters": criteria(PERSON)})
    again = api.patch(f"{COHORTS}{cohort['id']}/", {"filters": cohort["filters"]})
    assert again["filters"] == cohort["filters"]


@pytest.mark.parametrize("body", [{}, {"filters": None}])
def test_without_criteria(api: Api, body: dict[str, Any]) -> None:
    assert api.post(COHORTS, {"name": "one", **body})["filters"] == {"properties": {"type": "OR", "values": []}}


@pytest.mark.parametrize(
    "filters",
    [
        {},
        {"properties": {"type": "XOR", "values": []}},
        {"properties": {"type": "OR", "values": []}, "extra": 1},
        criteria({**PERSON, "extra": 1}),
        criteria({"type": "person", "key": "a", "operator": "exact"}),
        criteria({"type": "person", "key": "a", "value": "b"}),
        criteria({"type": "behavioral", "key": "a", "value": "performed_event"}),
        criteria({**EVENT, "value": "danced"}),
        criteria({"type": "other", "key": "a", "value": 1}),
        criteria({"type": "cohort", "key": "id", "value": 99}),
        criteria({**PERSON, "operator": "is_date_before", "value": "soon"}),
        "text",
    ],
)
def test_refused(api: Api, filters: Any) -> None:
    assert api.error("POST", COHORTS, {"name": "one", "filters": filters}) == (400, "invalid_input", "filters")


def test_loops(api: Api) -> None:
    first = api.post(COHORTS, {"name": "one"})["id"]
    inner = criteria({"type": "cohort", "key": "id", "value": first})
    second = api.post(COHORTS, {"name": "two", "filters": inner})["id"]
    loop = criteria({"type": "cohort", "key": "id", "value": second})
    assert api.error("PATCH", f"{COHORTS}{first}/", {"filters": loop}) == (400, "invalid_input", "filters")


def test_query_without_static_leaves_a_row_behind(api: Api) -> None:
    body = {"name": "half", "query": {"kind": "HogQLQuery", "query": "select 1"}}
    assert api.error("POST", COHORTS, body)[0] == 400
    assert [cohort["name"] for cohort in api.get(COHORTS)["results"]] == ["half"]
    assert api.post(COHORTS, {**body, "is_static": True})["query"] == body["query"]
    assert api.error("POST", COHORTS, {**body, "is_static": True, "filters": criteria(PERSON)})[0] == 400


def test_static_criteria_cannot_be_edited(api: Api) -> None:
    cohort = api.post(COHORTS, {"name": "one", "is_static": True, "filters": criteria(PERSON)})
    path = f"{COHORTS}{cohort['id']}/"
    assert api.patch(path, {"filters": criteria(PERSON), "name": "two"})["name"] == "two"
    changed = criteria({**PERSON, "value": "other"})
    assert api.error("PATCH", path, {"filters": changed}) == (400, "invalid_input", "filters")
    assert api.error("PATCH", path, {"filters": None}) == (400, "invalid_input", "filters")


def test_uses_prevent_deletion(api: Api) -> None:
    cohort = api.post(COHORTS, {"name": "one"})["id"]
    path = f"{COHORTS}{cohort}/"
    use = {"key": "id", "type": "cohort", "value": cohort, "operator": "in"}
    api.patch("projects/1/", {"test_account_filters": [use]})
    assert api.error("PATCH", path, {"deleted": True})[0] == 400
    api.patch("projects/1/", {"test_account_filters": []})
    insight = api.post("projects/1/insights/", {"query": {"kind": "TrendsQuery", "properties": [use]}})
    assert api.error("PATCH", path, {"deleted": True})[0] == 400
    api.patch(f"projects/1/insights/{insight['id']}/", {"deleted": True})
    leaf = {"type": "cohort", "key": "id", "value": cohort}
    outer = api.post(COHORTS, {"name": "outer", "filters": criteria(leaf)})
    assert api.error("PATCH", path, {"deleted": True})[0] == 400
    api.patch(f"{COHORTS}{outer['id']}/", {"deleted": True})
    assert api.patch(path, {"deleted": True})["deleted"] is True


def test_lists(emulator: Emulator, api: Api) -> None:
    api.post(COHORTS, {"name": "Engaged", "filters": criteria(PERSON)})
    api.post(COHORTS, {"name": "Listed", "is_static": True})
    assert [cohort["name"] for cohort in api.get(COHORTS)["results"]] == ["Listed", "Engaged"]
    assert [cohort["name"] for cohort in api.get(COHORTS, search="gage")["results"]] == ["Engaged"]
    assert [cohort["name"] for cohort in api.get(COHORTS, type="static")["results"]] == ["Listed"]
    basic = api.get(COHORTS, basic="true")["results"][0]
    assert "filters" in basic
    assert not {"query", "groups", "last_error_message", "experiment_set"} & set(basic)
    emulator.switch(basic_cohort_drops_filters=True)
    assert "filters" not in api.get(COHORTS, basic="true")["results"][0]


def test_names_are_not_unique(api: Api) -> None:
    ids = {api.post(COHORTS, {"name": "same"})["id"] for _ in range(2)}
    assert len(ids) == 2
