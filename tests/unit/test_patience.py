"""Waiting, with a clock that only moves when somebody sleeps."""

from __future__ import annotations

import email.utils
import time
from datetime import UTC, datetime, timedelta

import pytest

from ansible_collections.rollout.posthog.plugins.module_utils import patience
from ansible_collections.rollout.posthog.plugins.module_utils.errors import Throttled
from ansible_collections.rollout.posthog.plugins.module_utils.patience import Gate, Patience, backoff, retry_after


class Clock:
    """Stands in for the time module; `slept` is every pause."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class Response:
    """As much of an HTTP answer as patience looks at."""

    def __init__(self, status: int, told: str | None = None) -> None:
        self.status = status
        self.headers = {} if told is None else {"Retry-After": told}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(patience, "time", clock)
    return clock


def test_an_open_gate_lets_through_at_once(clock: Clock) -> None:
    Gate(300).wait()
    assert clock.slept == []


def test_all_wait_for_the_same_moment(clock: Clock) -> None:
    gate = Gate(300)
    gate.close(10)
    clock.now += 4
    gate.wait()
    gate.wait()
    assert clock.slept == [6]
    assert gate.waited == 10


def test_waits_that_overlap_count_once(clock: Clock) -> None:
    gate = Gate(20)
    for seconds in (10, 10, 5, 15):
        gate.close(seconds)
    assert gate.waited == 15
    gate.wait()
    assert clock.slept == [15]


def test_the_limit_is_for_the_whole_task(clock: Clock) -> None:
    gate = Gate(20)
    gate.close(15)
    gate.wait()
    with pytest.raises(Throttled, match="wants a pause of 6 s, which would make 21 s in this task"):
        gate.close(6)
    gate.close(5)
    gate.wait()
    assert gate.waited == 20


def test_retry_after_in_seconds_and_as_a_date(clock: Clock) -> None:
    clock.now = 1_800_000_000.0
    then = datetime.fromtimestamp(clock.now, UTC) + timedelta(seconds=90)
    assert retry_after("17") == 17.0
    assert retry_after(email.utils.format_datetime(then, usegmt=True)) == 90.0
    assert retry_after(email.utils.format_datetime(then - timedelta(days=1), usegmt=True)) == 0.0
    assert [retry_after(text) for text in (None, "", "soon", "-3", "1.5")] == [None] * 5


@pytest.mark.parametrize(("told", "seconds"), [("7", 7), ("0", 1), (None, 1), ("soon", 1)])
def test_a_limit_closes_the_gate(clock: Clock, told: str | None, seconds: float) -> None:
    gate = Gate(300)
    Patience.of(4, gate).sleep(Response(429, told))
    assert gate.waited == seconds
    assert clock.slept == [seconds]


def test_an_outage_that_names_a_time_closes_the_gate(clock: Clock) -> None:
    gate = Gate(300)
    Patience.of(4, gate).sleep(Response(503, "30"))
    assert gate.waited == 30


def test_an_outage_alone_is_backed_off_from(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience.random, "uniform", lambda low, high: high)
    gate = Gate(300)
    Patience.of(4, gate).sleep(Response(503))
    assert gate.waited == 0
    assert clock.slept == [backoff(0)]


def test_backing_off_doubles_and_has_an_end() -> None:
    for attempt in range(40):
        assert min(30, 0.2 * 2**attempt) / 2 <= backoff(attempt) <= min(30, 0.2 * 2**attempt)


def test_limits_do_not_use_up_retries() -> None:
    policy = Patience.of(1, Gate(300))
    for _ in range(5):
        policy = policy.increment("GET", "/", Response(429))
    assert policy.status == 1
    assert policy.gate is not None
    assert policy.gate.repeats == 5


@pytest.mark.parametrize(
    ("method", "status", "again"),
    [("GET", 503, True), ("GET", 500, False), ("GET", 404, False), ("POST", 503, False), ("POST", 429, True)],
)
def test_what_is_repeated(method: str, status: int, again: bool) -> None:
    assert Patience.of(4, Gate(300)).is_retry(method, status) is again


def test_the_real_clock_is_the_default() -> None:
    assert patience.time is time
