"""Ingestion and flags, by hand and with PostHog's own SDK."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from posthog import Posthog

from support.api import Api
from support.emulator import Emulator

FLAGS = "projects/1/feature_flags/"
Json = dict[str, Any]


@pytest.fixture
def sdk(emulator: Emulator) -> Iterator[Posthog]:
    """PostHog's client, with a project token and no definitions."""
    client = Posthog(emulator.token(), host=emulator.url, flush_interval=0.05)
    yield client
    client.shutdown()


def prop(key: str, operator: str, value: Any, kind: str = "person", **more: Any) -> Json:
    return {"key": key, "operator": operator, "value": value, "type": kind, **more}


def group(*properties: Json, rollout: float | None = 100, **more: Any) -> Json:
    return {"properties": list(properties), "rollout_percentage": rollout, **more}


def evaluate(emulator: Emulator, distinct_id: str = "a", **body: Any) -> Json:
    request = {"api_key": emulator.token(), "distinct_id": distinct_id, **body}
    response = requests.post(f"{emulator.url}/flags/?v=2", json=request, timeout=5)
    assert response.status_code == 200, response.text
    flags: Json = response.json()["flags"]
    return flags


def test_capture(emulator: Emulator) -> None:
    body = {"api_key": emulator.token(), "event": "clicked", "distinct_id": "a"}
    for path in ("i/v0/e/", "capture/", "e/"):
        response = requests.post(f"{emulator.url}/{path}", json=body, timeout=5)
        assert (response.status_code, response.json()) == (200, {"status": "Ok"})
    packed = gzip.compress(json.dumps({"api_key": emulator.token(), "batch": [body, body]}).encode())
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    assert requests.post(f"{emulator.url}/batch/", data=packed, headers=headers, timeout=5).status_code == 200
    assert emulator.state()["counts"]["Event"] == 5


@pytest.mark.parametrize(
    ("change", "status"),
    [({"api_key": "phc_no"}, 401), ({"api_key": ""}, 401), ({"event": ""}, 400), ({"distinct_id": ""}, 400)],
)
def test_capture_refused(emulator: Emulator, change: Json, status: int) -> None:
    body = {"api_key": emulator.token(), "event": "clicked", "distinct_id": "a", **change}
    assert requests.post(f"{emulator.url}/i/v0/e/", json=body, timeout=5).status_code == status


def test_sdk_capture(emulator: Emulator, sdk: Posthog, api: Api) -> None:
    sdk.capture("clicked", distinct_id="a", properties={"$set": {"plan": "pro"}, "$set_once": {"first": 1}})
    sdk.flush()
    api.post(FLAGS, {"key": "pro", "filters": {"groups": [group(prop("plan", "exact", "pro"))]}})
    assert evaluate(emulator, "a")["pro"]["enabled"] is True
    assert evaluate(emulator, "b")["pro"]["enabled"] is False
    assert emulator.state()["counts"]["Event"] == 1
    [event] = emulator.events()
    assert (event["event"], event["distinct_id"], event["project_id"]) == ("clicked", "a", 1)
    assert event["properties"]["$set"] == {"plan": "pro"}


def test_identify_merges(emulator: Emulator, api: Api) -> None:
    token = emulator.token()
    events = [
        {"event": "seen", "distinct_id": "anonymous", "properties": {"$set": {"a": 1, "b": 1}}},
        {"event": "seen", "distinct_id": "user", "properties": {"$set": {"b": 2}}},
        {"event": "$identify", "distinct_id": "user", "properties": {"$anon_distinct_id": "anonymous"}},
    ]
    requests.post(f"{emulator.url}/batch/", json={"api_key": token, "batch": events}, timeout=5)
    api.post(FLAGS, {"key": "merged", "filters": {"groups": [group(prop("a", "exact", 1), prop("b", "exact", 2))]}})
    assert evaluate(emulator, "anonymous")["merged"]["enabled"] is True
    assert emulator.state()["counts"]["Person"] == 1


def test_reasons_variants_and_payloads(emulator: Emulator, api: Api) -> None:
    variants = [{"key": "control", "rollout_percentage": 0}, {"key": "test", "rollout_percentage": 100}]
    filters = {"groups": [group()], "multivariate": {"variants": variants}, "payloads": {"test": {"a": 1}}}
    flag = api.post(FLAGS, {"key": "multi", "filters": filters})
    api.post(FLAGS, {"key": "none", "filters": {"groups": [group(rollout=0)]}})
    api.post(FLAGS, {"key": "off", "active": False, "filters": {"groups": [group()]}})
    flags = evaluate(emulator)
    assert set(flags) == {"multi", "none"}
    assert flags["multi"]["variant"] == "test"
    assert flags["multi"]["reason"]["code"] == "condition_match"
    assert flags["multi"]["metadata"]["payload"] == '{"a": 1}'
    assert flags["multi"]["metadata"]["id"] == flag["id"]
    assert flags["none"]["reason"]["code"] == "out_of_rollout_bound"
    decided = requests.post(
        f"{emulator.url}/decide/?v=3", json={"api_key": emulator.token(), "distinct_id": "a"}, timeout=5
    ).json()
    assert decided["featureFlags"] == {"multi": "test", "none": False}
    assert decided["featureFlagPayloads"] == {"multi": '{"a": 1}'}


