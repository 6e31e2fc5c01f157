# SPDX-License-Identifier: GPL-3.0-or-later
"""Which organization and project a run is about, and the paths that follow from it."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass
from urllib.parse import quote

from .client import Client
from .endpoint import Endpoint, is_gone
from .errors import ApiError, RolloutError
from .values import nearest

UUID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", re.IGNORECASE)


@dataclass
class Scope:
    """`project` is None while the project does not exist yet."""

    organization: str
    project: int | None = None
    #: The project, where it had to be read to find it.
    wire: dict[str, t.Any] | None = None

    def collection(self, endpoint: Endpoint) -> str:
        """Where objects are listed and created."""
        if endpoint.kind == "project":
            return f"/api/organizations/{quote(self.organization)}/projects/"
        return f"/api/projects/{self.project}/{endpoint.path}/"

    def item(self, endpoint: Endpoint, id: t.Any) -> str:
        """Where one object is read and changed."""
        if endpoint.kind == "project":
            return f"/api/projects/{id}/"
        return f"{self.collection(endpoint)}{id}/"


def find_scope(client: Client, organization: str | None, project: t.Any, *, may_lack: bool = False) -> Scope:
    """The organization and the project by id or name. Raises RolloutError where there is none, or more than one."""
    scope = Scope(find_organization(client, organization))
    if project is None or project == "":
        raise RolloutError("project is missing; give its name or id, or set POSTHOG_PROJECT_ID")
    if isinstance(project, bool) or not isinstance(project, (str, int)):
        raise RolloutError(f"project must be a name or an id, not {type(project).__name__}")
    if isinstance(project, int) or str(project).isdigit():
        scope.project = int(project)
        return scope
    name = str(project).strip()
    found = [wire for wire in projects(client, scope, name) if wire["name"].strip() == name]
    if len(found) > 1 or (found and may_lack):
        # Lists do not tell which projects are being deleted.
        found = [wire for wire in (client.get(f"/api/projects/{wire['id']}/") for wire in found) if not is_gone(wire)]
        scope.wire = found[0] if found else None
    if len(found) > 1:
        ids = ", ".join(str(wire["id"]) for wire in found)
        raise RolloutError(f"{len(found)} projects are named '{project}' (ids {ids}); give the id as project")
    if not found and not may_lack:
        known = [wire["name"] for wire in projects(client, scope)]
        raise RolloutError(f"there is no project '{project}'; {nearest(str(project), known)}")
    scope.project = found[0]["id"] if found else None
    return scope


def projects(client: Client, scope: Scope, search: str | None = None) -> list[dict[str, t.Any]]:
    params = {"search": search} if search else {}
    found = client.pages(f"/api/organizations/{quote(scope.organization)}/projects/", params)
    return [wire for wire in found if not is_gone(wire)]


def find_organization(client: Client, organization: str | None) -> str:
    if organization is None or organization == "@current" or UUID.match(organization):
        return organization or "@current"
    known = client.pages("/api/organizations/")
    found = [wire["id"] for wire in known if organization in (wire["name"], wire.get("slug"))]
    if len(found) != 1:
        problem = f"{len(found)} organizations are named" if found else "there is no organization"
        raise RolloutError(f"{problem} '{organization}'; {nearest(organization, (wire['name'] for wire in known))}")
    return str(found[0])


def unknown_project(scope: Scope, problem: ApiError) -> RolloutError | None:
    """What a 404 or 403 below the project's path means when the project was given by id."""
    if problem.status in (403, 404) and f"/projects/{scope.project}/" in problem.path and "scope" not in str(problem):
        return RolloutError(
            f"there is no project with id {scope.project} that this api_key can see; check project, region and the key"
        )
    return None
