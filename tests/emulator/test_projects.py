"""Organizations, projects, settings, the current user, group types."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from support.api import Api
from support.emulator import Emulator

PROJECT = "projects/1/"


def test_lists_are_basic(api: Api) -> None:
    (project,) = api.get("organizations/@current/projects/")["results"]
    assert set(project) == {
        "id", "uuid", "organization", "api_token", "name", "completed_snippet_onboarding",
        "has_completed_onboarding_for", "ingested_event", "is_demo", "timezone", "access_control",
    }  # fmt: skip
    assert "app_urls" in api.get(PROJECT)


def test_search(api: Api) -> None:
    api.post("organizations/@current/projects/", {"name": "Impact analytics"})
    organization = api.get("organizations/@current/")["id"]
    found = api.get(f"organizations/{organization}/projects/", search="impact")["results"]
    assert [project["name"] for project in found] == ["Impact analytics"]


def test_creating_makes_current(api: Api) -> None:
    created = api.post("projects/", {"name": " New ", "timezone": "Europe/Berlin"})
    assert (created["name"], created["timezone"]) == ("New", "Europe/Berlin")
    assert created["api_token"].startswith("phc_")
    assert api.get("projects/@current/")["id"] == created["id"]
    assert api.get("users/@me/")["team"]["id"] == created["id"]


def test_a_name_is_used_once(api: Api) -> None:
    response = api("POST", "projects/", {"name": " default PROJECT "})
    assert response.status_code == 409
    assert (response.json()["type"], response.json()["code"]) == ("server_error", "conflict")
    other = api.post("projects/", {"name": "Other"})
    assert api.error("PATCH", f"projects/{other['id']}/", {"name": "Default project"})[0] == 409
    assert api("DELETE", PROJECT).status_code == 204
    assert api.post("projects/", {"name": "Default project"})["id"] != 1


def test_without_a_name(api: Api) -> None:
    assert api.post("projects/", {})["name"] == "Default project 2"


def test_one_project_without_licence(emulator: Emulator, api: Api) -> None:
    emulator.switch(features=["tagging"])
    assert api.error("POST", "projects/", {"name": "Second"}) == (403, "permission_denied", None)


def test_deletion_takes_its_time(api: Api) -> None:
    assert api("DELETE", PROJECT).status_code == 204
    assert api.get(PROJECT)["is_pending_deletion"] is True
    assert len(api.get("projects/")["results"]) == 1
    assert api.error("DELETE", PROJECT)[0] == 400


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ({"session_recording_sample_rate": 0.5}, {"session_recording_sample_rate": "0.50"}),
        ({"session_recording_sample_rate": "1"}, {"session_recording_sample_rate": "1.00"}),
        ({"session_recording_sample_rate": None}, {"session_recording_sample_rate": None}),
        ({"app_urls": ["https://b.io", None, "", "https://*.a.io"]}, {"app_urls": ["https://b.io", "https://*.a.io"]}),
        ({"recording_domains": [None]}, {"recording_domains": []}),
        (
            {"session_recording_linked_flag": {"id": "7", "key": "f"}},
            {"session_recording_linked_flag": {"id": 7, "key": "f"}},
        ),
        ({"week_start_day": 1, "anonymize_ips": True}, {"week_start_day": 1, "anonymize_ips": True}),
    ],
)
def test_settings_as_stored(api: Api, sent: dict[str, Any], stored: dict[str, Any]) -> None:
    answer = api.patch(PROJECT, sent)
    again = api.get(PROJECT)
    for name, value in stored.items():
        assert answer[name] == again[name] == value


@pytest.mark.parametrize(
    ("body", "code", "attr"),
    [
        ({"timezone": "Mars/Olympus"}, "invalid_choice", "timezone"),
        ({"name": ""}, "blank", "name"),
        ({"name": None}, "null", "name"),
        ({"session_recording_sample_rate": 2}, "max_value", "session_recording_sample_rate"),
        ({"session_recording_sample_rate": 0.123}, "max_decimal_places", "session_recording_sample_rate"),
        ({"session_recording_masking_config": {"mask": True}}, "invalid_input", "session_recording_masking_config"),
        ({"session_replay_config": {"other": 1}}, "invalid_input", "session_replay_config"),
        ({"session_recording_minimum_duration_milliseconds": 30001}, "max_value", None),
        ({"app_urls": ["https://*.*.*.*.*.*.io"]}, "invalid_input", "app_urls"),
        ({"test_account_filters": [{"key": "a", "type": "person", "negation": True}]}, "invalid_input", None),
        ({"path_cleaning_filters": [{"alias": "a", "regex": "("}]}, "invalid_input", "path_cleaning_filters"),
        ({"access_control": True}, "invalid_input", "access_control"),
        ({"access_control": False}, "invalid_input", "access_control"),
        ({"logs_settings": {"retention_days": 15}}, "invalid_input", "logs_settings"),
    ],
)
def test_settings_refused(api: Api, body: dict[str, Any], code: str, attr: str | None) -> None:
    assert api.error("PATCH", PROJECT, body) == (400, code, attr or next(iter(body)))


def test_some_settings_are_merged(api: Api) -> None:
    api.patch(PROJECT, {"survey_config": {"a": 1}, "modifiers": {"x": 1}})
    assert api.patch(PROJECT, {"survey_config": {"b": 2}})["survey_config"] == {"a": 1, "b": 2}
    assert api.patch(PROJECT, {"survey_config": {}})["survey_config"] == {"a": 1, "b": 2}
    assert api.patch(PROJECT, {"survey_config": None})["survey_config"] is None
    api.patch(PROJECT, {"session_replay_config": {"ai_config": {"opt_in": True}}})
    merged = api.patch(PROJECT, {"session_replay_config": {"ai_config": {"preferred_events": ["a"]}}})
    assert merged["session_replay_config"] == {"ai_config": {"opt_in": True, "preferred_events": ["a"]}}
    api.patch(PROJECT, {"correlation_config": {"a": 1}})
    assert api.patch(PROJECT, {"correlation_config": {"b": 1}})["correlation_config"] == {"b": 1}


def test_configurations_are_dropped_on_creation(api: Api) -> None:
    created = api.post("projects/", {"name": "New", "revenue_analytics_config": {"a": 1}})
    assert created["revenue_analytics_config"] == {}
    changed = api.patch(f"projects/{created['id']}/", {"revenue_analytics_config": {"a": 1}})
    assert changed["revenue_analytics_config"] == {"a": 1}


def test_plan_limits_are_silent(emulator: Emulator, api: Api) -> None:
    emulator.switch(silently_ignored_settings=["cookieless_server_hash_mode"])
    changed = api.patch(PROJECT, {"cookieless_server_hash_mode": 2, "week_start_day": 0})
    assert (changed["cookieless_server_hash_mode"], changed["week_start_day"]) == (0, 0)


def test_some_values_change_on_each_read(api: Api) -> None:
    assert api.get(PROJECT)["live_events_token"] != api.get(PROJECT)["live_events_token"]


def test_the_calling_key(emulator: Emulator, api: Api) -> None:
    assert api.get("personal_api_keys/@current/")["scopes"] == ["*"]
    api.session.headers["Authorization"] = f"Bearer {emulator.new_key(['cohort:read'], teams=[1])}"
    key = api.get("personal_api_keys/@current/")
    assert (key["scopes"], key["scoped_teams"], key["value"]) == (["cohort:read"], [1], None)


def test_organizations(emulator: Emulator, api: Api) -> None:
    organization = api.get("organizations/@current/")
    assert organization["name"] == "Emulator"
    path = f"organizations/{organization['id']}/"
    assert api.patch(path, {"default_anonymize_ips": True})["default_anonymize_ips"] is True
    assert api.post("projects/", {"name": "New"})["anonymize_ips"] is True
    assert api.post("organizations/", {"name": "Second"})["projects"][0]["name"] == "Default project"
    emulator.switch(features=[])
    assert api.error("POST", "organizations/", {"name": "Third"}) == (403, "permission_denied", None)


def test_group_types(emulator: Emulator, api: Api) -> None:
    for number in range(6):
        event = {
            "api_key": emulator.token(),
            "event": "$groupidentify",
            "distinct_id": "a",
            "properties": {"$group_type": f"type{number}", "$group_key": "k", "$group_set": {"name": "K"}},
        }
        assert requests.post(f"{emulator.url}/i/v0/e/", json=event, timeout=5).status_code == 200
    types = api.get("projects/1/groups_types/")
    assert [entry["group_type"] for entry in types] == ["type0", "type1", "type2", "type3", "type4"]
    changed = api.patch("projects/1/groups_types/update_metadata/", [{"group_type_index": 1, "name_singular": "One"}])
    assert [entry["name_singular"] for entry in changed] == [None, "One", None, None, None]
    assert api("DELETE", "projects/1/groups_types/1/").status_code == 204
