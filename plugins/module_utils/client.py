# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP to PostHog's private API: authentication, retries, throttling, pages, errors. Knows no resource."""

from __future__ import annotations

import os
import re
import threading
import time
import traceback
import typing as t
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

from .errors import Orphaned, OutcomeUnknown, RolloutError, Unreachable
from .explain import explain, wrong_host
from .patience import TRANSIENT, Gate, Patience, backoff

try:
    import requests
    from requests.adapters import HTTPAdapter
    from urllib3.exceptions import NewConnectionError
except ImportError:
    # module.py says which library is missing before anything here is used.
    REQUESTS_ERROR: str | None = traceback.format_exc()
else:
    REQUESTS_ERROR = None

if t.TYPE_CHECKING:
    from requests import Response

REGIONS = {"us": "https://us.posthog.com", "eu": "https://eu.posthog.com"}
PAGE = 200
VERSION = "0.1.0"


@dataclass(frozen=True)
class Connection:
    """Where PostHog is and how to speak to it; times are seconds."""

    host: str
    api_key: str
    verify: bool | str = True
    timeout: float = 30
    throttle_timeout: float = 300
    retries: int = 4
    concurrency: int = 8

    def __repr__(self) -> str:
        return f"Connection({self.host!r})"


class Bearer:
    """Set as an auth object so that requests never takes another one from a .netrc file."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._key}"
        return request


class Client:
    """A pooled session; safe to use from several threads."""

    def __init__(self, connection: Connection) -> None:
        check(connection)
        check_key(connection.api_key)
        self.connection = connection
        self.gate = Gate(connection.throttle_timeout)
        self.patience = Patience.of(connection.retries, self.gate)
        self._sent = 0
        #: A run that was killed must not write on beside the next one.
        self._parent = os.getppid()
        self._lock = threading.Lock()
        self._session = session = requests.Session()
        session.auth = Bearer(connection.api_key)
        session.headers.update(
            {"User-Agent": f"rollout.posthog/{VERSION}", "Accept": "application/json", "Referer": connection.host}
        )
        adapter = HTTPAdapter(
            max_retries=self.patience, pool_maxsize=connection.concurrency, pool_connections=connection.concurrency
        )
        session.mount(connection.host, adapter)

    @property
    def requests(self) -> int:
        """How many requests were sent, repeated ones included."""
        return self._sent + self.gate.repeats

    def get(self, path: str, params: t.Mapping[str, t.Any] | None = None) -> t.Any:
        """The JSON of an answer. Raises ApiError, Unreachable, Throttled."""
        return self._request("GET", path, params=params)

    def write(self, method: str, path: str, body: t.Any = None) -> t.Any:
        """Sends a change once. Raises OutcomeUnknown where it may or may not have been applied, and Orphaned."""
        if os.getppid() != self._parent:
            raise Orphaned("the process that started this task is gone, so nothing more is written; run it again")
        return self._request(method, path, body=body)

    def pages(
        self, path: str, params: t.Mapping[str, t.Any] | None = None, *, unpaged: bool = False
    ) -> list[dict[str, t.Any]]:
        """All items of a list; the pages after the first are read side by side."""
        if unpaged:
            return self.items(path, self.get(path, params), bare=True)
        params = params or {}
        first = self.get(path, {**params, "limit": PAGE})
        items = self.items(path, first)
        count = first.get("count")
        if first.get("next") and isinstance(count, int):
            # A server may give shorter pages than it was asked for.
            offsets = range(len(items), count, len(items))
            pages = [{**params, "limit": len(items), "offset": offset} for offset in offsets]
            for page in self.map(lambda query: self.items(path, self.get(path, query)), pages):
                items.extend(page)
        return list({str(item.get("id", index)): item for index, item in enumerate(items)}.values())

    def items(self, path: str, answer: t.Any, *, bare: bool = False) -> list[dict[str, t.Any]]:
        """The objects in a list's envelope, or without one if it may be bare. Raises RolloutError for anything else."""
        found = answer.get("results") if isinstance(answer, dict) else answer if bare else None
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            raise RolloutError(
                f"{self.connection.host} answered GET {path} with something else than a list; is it PostHog's address?"
            )
        return list(found)

    def pause(self, attempt: int, problem: RolloutError) -> None:
        """Waits before another attempt. Raises the problem when there were enough of them."""
        if attempt > self.connection.retries:
            raise problem
        time.sleep(backoff(attempt))

    def map(self, work: t.Callable[[t.Any], t.Any], items: t.Iterable[t.Any]) -> list[t.Any]:
        """`work` on all items, as many at a time as the connection allows."""
        items = list(items)
        if len(items) < 2:
            return [work(item) for item in items]
        with ThreadPoolExecutor(self.connection.concurrency) as pool:
            return list(pool.map(work, items))

    def _request(
        self, method: str, path: str, params: t.Mapping[str, t.Any] | None = None, body: t.Any = None
    ) -> t.Any:
        host = self.connection.host
        self.gate.wait()
        with self._lock:
            self._sent += 1
        try:
            response = self._session.request(
                method,
                host + path,
                params=params,
                json=body,
                timeout=self.connection.timeout,
                # Given here, since the environment's bundle would win over the session's.
                verify=self.connection.verify,
                allow_redirects=False,
            )
        except requests.exceptions.SSLError as problem:
            raise Unreachable(untrusted(host, cause(problem))) from None
        except requests.ConnectTimeout:
            raise Unreachable(f"{host} did not accept a connection in {self.connection.timeout} s") from None
        except (
            requests.ConnectionError,
            requests.Timeout,
            requests.exceptions.ChunkedEncodingError,
        ) as problem:
            raise self._lost(method, path, problem) from None
        except (requests.RequestException, OSError) as problem:
            raise Unreachable(f"cannot speak to {host}: {cause(problem)}") from None
        return self._answer(method, path, response)

    def _lost(self, method: str, path: str, problem: Exception) -> RolloutError:
        if method != "GET" and not never_sent(problem):
            return OutcomeUnknown(f"{method} {path} got no answer ({cause(problem)})")
        return Unreachable(
            f"no connection to {self.connection.host} ({cause(problem)}); is the host right and reachable?"
        )

    def _answer(self, method: str, path: str, response: Response) -> t.Any:
        host = self.connection.host
        if response.status_code == 204:
            return None
        if 300 <= response.status_code < 400:
            raise explain(method, path, response, None, host)
        try:
            content = response.json() if response.content else None
        except ValueError:
            content = None
            if response.ok:
                raise explain(method, path, response, None, host) from None
        if response.ok:
            return content
        if method != "GET" and response.status_code in TRANSIENT:
            raise OutcomeUnknown(f"{method} {path} was answered with {response.status_code}")
        raise explain(method, path, response, content, host)


