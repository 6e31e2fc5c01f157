"""Feature flags: what is refused, what is rewritten, and edits that clash."""

from __future__ import annotations

from typing import Any

import pytest

from support.api import Api
from support.emulator import Emulator

FLAGS = "projects/1/feature_flags/"


def condition(**values: Any) -> dict[str, Any]:
    return {"groups": [{"properties": [], "rollout_percentage": 100, **values}]}


def person(**values: Any) -> dict[str, Any]:
    return condition(properties=[{"key": "email", "type": "person", "operator": "exact", "value": "a", **values}])


def test_without_filters(api: Api) -> None:
    assert api.post(FLAGS, {"key": "bare"})["filters"] == {"groups": []}


def test_filters_as_stored(api: Api) -> None:
    filters = {
        "groups": [
            {"properties": None, "rollout_percentage": 10},
            {"properties": [{"key": 7, "type": "person", "operator": "min", "value": 1}], "unknown": 1},
        ],
        "aggregation_group_type_index": 2,
        "payloads": {"true": {"a": 1}},
        "super_groups": [],
        "unknown": True,
    }
    assert api.post(FLAGS, {"key": "one", "filters": filters})["filters"] == {
        "groups": [
            {"properties": [], "rollout_percentage": 10, "aggregation_group_type_index": 2},
            {
                "properties": [{"key": "7", "type": "person", "operator": "gte", "value": 1}],
                "unknown": 1,
                "aggregation_group_type_index": 2,
            },
        ],
        "aggregation_group_type_index": 2,
        "payloads": {"true": '{"a": 1}'},
        "unknown": True,
    }


def test_mixed_aggregation(api: Api) -> None:
    filters = {"groups": [{"aggregation_group_type_index": 1}, {}], "aggregation_group_type_index": 0}
    stored = api.post(FLAGS, {"key": "mixed", "filters": filters})["filters"]
    assert [group["aggregation_group_type_index"] for group in stored["groups"]] == [1, 0]
    assert stored["aggregation_group_type_index"] is None


@pytest.mark.parametrize(
    ("body", "code", "attr"),
    [
        ({}, "required", "key"),
        ({"key": "a b"}, "invalid_key", "key"),
        ({"key": "x" * 401}, "max_length", "key"),
        ({"key": "a", "filters": {"groups": []}}, "invalid_input", "filters"),
        ({"key": "a", "filters": condition(rollout_percentage=101)}, "invalid_input", "filters"),
        ({"key": "a", "filters": condition(rollout_percentage="10")}, "invalid_input", "filters"),
        ({"key": "a", "filters": condition(rollout_percentage=True)}, "invalid_input", "filters"),
        ({"key": "a", "filters": person(operator="like")}, "invalid_input", "filters"),
        ({"key": "a", "filters": person(type="event")}, "invalid_input", "filters"),
        ({"key": "a", "filters": person(key=None)}, "invalid_input", "filters"),
        ({"key": "a", "filters": person(operator="regex", value="(")}, "invalid_input", "filters"),
        ({"key": "a", "filters": {**condition(), "version": 2}}, "reserved_config_version", "filters"),
        ({"key": "a", "filters": {**condition(), "payloads": {"true": "{"}}}, "invalid_input", "filters"),
        ({"key": "a", "filters": {**condition(), "multivariate": {"variants": []}}}, "invalid_input", "filters"),
        ({"key": "a", "filters": condition(description="x" * 600_000)}, "invalid_input", "filters"),
        ({"key": "a", "archived": True}, "invalid_input", None),
        ({"key": "a", "evaluation_runtime": "edge"}, "invalid_choice", "evaluation_runtime"),
        ({"key": "a", "has_encrypted_payloads": True}, "invalid_input", "has_encrypted_payloads"),
        (
            {"key": "a", "bucketing_identifier": "device_id", "ensure_experience_continuity": True},
            "invalid_input",
            None,
        ),
        ({"key": "a", "analytics_dashboards": [9]}, "does_not_exist", "analytics_dashboards"),
    ],
)
def test_refused(api: Api, body: dict[str, Any], code: str, attr: str | None) -> None:
    assert api.error("POST", FLAGS, body) == (400, code, attr)


def test_a_key_is_used_once(api: Api) -> None:
    first = api.post(FLAGS, {"key": "one"})
    assert api.error("POST", FLAGS, {"key": "one"}) == (400, "unique", "key")
    api.patch(f"{FLAGS}{first['id']}/", {"deleted": True})
    second = api.post(FLAGS, {"key": "one"})
    assert second["id"] != first["id"]
    assert api.error("GET", f"{FLAGS}{first['id']}/")[0] == 404


