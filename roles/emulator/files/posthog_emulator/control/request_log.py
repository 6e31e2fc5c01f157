"""The log of private API requests: what was asked for, never who asked nor what was sent."""

import threading
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

#: Query parameters that carry credentials.
SECRET_PARAMETERS = {"personal_api_key", "token", "api_key"}
KEPT = 50_000


@dataclass(frozen=True)
class Entry:
    """One request; status 0 means that the connection was reset."""

    n: int
    method: str
    path: str
    query: str
    status: int
    ms: float


class RequestLog:
    """The latest requests, oldest first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._count = 0
        #: How many requests are being answered.
        self.under_way = 0

    def begin(self) -> None:
        """A request came in; `add` tells how it ended."""
        with self._lock:
            self.under_way += 1

    def add(self, method: str, path: str, query: str, status: int, ms: float) -> None:
        """Append one request."""
        with self._lock:
            self.under_way -= 1
            self._count += 1
            self._entries.append(Entry(self._count, method, path, without_secrets(query), status, round(ms, 2)))

    def clear(self) -> None:
        """Forget everything and count from one again."""
        with self._lock:
            self._entries.clear()
            self._count = 0

    def as_list(self) -> list[dict[str, Any]]:
        """All entries as JSON."""
        with self._lock:
            return [asdict(entry) for entry in self._entries]


def without_secrets(query: str) -> str:
    """The query string with the values of credentials replaced."""
    pairs = parse_qsl(query, keep_blank_values=True)
    if not SECRET_PARAMETERS.intersection(name for name, _ in pairs):
        return query
    return urlencode([(name, "redacted" if name in SECRET_PARAMETERS else value) for name, value in pairs])


log = RequestLog()
