"""What the emulator says of its own health, what it does not keep on demand, and the one query that it computes."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from support.api import Api
from support.emulator import Emulator

COUNT = (
    "SELECT count() FROM events WHERE event = {event} AND distinct_id = {who} AND timestamp > now() - INTERVAL 1 HOUR"
)
QUERY = "projects/1/query/"


def get(emulator: Emulator, path: str) -> tuple[int, dict[str, Any]]:
    response = requests.get(f"{emulator.url}/{path}", timeout=5)
    return response.status_code, response.json()


def capture(emulator: Emulator, **event: Any) -> None:
    body = {"api_key": emulator.token(), "event": "ping", "distinct_id": "a", **event}
    assert requests.post(f"{emulator.url}/i/v0/e/", json=body, timeout=5).json() == {"status": "Ok"}


def counted(api: Api, text: str = COUNT, **values: Any) -> int:
    query = {"kind": "HogQLQuery", "query": text, "values": {"event": "ping", "who": "a", **values}}
    response = api("POST", QUERY, {"query": query, "refresh": "force_blocking"})
    assert response.status_code == 200, response.text
    [[count]] = response.json()["results"]
    return int(count)


def test_a_role_is_ready_when_all_it_needs_is_there(emulator: Emulator) -> None:
    assert get(emulator, "_livez") == (200, {"http": True})
    assert get(emulator, "_readyz?role=web") == (200, {"http": True, "postgres": True, "cache": True})
    emulator.switch(broken=["clickhouse"])
    assert get(emulator, "_readyz?role=web")[0] == 200
    status, parts = get(emulator, "_readyz?role=worker")
    assert (status, parts["clickhouse"], parts["postgres"]) == (503, False, True)
    assert get(emulator, "_readyz")[0] == 503
    assert get(emulator, "_readyz?role=worker&exclude=clickhouse")[0] == 200
    assert get(emulator, "_readyz?role=nobody")[0] == 400


def test_preflight_tells_what_is_broken(emulator: Emulator) -> None:
    assert get(emulator, "_preflight")[1]["celery"] is True
    emulator.switch(broken=["celery"])
    assert get(emulator, "_preflight")[1]["celery"] is False


def test_events_can_be_dropped_behind_a_good_answer(emulator: Emulator) -> None:
    emulator.switch(drop_events=True)
    capture(emulator)
    assert emulator.events() == []


def test_events_are_counted_by_conditions(emulator: Emulator, api: Api) -> None:
    for event in ({}, {"distinct_id": "b"}, {"event": "pong"}, {"timestamp": "2020-01-01T00:00:00Z"}):
        capture(emulator, **event)
    assert counted(api) == 1
    by_property = "select count() from events where properties.plan = {plan}"
    capture(emulator, properties={"plan": "big"})
    assert (counted(api, by_property, plan="big"), counted(api, by_property, plan="small")) == (1, 0)


@pytest.mark.parametrize(
    "query",
    [
        None,
        {"kind": "TrendsQuery"},
        {"kind": "HogQLQuery", "query": "SELECT 1"},
        {"kind": "HogQLQuery", "query": "SELECT count() FROM events WHERE event = {nobody}"},
        {"kind": "HogQLQuery", "query": "SELECT count() FROM events WHERE event != {event}", "values": {"event": "a"}},
    ],
)
def test_what_it_cannot_compute_is_refused(api: Api, query: Any) -> None:
    assert api.error("POST", QUERY, {"query": query})[0] == 400


def test_a_query_needs_the_scope_to_read(emulator: Emulator, api: Api) -> None:
    api.session.headers["Authorization"] = f"Bearer {emulator.new_key(['project:read'])}"
    response = api("POST", QUERY, {"query": {}})
    assert (response.status_code, response.json()["detail"]) == (403, "API key missing required scope 'query:read'")
    api.session.headers["Authorization"] = f"Bearer {emulator.new_key(['query:read'])}"
    assert counted(api) == 0