@pytest.mark.parametrize(
    ("condition", "value", "expected"),
    [
        (("exact", ["a", "B"]), "b", True),
        (("exact", "true"), True, True),
        (("is_not", "a"), "a", False),
        (("icontains", "EX"), "text", True),
        (("not_icontains", "ex"), "text", False),
        (("icontains_multi", ["x", "y"]), "say", True),
        (("regex", "^a+$"), "aaa", True),
        (("not_regex", "^a+$"), "aab", True),
        (("gt", "5"), 10, True),
        (("gte", 5), "5", True),
        (("lt", 5), "text", False),
        (("lte", 5), 5.5, False),
        (("is_set", ""), None, True),
        (("is_not_set", ""), 1, False),
        (("is_date_before", "-1d"), "2020-01-01", True),
        (("is_date_after", "2020-01-01"), "2019-12-31T00:00:00Z", False),
        (("is_date_exact", "2020-01-01"), "2020-01-01T10:00:00+00:00", True),
        (("semver_gt", "1.2.3"), "1.10.0", True),
        (("semver_caret", "0.2.3"), "0.3.0", False),
        (("semver_tilde", "1.2.3"), "1.2.9", True),
        (("semver_wildcard", "1.2.*"), "1.2.7-beta", True),
    ],
)
def test_operators(emulator: Emulator, api: Api, condition: tuple[str, Any], value: Any, expected: bool) -> None:
    api.post(FLAGS, {"key": "one", "filters": {"groups": [group(prop("p", *condition))]}})
    assert evaluate(emulator, person_properties={"p": value})["one"]["enabled"] is expected


def test_missing_properties(emulator: Emulator, api: Api) -> None:
    for operator, expected in (("exact", False), ("is_not", True), ("is_not_set", True), ("is_set", False)):
        flag = api.post(FLAGS, {"key": operator, "filters": {"groups": [group(prop("p", operator, "x"))]}})
        assert evaluate(emulator)[flag["key"]]["enabled"] is expected


def test_cohorts_and_dependencies(emulator: Emulator, api: Api) -> None:
    token = emulator.token()
    event = {"api_key": token, "event": "seen", "distinct_id": "member", "properties": {}}
    requests.post(f"{emulator.url}/i/v0/e/", json=event, timeout=5)
    url = f"{emulator.url}/api/projects/1/cohorts/"
    upload = {"csv": ("ids.csv", "distinct_id\nmember\n")}
    created = requests.post(
        url, data={"name": "Static", "is_static": "true"}, files=upload, headers=emulator.headers, timeout=5
    )
    assert created.status_code == 201, created.text
    static = created.json()["id"]
    leaf = {"type": "person", "key": "plan", "operator": "exact", "value": "pro", "negation": True}
    inner = {"properties": {"type": "OR", "values": [{"type": "AND", "values": [leaf]}]}}
    dynamic = api.post("projects/1/cohorts/", {"name": "Not pro", "filters": inner})["id"]
    base = api.post(FLAGS, {"key": "static", "filters": {"groups": [group(prop("id", "in", static, "cohort"))]}})
    api.post(FLAGS, {"key": "dynamic", "filters": {"groups": [group(prop("id", "in", dynamic, "cohort"))]}})
    needs = prop(str(base["id"]), "flag_evaluates_to", False, "flag")
    api.post(FLAGS, {"key": "dependent", "filters": {"groups": [group(needs)]}})
    member = evaluate(emulator, "member", person_properties={"plan": "pro"})
    assert [member[key]["enabled"] for key in ("static", "dynamic", "dependent")] == [True, False, False]
    other = evaluate(emulator, "other", person_properties={"plan": "free"})
    assert [other[key]["enabled"] for key in ("static", "dynamic", "dependent")] == [False, True, True]


def test_groups(emulator: Emulator, api: Api) -> None:
    properties = {"$group_type": "company", "$group_key": "acme", "$group_set": {"size": 5}}
    event = {"api_key": emulator.token(), "event": "$groupidentify", "distinct_id": "a", "properties": properties}
    requests.post(f"{emulator.url}/i/v0/e/", json=event, timeout=5)
    condition = group(prop("size", "gt", 3, "group", group_type_index=0))
    api.post(FLAGS, {"key": "big", "filters": {"groups": [condition], "aggregation_group_type_index": 0}})
    assert evaluate(emulator)["big"]["enabled"] is False
    assert evaluate(emulator, groups={"company": "acme"})["big"]["enabled"] is True
    assert evaluate(emulator, groups={"company": "other"})["big"]["enabled"] is False


