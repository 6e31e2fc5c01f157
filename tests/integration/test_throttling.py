"""429 with Retry-After: waited out in full, by all threads, up to what the user allows, and told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from integration.builders import Entry, flag, many, whole_project
from integration.hand import Hand
from urllib3.connectionpool import HTTPConnectionPool

from ansible_collections.rollout.posthog.plugins.module_utils import patience
from support.emulator import Emulator
from support.task import Tasks

LONG = 120


class Clock:
    """Time that passes only while somebody sleeps; sees who sends something without having passed an open gate."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []
        self.closed_until = 0.0
        self.early: list[str] = []
        self._lock = threading.Lock()
        self._thread = threading.local()

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)
            self.now += seconds

    def told(self, seconds: float) -> None:
        """The server has asked for a pause."""
        with self._lock:
            self.closed_until = max(self.closed_until, self.now + seconds)

    def passed(self) -> None:
        """This thread was let through the gate."""
        with self._lock:
            self._thread.may_send = self.now >= self.closed_until

    def sent(self, what: str) -> None:
        """A request goes out; the next one needs the gate again."""
        if not getattr(self._thread, "may_send", False):
            self.early.append(what)
        self._thread.may_send = False


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """A clock for the gate, and a watch on every request, repeated ones included."""
    clock = Clock()
    monkeypatch.setattr(patience, "time", clock)
    close, wait, send = patience.Gate.close, patience.Gate.wait, HTTPConnectionPool._make_request

    def closing(gate: patience.Gate, seconds: float) -> None:
        close(gate, seconds)
        clock.told(seconds)

    def waiting(gate: patience.Gate) -> None:
        wait(gate)
        clock.passed()

    def sending(pool: HTTPConnectionPool, connection: Any, method: str, url: str, *rest: Any, **more: Any) -> Any:
        if url.startswith("/api/"):
            clock.sent(f"{method} {url}")
        return send(pool, connection, method, url, *rest, **more)

    monkeypatch.setattr(patience.Gate, "close", closing)
    monkeypatch.setattr(patience.Gate, "wait", waiting)
    monkeypatch.setattr(HTTPConnectionPool, "_make_request", sending)
    yield clock
    assert clock.early == []


def too_many(method: str, nth: int = 1, after: object = LONG, times: int = 1) -> Entry:
    headers = {} if after is None else {"Retry-After": str(after)}
    body = {"type": "throttled_error", "code": "throttled", "detail": "Request was throttled.", "attr": None}
    return {
        "action": "status",
        "status": 429,
        "method": method,
        "path_regex": "projects/1/",
        "nth": nth,
        "times": times,
        "headers": headers,
        "body": body,
    }


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH"])
def test_a_long_pause_is_waited_out_in_full_by_all_threads(
    task: Tasks, hand: Hand, emulator: Emulator, clock: Clock, method: str
) -> None:
    emulator.switch(faults=[too_many(method, nth=2)])
    whole = whole_project()
    result = task("apply", **whole)
    assert result["waited"] == LONG
    assert f"waited {LONG} s because PostHog limits the rate" in result.warnings
    assert clock.now - 1000 >= LONG
    emulator.switch(faults=[])
    task.converged("apply", **whole)


def test_pauses_in_a_row_add_up(task: Tasks, emulator: Emulator, clock: Clock) -> None:
    emulator.switch(faults=[too_many("POST", times=3, after=50)])
    result = task("feature_flag", **flag())
    assert result["waited"] == 150
    assert sum(request.method == "POST" for request in result.sent) == 4


def test_a_pause_is_not_counted_as_a_retry(task: Tasks, emulator: Emulator, clock: Clock) -> None:
    emulator.switch(faults=[too_many("GET", times=20, after=2)])
    assert task("feature_flag", retries=0, **flag())["action"] == "created"


@pytest.mark.parametrize("other", [{"action": "status", "status": 503}, {"action": "reset_before"}])
def test_a_request_that_is_repeated_for_another_reason_waits_too(
    task: Tasks, emulator: Emulator, clock: Clock, other: Entry
) -> None:
    emulator.switch(faults=[{"method": "GET", "nth": 2, "times": 2, **other}, too_many("GET", nth=2)])
    task("apply", **whole_project())


def test_a_pause_of_unknown_length_is_a_short_one(task: Tasks, emulator: Emulator, clock: Clock) -> None:
    emulator.switch(faults=[too_many("GET", after=None)])
    assert task("feature_flag", **flag())["waited"] >= 1


def test_a_longer_pause_than_allowed_is_one_sentence(task: Tasks, hand: Hand, emulator: Emulator, clock: Clock) -> None:
    emulator.switch(faults=[too_many("GET", after=900)])
    failed = task.fails("feature_flag", **flag())
    assert "wants a pause of 900 s" in failed["msg"]
    assert "throttle_timeout allows 300 s" in failed["msg"]
    assert clock.slept == []
    assert failed.writes == []


def test_pauses_that_add_up_to_more_than_allowed_end_the_task(
    task: Tasks, hand: Hand, emulator: Emulator, clock: Clock
) -> None:
    emulator.switch(faults=[too_many("POST", nth=4, times=99, after=40)])
    declared = many(30)
    failed = task.fails("apply", throttle_timeout=100, **declared)
    assert "throttle_timeout allows 100 s" in failed["msg"]
    assert clock.now - 1000 <= 100
    emulator.switch(faults=[])
    task("apply", **declared)
    task.converged("apply", **declared)


def test_a_real_limit_is_kept(task: Tasks, emulator: Emulator) -> None:
    declared = many(30)
    # A second of the server's clock really takes 50 ms, but what it says is waited for in full.
    emulator.switch(rate_limit={"per_minute": 25, "retry_after": 1}, time_scale=0.05)
    result = task("apply", **declared)
    assert result["waited"] >= 1
    assert 429 in {request.status for request in result.sent}
    assert result["requests"] == len(result.sent)
    emulator.switch(rate_limit=None)
    task.converged("apply", **declared)
