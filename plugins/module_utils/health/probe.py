# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests to what anybody may ask: no key, no session, no redirect followed, nothing tried twice."""

from __future__ import annotations

import contextlib
import typing as t
from dataclasses import dataclass
from urllib.parse import urlsplit

from ..client import VERSION, cause, untrusted
from ..errors import Unreachable

# Who runs the checks says that the library is missing before anything here is used.
with contextlib.suppress(ImportError):
    import requests

#: What is shown of an answer that is not understood, in characters.
GLANCE = 120


@dataclass(frozen=True)
class Answer:
    """`content` is what the JSON holds, None where there is none."""

    status: int
    content: t.Any
    text: str
    location: str = ""

    @property
    def good(self) -> bool:
        return 200 <= self.status < 300

    def said(self) -> str:
        """The status, and what the server says beside it, in a few words."""
        if self.location:
            return f"{self.status}, a redirect to {self.location.split('?', 1)[0]}"
        envelope = self.content if isinstance(self.content, dict) else {}
        detail = envelope.get("detail") or envelope.get("error") or ("" if self.content is not None else self.text)
        words = " ".join(str(detail).split())[:GLANCE]
        return f"{self.status}: {words}" if words else str(self.status)


class Probe:
    """`timeout` is seconds for a connection, and for each answer."""

    def __init__(self, verify: bool | str, timeout: float) -> None:
        self.verify = verify
        self.timeout = timeout

    def get(self, url: str) -> Answer:
        """Raises Unreachable."""
        return self._ask("GET", url)

    def post(self, url: str, **content: t.Any) -> Answer:
        """`content` is json, data, params or headers. Raises Unreachable."""
        return self._ask("POST", url, **content)

    def _ask(self, method: str, url: str, **content: t.Any) -> Answer:
        parts = urlsplit(url)
        place = f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
        try:
            with requests.Session() as session:
                # So that no .netrc adds a password.
                session.auth = unsigned
                session.headers["User-Agent"] = f"rollout.posthog/{VERSION}"
                response = session.request(
                    method, url, timeout=self.timeout, verify=self.verify, allow_redirects=False, **content
                )
        except requests.exceptions.SSLError as problem:
            raise Unreachable(untrusted(place, cause(problem))) from None
        except requests.Timeout:
            raise Unreachable(f"{place} gave no answer in {self.timeout:g} s") from None
        except (requests.RequestException, OSError) as problem:
            raise Unreachable(f"no connection to {place} ({cause(problem)})") from None
        return Answer(response.status_code, json_of(response), response.text, response.headers.get("Location", ""))


def unsigned(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def json_of(response: requests.Response) -> t.Any:
    try:
        return response.json()
    except ValueError:
        return None
