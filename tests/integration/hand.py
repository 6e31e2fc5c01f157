"""What people do beside Ansible: edit in the web interface, here by HTTP."""

from __future__ import annotations

from typing import Any

import requests

from support.emulator import Emulator

Wire = dict[str, Any]


class Hand:
    """Reads and writes objects of a project as they are on the wire. Kinds are named as in paths."""

    def __init__(self, emulator: Emulator, project: int = 1) -> None:
        self.url = emulator.url
        self.project = project
        self.session = requests.Session()
        self.session.headers.update(emulator.headers)

    def get(self, kind: str, id: Any) -> Wire:
        """One object."""
        return dict(self.request("GET", f"{kind}/{id}/"))

    def all(self, kind: str, **params: Any) -> list[Wire]:
        """Every object of a kind."""
        found: list[Wire] = self.request("GET", f"{kind}/?limit=2000", params=params)["results"]
        return found

    def names(self, kind: str) -> list[str]:
        """What the objects of a kind are called, in order."""
        return sorted(item["key"] if kind == "feature_flags" else item["name"] for item in self.all(kind))

    def find(self, kind: str, name: str) -> Wire:
        """The object of that name, whole; there has to be one."""
        key = "key" if kind == "feature_flags" else "name"
        (found,) = [item for item in self.all(kind) if item[key] == name]
        return self.get(kind, found["id"])

    def create(self, kind: str, **body: Any) -> Wire:
        """Makes an object."""
        return dict(self.request("POST", f"{kind}/", body))

    def edit(self, kind: str, id: Any, **body: Any) -> Wire:
        """Changes an object."""
        return dict(self.request("PATCH", f"{kind}/{id}/", body))

    def settings(self) -> Wire:
        """The project."""
        return dict(self.request("GET", ""))

    def set(self, **settings: Any) -> Wire:
        """Changes settings of the project."""
        return dict(self.request("PATCH", "", settings))

    def request(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        """A request below the project's path that has to work."""
        url = f"{self.url}/api/projects/{self.project}/{path}"
        response = self.session.request(method, url, json=body, timeout=60, **options)
        assert response.ok, response.text
        return response.json()
