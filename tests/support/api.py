"""A thin client of the private API for tests."""

from __future__ import annotations

from typing import Any

import requests

from support.emulator import Emulator


class Api:
    """A thin client: paths below /api/, JSON in, the raw response out."""

    def __init__(self, emulator: Emulator) -> None:
        self.url = emulator.url
        self.session = requests.Session()
        self.session.headers.update(emulator.headers)

    def __call__(self, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        """One request."""
        return self.session.request(method, f"{self.url}/api/{path}", json=body, timeout=30, **options)

    def get(self, path: str, **params: Any) -> Any:
        """The JSON of a GET that must work."""
        response = self("GET", path, params=params)
        assert response.status_code == 200, response.text
        return response.json()

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """The JSON of a POST that must create."""
        response = self("POST", path, body)
        assert response.status_code == 201, response.text
        return response.json()

    def patch(self, path: str, body: Any) -> Any:
        """The JSON of a PATCH that must work."""
        response = self("PATCH", path, body)
        assert response.status_code == 200, response.text
        return response.json()

    def error(self, method: str, path: str, body: Any = None) -> tuple[int, str, str | None]:
        """Status, code and attr of a request that must fail."""
        response = self(method, path, body)
        assert response.status_code >= 400, response.text
        document = response.json()
        assert set(document) >= {"type", "code", "detail", "attr"}
        return response.status_code, document["code"], document["attr"]
