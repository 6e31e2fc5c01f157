"""Keys, scopes, errors, pages, and the shapes that all resources share."""

from __future__ import annotations

import pytest
import requests

from support.api import Api
from support.emulator import Emulator

SOFT_DELETED = {
    "feature_flags": ({"key": "one"}, True),
    "cohorts": ({"name": "one"}, True),
    "actions": ({"name": "one"}, True),
    "insights": ({"name": "one"}, False),
    "dashboards": ({"name": "one"}, False),
}


def test_without_credentials(emulator: Emulator) -> None:
    response = requests.get(f"{emulator.url}/api/projects/1/", timeout=5)
    assert response.status_code == 401
    assert response.json()["type"] == "authentication_error"
    assert response.json()["code"] == "not_authenticated"


@pytest.mark.parametrize("key", ["phx_unknown", "phc_emulator_local_token"])
def test_with_a_wrong_key(emulator: Emulator, key: str) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    response = requests.get(f"{emulator.url}/api/projects/1/feature_flags/", headers=headers, timeout=5)
    assert response.status_code == 401
    assert response.json() == {
        "type": "authentication_error",
        "code": "authentication_failed",
        "detail": "Personal API key found in request Authorization header is invalid.",
        "attr": None,
    }


def test_key_in_the_query(emulator: Emulator) -> None:
    url = f"{emulator.url}/api/projects/1/?personal_api_key={emulator.key}"
    assert requests.get(url, timeout=5).status_code == 200
    assert emulator.key not in str(emulator.requests())


def test_scopes(emulator: Emulator, api: Api) -> None:
    api.session.headers["Authorization"] = f"Bearer {emulator.new_key(['feature_flag:read', 'cohort:write'])}"
    assert api("GET", "projects/1/feature_flags/").status_code == 200
    assert api("GET", "projects/1/cohorts/").status_code == 200
    response = api("POST", "projects/1/feature_flags/", {"key": "one"})
    assert response.status_code == 403
    assert response.json()["type"] == "authentication_error"
    assert response.json()["code"] == "permission_denied"
    assert response.json()["detail"] == "API key missing required scope 'feature_flag:write'"


def test_key_for_another_project(emulator: Emulator, api: Api) -> None:
    other = api.post("projects/", {"name": "Other"})["id"]
    api.session.headers["Authorization"] = f"Bearer {emulator.new_key(teams=[other])}"
    assert api.error("GET", "projects/1/feature_flags/") == (403, "permission_denied", None)
    assert api.get(f"projects/{other}/feature_flags/")["results"] == []
    assert [project["id"] for project in api.get("organizations/@current/projects/")["results"]] == [other]


def test_the_slash_is_optional(api: Api) -> None:
    for path in ("projects/1", "projects/1/feature_flags", "users/@me", "environments/1/cohorts"):
        assert api("GET", path, allow_redirects=False).status_code == 200
    assert api.post("projects/1/feature_flags", {"key": "no-slash"})["key"] == "no-slash"


def test_environments_are_projects(api: Api) -> None:
    flag = api.post("environments/1/feature_flags/", {"key": "shared"})
    assert api.get(f"projects/1/feature_flags/{flag['id']}/")["key"] == "shared"
    assert api.get("environments/1/")["name"] == "Default project"


@pytest.mark.parametrize("path", ["projects/99/", "projects/phc_emulator_local_token/", "projects/1/cohorts/5/"])
def test_not_found(api: Api, path: str) -> None:
    assert api.error("GET", path) == (404, "not_found", None)


@pytest.mark.parametrize("kind", SOFT_DELETED)
def test_delete_is_refused_with_an_empty_body(api: Api, kind: str) -> None:
    created = api.post(f"projects/1/{kind}/", SOFT_DELETED[kind][0])
    response = api("DELETE", f"projects/1/{kind}/{created['id']}/")
    assert (response.status_code, response.content) == (405, b"")


@pytest.mark.parametrize("kind", SOFT_DELETED)
def test_soft_delete(api: Api, kind: str) -> None:
    body, shows_deleted = SOFT_DELETED[kind]
    path = f"projects/1/{kind}/{api.post(f'projects/1/{kind}/', body)['id']}/"
    assert api.patch(path, {"deleted": True})["deleted"] is True
    assert api.get(f"projects/1/{kind}/")["results"] == []
    if shows_deleted:
        assert api.get(path)["deleted"] is True
    else:
        assert api.error("GET", path) == (404, "not_found", None)
        assert api.error("PATCH", path, {"name": "two"}) == (404, "not_found", None)
    assert api.patch(path, {"deleted": False})["deleted"] is False
    assert len(api.get(f"projects/1/{kind}/")["results"]) == 1


def test_pages(emulator: Emulator, api: Api) -> None:
    emulator.load("feature_flags", [{"key": f"flag-{number}"} for number in range(105)])
    first = api.get("projects/1/feature_flags/")
    assert (first["count"], len(first["results"]), first["previous"]) == (105, 100, None)
    assert first["next"].startswith(f"{emulator.url}/api/projects/1/feature_flags/?limit=100&offset=100")
    second = api.session.get(first["next"], timeout=5).json()
    assert len(second["results"]) == 5
    assert second["next"] is None
    keys = {flag["key"] for flag in first["results"] + second["results"]}
    assert len(keys) == 105


def test_actions_have_no_pages(emulator: Emulator, api: Api) -> None:
    emulator.load("actions", [{"name": f"action {number}"} for number in range(105)])
    everything = api.get("projects/1/actions/")
    assert set(everything) == {"count", "results"}
    assert len(everything["results"]) == 105
    some = api.get("projects/1/actions/", limit=10, offset=100)
    assert set(some) == {"count", "results"}
    assert (some["count"], len(some["results"])) == (105, 5)


@pytest.mark.parametrize("kind", ["feature_flags", "actions", "insights", "dashboards"])
def test_tags(emulator: Emulator, api: Api, kind: str) -> None:
    created = api.post(f"projects/1/{kind}/", {**SOFT_DELETED[kind][0], "tags": [" Growth", "growth", "b"]})
    assert sorted(created["tags"]) == ["b", "growth"]
    path = f"projects/1/{kind}/{created['id']}/"
    assert sorted(api.patch(path, {"tags": None})["tags"]) == ["b", "growth"]
    assert api.patch(path, {"tags": []})["tags"] == []
    emulator.switch(features=[])
    assert api.patch(path, {"tags": ["c"]})["tags"] == []


def test_the_order_of_tags_is_not_stable(api: Api) -> None:
    flag = api.post("projects/1/feature_flags/", {"key": "tagged", "tags": list("abcdefgh")})
    orders = {tuple(api.get(f"projects/1/feature_flags/{flag['id']}/")["tags"]) for _ in range(10)}
    assert len(orders) > 1


def test_malformed_json(emulator: Emulator) -> None:
    headers = {**emulator.headers, "Content-Type": "application/json"}
    url = f"{emulator.url}/api/projects/1/feature_flags/"
    response = requests.post(url, data="{", headers=headers, timeout=5)
    assert (response.status_code, response.json()["code"]) == (400, "parse_error")
    assert requests.post(url, data="[1]", headers=headers, timeout=5).status_code == 400
