"""Things that go wrong on demand."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

ACTIONS = ("status", "html", "reset_before", "reset_after", "slow_body", "hang")


@dataclass
class Fault:
    """One rule: which requests it counts, which of them it breaks, and how."""

    action: str
    method: str | None = None
    path_regex: str = ""
    #: Fires on the n-th matching request and the `times - 1` after it.
    nth: int = 1
    times: int = 1
    status: int = 500
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    delay_ms: float = 1000
    seen: int = 0

    def __post_init__(self) -> None:
        """Refuse a rule that could never work."""
        if self.action not in ACTIONS:
            raise TypeError(f"unknown action {self.action!r}; there are {', '.join(ACTIONS)}")
        re.compile(self.path_regex)

    def fires(self, method: str, path: str) -> bool:
        """Count the request if it matches; true when it is one of those to break."""
        if self.method and self.method.upper() != method:
            return False
        if not re.search(self.path_regex, path):
            return False
        self.seen += 1
        return self.nth <= self.seen < self.nth + self.times

    def answer(self) -> tuple[str, bytes]:
        """Content type and body of an answer made up by `status` or `html`."""
        if self.action == "html":
            text = self.body or "<html><body><h1>502 Bad Gateway</h1></body></html>"
            return "text/html", str(text).encode()
        if isinstance(self.body, str):
            return "application/json", self.body.encode()
        envelope = {"type": "server_error", "code": "error", "detail": "A server error occurred.", "attr": None}
        return "application/json", json.dumps(envelope if self.body is None else self.body).encode()