def test_definitions_have_an_etag(emulator: Emulator, api: Api) -> None:
    url = f"{emulator.url}/flags/definitions?token={emulator.token()}&send_cohorts"
    first = requests.get(url, headers=emulator.headers, timeout=5)
    assert first.json() == {"flags": [], "group_type_mapping": {}, "cohorts": {}}
    known = {**emulator.headers, "If-None-Match": first.headers["ETag"]}
    assert requests.get(url, headers=known, timeout=5).status_code == 304
    api.post(FLAGS, {"key": "one"})
    assert requests.get(url, headers=known, timeout=5).status_code == 200
    assert requests.get(url, timeout=5).status_code == 401
    older = f"{emulator.url}/api/feature_flag/local_evaluation?token={emulator.token()}"
    assert requests.get(older, headers=emulator.headers, timeout=5).json()["flags"][0]["key"] == "one"


def many_flags(api: Api) -> list[str]:
    """Flags with rollouts, variants, conditions, cohorts, dependencies."""
    variants = {"variants": [{"key": name, "rollout_percentage": share} for name, share in (("a", 33.3), ("b", 66.7))]}
    leaf = {"type": "person", "key": "email", "operator": "icontains", "value": "7@"}
    criteria = {"properties": {"type": "OR", "values": [{"type": "AND", "values": [leaf]}]}}
    cohort = api.post("projects/1/cohorts/", {"name": "Sevens", "filters": criteria})["id"]
    base = api.post(FLAGS, {"key": "half", "filters": {"groups": [group(rollout=50)]}})
    email = prop("email", "regex", "[0-4]@")
    everything: dict[str, Json] = {
        "tiny": {"groups": [group(rollout=0.5)]},
        "split": {"groups": [group(rollout=80)], "multivariate": variants},
        "forced": {"groups": [group(email, variant="b"), group(rollout=None)], "multivariate": variants},
        "cohort": {"groups": [group(prop("id", "in", cohort, "cohort"), rollout=90)]},
        "outside": {"groups": [group(prop("id", "not_in", cohort, "cohort"))]},
        "dependent": {"groups": [group(prop(str(base["id"]), "flag_evaluates_to", True, "flag"))]},
        "held": {"groups": [group()], "holdout": {"id": 1, "exclusion_percentage": 20}},
    }
    for key, filters in everything.items():
        api.post(FLAGS, {"key": key, "filters": filters})
    return ["half", *everything]


def test_sdk_local_and_remote_agree(emulator: Emulator, api: Api) -> None:
    keys = many_flags(api)
    local = Posthog(emulator.token(), host=emulator.url, secret_key=emulator.key, sync_mode=True)
    local.load_feature_flags()  # type: ignore[no-untyped-call]
    session, token = requests.Session(), emulator.token()
    seen: set[str] = set()
    for number in range(1000):
        distinct_id, person = f"user-{number}", {"email": f"{number}@x.io"}
        here = local.get_all_flags(distinct_id, person_properties=person, only_evaluate_locally=True)
        body = {"api_key": token, "distinct_id": distinct_id, "person_properties": person}
        there = session.post(f"{emulator.url}/flags/?v=2", json=body, timeout=5).json()["flags"]
        assert here == {key: there[key]["variant"] or there[key]["enabled"] for key in keys}
        seen |= {f"{key}={value}" for key, value in here.items()}
    local.shutdown()
    assert {"half=True", "half=False", "split=a", "split=b", "split=False", "held=holdout-1"} <= seen


def test_sdk_remote(emulator: Emulator, api: Api, sdk: Posthog) -> None:
    variants = {"variants": [{"key": "a", "rollout_percentage": 100}]}
    filters = {"groups": [group()], "multivariate": variants, "payloads": {"a": {"x": 1}}}
    api.post(FLAGS, {"key": "one", "filters": filters})
    flags = sdk.evaluate_flags("user")
    assert flags.get_flag("one") == "a"
    assert flags.get_flag_payload("one") == {"x": 1}
    assert flags.is_enabled("one") is True


def test_remote_config(emulator: Emulator, api: Api) -> None:
    token = emulator.token()
    api.patch("projects/1/", {"session_recording_opt_in": True, "heatmaps_opt_in": True})
    config = requests.get(f"{emulator.url}/array/{token}/config", timeout=5).json()
    assert config["sessionRecording"]["endpoint"] == "/s/"
    assert config["heatmaps"] is True
    assert token in requests.get(f"{emulator.url}/array/{token}/config.js", timeout=5).text
    assert requests.get(f"{emulator.url}/array/phc_no/config", timeout=5).status_code == 404


def test_browsers_of_any_site_may_call(emulator: Emulator) -> None:
    response = requests.options(f"{emulator.url}/flags/", headers={"Origin": "https://a.io"}, timeout=5)
    assert response.headers["Access-Control-Allow-Origin"] == "https://a.io"