def check(connection: Connection) -> None:
    """Refuses what cannot work, with a key or without, before anything is sent. Raises RolloutError."""
    try:
        parts = urlsplit(connection.host)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise RolloutError("host is no address; write it like https://posthog.example.com")
    if parts.path or parts.query or parts.fragment:
        raise RolloutError(f"host is an address without a path; write {parts.scheme}://{parts.netloc}")
    hint = wrong_host(parts.hostname)
    if hint:
        raise RolloutError(hint)
    if parts.username or parts.password:
        raise RolloutError("host must not hold a user or password; PostHog is spoken to by api_key alone")
    if isinstance(connection.verify, str) and not os.path.exists(connection.verify):
        raise RolloutError(f"ca_path {connection.verify} does not exist on the host that runs the module")
    check_numbers(connection)


def check_numbers(connection: Connection) -> None:
    if not 0 < connection.timeout < float("inf"):
        raise RolloutError(f"timeout must be more than 0 seconds, not {connection.timeout:g}")
    for name, least in (("retries", 0), ("throttle_timeout", 0), ("concurrency", 1)):
        value = getattr(connection, name)
        if not value >= least:
            raise RolloutError(f"{name} must be at least {least}, not {value:g}")


def check_key(key: str) -> None:
    if not key:
        raise RolloutError("api_key is missing; give it as an option or in the environment as POSTHOG_API_KEY")
    if not re.fullmatch(r"[!-~]+", key):
        raise RolloutError("api_key holds what no key holds, such as a space or a line break; copy it again")
    if key.startswith("phc_"):
        raise RolloutError(
            "api_key is a project token (phc_...), which can only send events; the API needs a personal API key"
            " (phx_...), to be made under Settings > Personal API keys"
        )


def untrusted(host: str, reason: str) -> str:
    if "WRONG_VERSION_NUMBER" in reason:
        return f"{host} does not speak TLS; is it http:// rather than https://?"
    return (
        f"the TLS certificate of {host} is not trusted ({reason}); give its authority as ca_path, or set"
        " validate_certs: false on a machine of your own"
    )


def never_sent(problem: Exception) -> bool:
    """True where no connection came about, so that the request cannot have been applied."""
    wrapped = problem.args[0] if problem.args else None
    return isinstance(getattr(wrapped, "reason", None), NewConnectionError)


def cause(problem: BaseException) -> str:
    """The innermost reason of a chain of wrapped exceptions, in a few words."""
    while True:
        inner = getattr(problem, "reason", None) or next(
            (arg for arg in problem.args if isinstance(arg, BaseException)), None
        )
        if not isinstance(inner, BaseException):
            break
        problem = inner
    text = str(problem)
    return text.split(": ", 1)[-1] if text.startswith("<") or "object at 0x" in text else text