def test_patch_merges_filters(api: Api) -> None:
    filters = {**condition(), "multivariate": {"variants": [{"key": "a", "rollout_percentage": 100}]}}
    path = f"{FLAGS}{api.post(FLAGS, {'key': 'one', 'filters': filters})['id']}/"
    changed = api.patch(path, {"filters": condition(rollout_percentage=5)})
    assert changed["filters"]["multivariate"] == filters["multivariate"]
    assert changed["version"] == 2
    assert api.patch(path, {"filters": {}})["filters"] == changed["filters"]
    assert api.patch(path, {"filters": {"groups": []}})["filters"]["groups"] == []
    assert api.patch(path, {"filters": {"multivariate": None}})["filters"]["multivariate"] is None


def test_remote_configuration(api: Api) -> None:
    body = {"key": "one", "is_remote_configuration": True, "filters": {"payloads": {"true": '"x"'}}}
    assert api.post(FLAGS, body)["filters"]["groups"][0]["rollout_percentage"] == 100


def test_cohorts_in_conditions(api: Api) -> None:
    leaf = {"type": "person", "key": "email", "operator": "icontains", "value": "a"}
    criteria = {"properties": {"type": "OR", "values": [{"type": "AND", "values": [leaf]}]}}
    cohort = api.post("projects/1/cohorts/", {"name": "Testers", "filters": criteria})["id"]
    used = condition(properties=[{"key": "id", "type": "cohort", "operator": "in", "value": cohort}])
    flag = api.post(FLAGS, {"key": "one", "filters": used})
    assert flag["filters"]["groups"][0]["properties"][0]["cohort_name"] == "Testers"
    # What was read can be sent back, and is stored without the name.
    api.patch(f"{FLAGS}{flag['id']}/", {"filters": flag["filters"]})
    api.patch(f"projects/1/cohorts/{cohort}/", {"name": "Renamed"})
    assert "Renamed" in str(api.get(f"{FLAGS}{flag['id']}/"))
    assert api.error("PATCH", f"projects/1/cohorts/{cohort}/", {"deleted": True})[0] == 400
    event = {"type": "behavioral", "key": "$pageview", "event_type": "events", "value": "performed_event"}
    changed = {"filters": {"properties": {"type": "OR", "values": [event]}}}
    refusal = (400, "behavioral_cohort_found", "filters")
    assert api.error("PATCH", f"projects/1/cohorts/{cohort}/", changed) == refusal
    behavioral = api.post("projects/1/cohorts/", {"name": "Viewers", **changed})["id"]
    used["groups"][0]["properties"][0]["value"] = behavioral
    assert api.error("POST", FLAGS, {"key": "two", "filters": used}) == refusal
    used["groups"][0]["properties"][0]["value"] = 99
    assert api.error("POST", FLAGS, {"key": "two", "filters": used}) == (400, "cohort_does_not_exist", "filters")


def depending(number: int | str) -> dict[str, Any]:
    return condition(properties=[{"key": str(number), "type": "flag", "operator": "flag_evaluates_to", "value": True}])


def test_dependencies(api: Api) -> None:
    base = api.post(FLAGS, {"key": "base"})
    child = api.post(FLAGS, {"key": "child", "filters": depending(base["id"])})
    path = f"{FLAGS}{base['id']}/"
    assert api.error("PATCH", path, {"deleted": True})[0] == 400
    assert api.error("PATCH", path, {"active": False})[0] == 400
    assert api.error("PATCH", path, {"filters": depending(child["id"])}) == (400, "invalid_input", "filters")
    assert api.error("POST", FLAGS, {"key": "x", "filters": depending(99)})[0] == 400
    assert api.error("POST", FLAGS, {"key": "x", "filters": depending("base")})[0] == 400
    api.patch(f"{FLAGS}{child['id']}/", {"active": False})
    api.patch(path, {"active": False})
    assert api.error("PATCH", f"{FLAGS}{child['id']}/", {"active": True})[0] == 400


def test_in_use_by_session_replay(api: Api) -> None:
    flag = api.post(FLAGS, {"key": "replay"})
    api.patch("projects/1/", {"session_recording_linked_flag": {"id": flag["id"], "key": "replay"}})
    assert api.get(f"{FLAGS}{flag['id']}/")["is_used_in_replay_settings"] is True
    assert api.error("PATCH", f"{FLAGS}{flag['id']}/", {"deleted": True})[0] == 400


