# SPDX-License-Identifier: GPL-3.0-or-later
"""How long and how often to try again: urllib3's retry policy, with one gate for all threads."""

from __future__ import annotations

import email.utils
import random
import threading
import time
import typing as t

from .errors import Throttled

try:
    from urllib3.util.retry import Retry
except ImportError:
    # module.py says which library is missing before anything here is used.
    Retry = object  # type: ignore[assignment, misc]

#: Statuses after which a read may simply be repeated; a write has to look first (see apply.py).
TRANSIENT = frozenset({502, 503, 504})


class Gate:
    """Holds all requests back until the server wants them again; `waited` is the total in seconds,
    `repeats` counts the requests that were sent again."""

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self.waited = 0.0
        self.repeats = 0
        self._open_at = 0.0
        self._lock = threading.Lock()

    def close(self, seconds: float) -> None:
        """Nobody sends for so many seconds. Raises Throttled if that exceeds what the user allows."""
        with self._lock:
            now = time.monotonic()
            extra = now + seconds - max(self._open_at, now)
            if extra > 0:
                if self.waited + extra > self.limit:
                    raise Throttled(
                        f"PostHog limits the rate of requests and wants a pause of {seconds:.0f} s, which would make"
                        f" {self.waited + extra:.0f} s in this task; throttle_timeout allows {self.limit:.0f} s"
                    )
                self.waited += extra
                self._open_at = now + seconds

    def wait(self) -> None:
        while True:
            with self._lock:
                left = self._open_at - time.monotonic()
            if left <= 0:
                return
            time.sleep(left)


class Patience(Retry):
    """urllib3's policy with our three changes: 429 is waited out for every method and without counting, its wait
    holds all threads back, and back-off is jittered also where urllib3 is too old to do so."""

    def __init__(self, *args: t.Any, gate: Gate | None = None, **kwargs: t.Any) -> None:
        super().__init__(*args, **kwargs)
        self.gate = gate

    @classmethod
    def of(cls, retries: int, gate: Gate) -> Patience:
        return cls(
            total=None,
            connect=retries,
            read=retries,
            status=retries,
            redirect=False,
            other=0,
            allowed_methods=frozenset({"GET"}),
            status_forcelist=TRANSIENT,
            raise_on_status=False,
            gate=gate,
        )

    def new(self, **kw: t.Any) -> Patience:
        policy: Patience = super().new(**kw)
        policy.gate = self.gate
        return policy

    def is_retry(self, method: str, status_code: int, has_retry_after: bool = False) -> bool:
        return status_code == 429 or bool(super().is_retry(method, status_code, has_retry_after))

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: t.Any = None,
        error: Exception | None = None,
        _pool: t.Any = None,
        _stacktrace: t.Any = None,
    ) -> Patience:
        if self.gate is not None:
            self.gate.repeats += 1
        if response is not None and response.status == 429:
            return self.new()
        return super().increment(method, url, response, error, _pool, _stacktrace)

    def sleep(self, response: t.Any = None) -> None:
        told = retry_after(response.headers.get("Retry-After")) if response is not None else None
        if self.gate is not None and (told is not None or getattr(response, "status", None) == 429):
            self.gate.close(max(told or 0.0, 1.0))
        else:
            time.sleep(self.get_backoff_time())
        if self.gate is not None:
            # Also after a pause of our own: others may have been told to wait meanwhile.
            self.gate.wait()

    def get_backoff_time(self) -> float:
        return backoff(len(self.history))


def backoff(attempt: int) -> float:
    """Seconds to wait before the attempt after the given number of failed ones: doubling, capped, jittered."""
    return min(30.0, 0.2 * float(2**attempt)) * random.uniform(0.5, 1.0)


def retry_after(header: str | None) -> float | None:
    """Seconds of a Retry-After header, which holds seconds or a date."""
    if not header:
        return None
    if header.strip().isdigit():
        return float(header)
    try:
        moment = email.utils.parsedate_to_datetime(header)
    except (TypeError, ValueError):
        return None
    return max(0.0, moment.timestamp() - time.time())
