"""Switches, faults, the log, and what happens when many ask at once."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from support.api import Api
from support.emulator import Emulator

FLAGS = "projects/1/feature_flags/"


def wait_until(condition: Callable[[], bool], timeout: float = 5) -> None:
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "the condition was not met in time"
        time.sleep(0.02)  # between two looks at the condition


def test_state(emulator: Emulator) -> None:
    state = emulator.state()
    assert state["emulator"] is True
    assert state["switches"]["delay_ms"] == 0
    assert state["projects"][0]["api_token"] == emulator.token()


def test_unknown_switches(emulator: Emulator) -> None:
    for body in ({"typo": 1}, {"faults": [{"action": "explode"}]}, {"rate_limit": {"per_hour": 1}}):
        assert requests.post(f"{emulator.url}/_emulator/switches", json=body, timeout=5).status_code == 400


def test_reset_removes_everything(emulator: Emulator, api: Api) -> None:
    api.post(FLAGS, {"key": "one"})
    emulator.switch(delay_ms=1)
    emulator.reset()
    assert emulator.requests() == []
    assert emulator.state()["switches"]["delay_ms"] == 0
    assert api.post(FLAGS, {"key": "one"})["id"] == 1


def test_the_log_has_no_secrets(emulator: Emulator, api: Api) -> None:
    api.post(f"{FLAGS}?token=phc_secret&x=1", {"key": "one", "name": "hidden"})
    (entry,) = emulator.requests()
    assert (entry["n"], entry["method"], entry["path"], entry["status"]) == (1, "POST", f"/api/{FLAGS}", 201)
    assert entry["query"] == "token=redacted&x=1"
    assert emulator.key not in str(entry)
    assert "hidden" not in str(entry)
    emulator.forget_requests()
    assert emulator.requests() == []


def test_delay(emulator: Emulator, api: Api) -> None:
    emulator.switch(delay_ms=80)
    started = time.monotonic()
    api.get(FLAGS)
    assert time.monotonic() - started >= 0.08


def test_rate_limit(emulator: Emulator, api: Api) -> None:
    emulator.switch(rate_limit={"per_minute": 3, "retry_after": 30}, time_scale=0.01)
    statuses = [api("GET", FLAGS).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    response = api("GET", FLAGS)
    told = int(response.headers["Retry-After"])
    assert 1 <= told <= 30
    assert response.json() == {
        "type": "throttled_error",
        "code": "throttled",
        "detail": f"Request was throttled. Expected available in {told} seconds.",
        "attr": None,
    }
    time.sleep(told * 0.01)  # what Retry-After asks for, in the emulator's clock
    assert api("GET", FLAGS).status_code == 200
    emulator.switch(rate_limit=None)
    assert {api("GET", FLAGS).status_code for _ in range(5)} == {200}


def test_a_status_instead_of_an_answer(emulator: Emulator, api: Api) -> None:
    rule = {"action": "status", "status": 503, "nth": 2, "times": 2, "method": "GET", "headers": {"Retry-After": "1"}}
    emulator.switch(faults=[{**rule, "path_regex": "feature_flags"}])
    api.post(FLAGS, {"key": "one"})
    responses = [api("GET", FLAGS) for _ in range(4)]
    assert [response.status_code for response in responses] == [200, 503, 503, 200]
    assert responses[1].headers["Retry-After"] == "1"
    assert responses[1].json()["type"] == "server_error"


def test_html_instead_of_json(emulator: Emulator, api: Api) -> None:
    emulator.switch(faults=[{"action": "html", "status": 502}])
    response = api("GET", FLAGS)
    assert (response.status_code, response.headers["Content-Type"]) == (502, "text/html")


@pytest.mark.parametrize(("action", "written"), [("reset_before", 0), ("reset_after", 1)])
def test_resets(emulator: Emulator, api: Api, action: str, written: int) -> None:
    emulator.switch(faults=[{"action": action, "method": "POST"}])
    with pytest.raises(requests.ConnectionError):
        api("POST", FLAGS, {"key": "one"})
    assert api.get(FLAGS)["count"] == written
    assert [entry["status"] for entry in emulator.requests()] == [0, 200]


def test_a_reset_is_a_reset(emulator: Emulator) -> None:
    emulator.switch(faults=[{"action": "reset_before"}])
    host, port = emulator.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(b"GET /api/projects/ HTTP/1.1\r\nHost: x\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            connection.recv(1)


def test_a_slow_body(emulator: Emulator, api: Api) -> None:
    emulator.switch(faults=[{"action": "slow_body", "delay_ms": 200}])
    started = time.monotonic()
    assert api("GET", FLAGS).json()["count"] == 0
    assert time.monotonic() - started >= 0.15


def test_a_hanging_request(emulator: Emulator, api: Api) -> None:
    emulator.switch(faults=[{"action": "hang", "delay_ms": 400}])
    with pytest.raises(requests.Timeout):
        api.session.get(f"{emulator.url}/api/{FLAGS}", timeout=0.1)
    wait_until(lambda: [entry["status"] for entry in emulator.requests()] == [0])


def test_many_at_once(emulator: Emulator, api: Api) -> None:
    def create(number: int) -> int:
        url = f"{emulator.url}/api/{FLAGS}"
        return requests.post(url, json={"key": f"flag-{number}"}, headers=emulator.headers, timeout=30).status_code

    with ThreadPoolExecutor(32) as pool:
        assert set(pool.map(create, range(128))) == {201}
    assert api.get(FLAGS)["count"] == 128
    assert len(emulator.requests()) == 129


def test_bulk(emulator: Emulator, api: Api) -> None:
    ids = emulator.load("dashboards", [{"name": f"d{number}"} for number in range(50)])
    assert api.get("projects/1/dashboards/")["count"] == len(ids) == 50
    with pytest.raises(AssertionError, match="400"):
        emulator.load("feature_flags", [{"key": "a"}, {"key": "a"}])
    assert api.get(FLAGS)["count"] == 0