def test_edits_that_clash(api: Api) -> None:
    original = api.post(FLAGS, {"key": "one", "name": "first"})
    path = f"{FLAGS}{original['id']}/"
    api.patch(path, {"name": "theirs"})
    mine = {"version": original["version"], "original_flag": original}
    response = api("PATCH", path, {**mine, "name": "mine"})
    assert (response.status_code, response.json()["code"]) == (409, "conflict")
    # Another field does not clash, and the unchanged one is not written back.
    merged = api.patch(path, {**mine, "name": "first", "active": False})
    assert (merged["name"], merged["active"]) == ("theirs", False)
    assert api.patch(path, {"name": "unchecked"})["name"] == "unchecked"


def test_approval(emulator: Emulator, api: Api) -> None:
    emulator.switch(approval_required=True)
    response = api("POST", FLAGS, {"key": "one"})
    assert response.status_code == 409
    assert response.json()["change_request_id"]


@pytest.mark.parametrize(
    ("filters", "rule"),
    [
        ({"multivariate": {"variants": [{"key": "a", "rollout_percentage": 50}]}}, "variant_rollout_sum_not_100"),
        ({"multivariate": {"variants": [{"key": "a", "rollout_percentage": 50}] * 2}}, "duplicate_variant_key"),
        ({"payloads": {"x": "1"}}, "payload_key_without_variant"),
        (condition(variant="x"), "group_variant_unknown"),
        (person(operator="in"), "property_operator"),
    ],
)
def test_rules_that_production_only_logs(emulator: Emulator, api: Api, filters: dict[str, Any], rule: str) -> None:
    body = {"key": "one", "filters": {**condition(), **filters}}
    api.post(FLAGS, body)
    emulator.switch(enforce_cross_field=True)
    assert api.error("POST", FLAGS, {**body, "key": "two"}) == (400, f"cross_field.{rule}", "filters")


def test_unknown_keys_are_dropped_once_rules_are_enforced(emulator: Emulator, api: Api) -> None:
    emulator.switch(enforce_cross_field=True)
    assert "other" not in api.post(FLAGS, {"key": "one", "filters": {**condition(), "other": 1}})["filters"]


def test_archived(api: Api) -> None:
    flag = api.post(FLAGS, {"key": "one", "active": False})
    path = f"{FLAGS}{flag['id']}/"
    assert api.patch(path, {"archived": True})["archived"] is True
    assert api.error("PATCH", path, {"active": True}) == (400, "invalid_input", None)
    assert api.get(FLAGS)["results"] == []
    assert len(api.get(FLAGS, archived="true")["results"]) == 1


def test_lookups(api: Api) -> None:
    for key in ("alpha", "beta", "alphabet"):
        api.post(FLAGS, {"key": key})
    assert [flag["key"] for flag in api.get(FLAGS, key="ALPHA")["results"]] == ["alpha"]
    assert len(api.get(FLAGS, search="alpha")["results"]) == 2
    assert [flag["key"] for flag in api.get(FLAGS, order="key")["results"]] == ["alpha", "alphabet", "beta"]
    assert [flag["key"] for flag in api.get(FLAGS)["results"]] == ["alphabet", "beta", "alpha"]


def test_lifecycle(api: Api) -> None:
    path = f"{FLAGS}{api.post(FLAGS, {'key': 'one'})['id']}/"
    assert api("POST", f"{path}disable/").json()["active"] is False
    assert api("POST", f"{path}archive/").json()["archived"] is True
    api.patch(path, {"deleted": True})
    response = api("POST", f"{path}enable/")
    assert (response.status_code, response.json()["success"]) == (400, False)


def test_evaluation_contexts_need_the_licence(emulator: Emulator, api: Api) -> None:
    assert api.post(FLAGS, {"key": "one", "evaluation_contexts": ["App"]})["evaluation_contexts"] == ["app"]
    emulator.switch(features=[])
    assert api.post(FLAGS, {"key": "two", "evaluation_contexts": ["App"]})["evaluation_contexts"] == []
    assert api.get(FLAGS, key="one")["results"][0]["evaluation_contexts"] == []


def test_the_body_must_be_an_object(api: Api) -> None:
    flag = api.post(FLAGS, {"key": "one"})
    assert api("PATCH", f"{FLAGS}{flag['id']}/", [1]).status_code == 400


def test_remote_configuration_by_key(emulator: Emulator, api: Api) -> None:
    body = {"key": "limits", "is_remote_configuration": True, "filters": {"payloads": {"true": {"max": 5}}}}
    api.post(FLAGS, body)
    path = f"projects/@current/feature_flags/limits/remote_config?token={emulator.token()}"
    assert api("GET", path).json() == '{"max": 5}'
