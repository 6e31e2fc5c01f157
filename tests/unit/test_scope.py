"""Which project a task is about, and the paths that follow."""

from __future__ import annotations

import typing as t

import pytest
from unit.web import Answer, Request, Server

from ansible_collections.rollout.posthog.plugins.module_utils.client import Client, Connection
from ansible_collections.rollout.posthog.plugins.module_utils.errors import ApiError, RolloutError
from ansible_collections.rollout.posthog.plugins.module_utils.kinds.registry import ENDPOINTS
from ansible_collections.rollout.posthog.plugins.module_utils.scope import Scope, find_scope, unknown_project

ORGANIZATION = "0198c5b2-0000-7000-8000-000000000001"
PROJECTS = {
    1: {"id": 1, "name": "Analytics"},
    2: {"id": 2, "name": "Twin"},
    3: {"id": 3, "name": "Twin"},
    4: {"id": 4, "name": "Analytics (old)"},
    5: {"id": 5, "name": "Going", "is_pending_deletion": True},
}


def answer(request: Request) -> Answer:
    """Organizations and projects; search is a substring, and lists do not tell what is being deleted."""
    if request.path == "/api/organizations/":
        found: list[t.Any] = [
            {"id": ORGANIZATION, "name": "Acme", "slug": "acme-inc"},
            {"id": "other", "name": "Other"},
        ]
    elif request.path.startswith("/api/organizations/"):
        wanted = request.query.get("search", "")
        found = [{"id": id, "name": wire["name"]} for id, wire in PROJECTS.items() if wanted in str(wire["name"])]
    else:
        return Answer(body=PROJECTS[int(request.path.split("/")[3])])
    return Answer(body={"count": len(found), "next": None, "results": found})


def find(organization: str | None, project: t.Any, **options: t.Any) -> tuple[Scope, int]:
    with Server(answer) as server:
        scope = find_scope(Client(Connection(server.url, "phx_x")), organization, project, **options)
        return scope, len(server.seen)


@pytest.mark.parametrize("project", [17, "17"])
def test_an_id_costs_no_request(project: t.Any) -> None:
    scope, requests = find(None, project)
    assert (scope.organization, scope.project, requests) == ("@current", 17, 0)


def test_a_name_is_matched_exactly() -> None:
    assert find(None, "Analytics")[0].project == 1
    assert find(None, " Analytics ")[0].project == 1


@pytest.mark.parametrize("organization", ["Acme", "acme-inc", ORGANIZATION])
def test_an_organization_by_name_slug_or_id(organization: str) -> None:
    scope, _ = find(organization, "Analytics")
    assert scope.organization == ORGANIZATION
    assert scope.collection(ENDPOINTS["project"]) == f"/api/organizations/{ORGANIZATION}/projects/"


@pytest.mark.parametrize(
    ("organization", "project", "message"),
    [
        (None, None, "project is missing"),
        (None, "", "project is missing"),
        (None, "Analytcs", "there is no project 'Analytcs'; did you mean 'Analytics'?"),
        (None, "Twin", r"2 projects are named 'Twin' \(ids 2, 3\)"),
        ("Amce", "Analytics", "there is no organization 'Amce'; did you mean 'Acme'?"),
    ],
)
def test_what_is_not_there(organization: str | None, project: t.Any, message: str) -> None:
    with pytest.raises(RolloutError, match=message):
        find(organization, project)


def test_a_project_that_may_lack() -> None:
    assert find(None, "New", may_lack=True)[0].project is None
    assert find(None, "Going", may_lack=True)[0].project is None
    assert find(None, "Analytics", may_lack=True)[0].project == 1


def test_paths() -> None:
    scope = Scope("a/b", 7)
    assert scope.collection(ENDPOINTS["cohort"]) == "/api/projects/7/cohorts/"
    assert scope.item(ENDPOINTS["cohort"], 3) == "/api/projects/7/cohorts/3/"
    assert scope.item(ENDPOINTS["project"], 7) == "/api/projects/7/"


@pytest.mark.parametrize(
    ("status", "path", "is_it"), [(404, "/api/projects/7/x/", True), (403, "/api/projects/7/x/", True)]
)
def test_a_wrong_id_is_seen_by_what_the_server_refuses(status: int, path: str, is_it: bool) -> None:
    problem = ApiError("no", method="GET", path=path, status=status)
    assert (unknown_project(Scope("@current", 7), problem) is not None) is is_it
    assert unknown_project(Scope("@current", 8), problem) is None


def test_a_lacking_scope_is_no_wrong_id() -> None:
    problem = ApiError("the api_key lacks the scope cohort:read", method="GET", path="/api/projects/7/x/", status=403)
    assert unknown_project(Scope("@current", 7), problem) is None
