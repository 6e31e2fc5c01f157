"""The client against a real server on loopback."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
from unit.web import Answer, Request, Server

from ansible_collections.rollout.posthog.plugins.module_utils import client as client_module
from ansible_collections.rollout.posthog.plugins.module_utils import patience
from ansible_collections.rollout.posthog.plugins.module_utils.client import Client, Connection
from ansible_collections.rollout.posthog.plugins.module_utils.errors import (
    ApiError,
    OutcomeUnknown,
    RolloutError,
    Throttled,
    Unreachable,
)

KEY = "phx_very_secret"


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Time passes when somebody sleeps."""
    slept: list[float] = []
    monkeypatch.setattr(patience, "backoff", lambda attempt: 0.0)
    monkeypatch.setattr(client_module, "backoff", lambda attempt: 0.0)
    return slept


def connect(server: Server, **options: t.Any) -> Client:
    return Client(Connection(host=server.url, api_key=KEY, **{"retries": 2, "timeout": 5, **options}))


def pages_of(total: int, most: int, host: str = "http://elsewhere.invalid") -> t.Callable[[Request], Answer]:
    """A list whose pages hold at most so many items, whatever was asked for, and link to another host."""

    def answer(request: Request) -> Answer:
        offset = int(request.query.get("offset", 0))
        end = min(offset + min(most, int(request.query["limit"])), total)
        more = f"{host}/api/things/?offset={end}" if end < total else None
        return Answer(body={"count": total, "next": more, "results": [{"id": n} for n in range(offset, end)]})

    return answer


@pytest.mark.parametrize(("total", "most"), [(0, 200), (1, 200), (200, 200), (201, 200), (450, 200), (25, 10), (3, 1)])
def test_all_pages_are_read_once_and_from_our_host(total: int, most: int) -> None:
    with Server(pages_of(total, most)) as server:
        items = connect(server).pages("/api/things/", {"order": "id"})
        assert [item["id"] for item in items] == list(range(total))
        assert len(server.seen) == max(1, -(-total // most))
        assert all(request.query["order"] == "id" for request in server.seen)


def test_an_item_that_moves_between_pages_is_taken_once() -> None:
    def answer(request: Request) -> Answer:
        first = "offset" not in request.query
        results = [{"id": 1}, {"id": 2}] if first else [{"id": 2}, {"id": 3}]
        return Answer(body={"count": 4, "next": "x" if first else None, "results": results})

    with Server(answer) as server:
        assert [item["id"] for item in connect(server).pages("/api/things/")] == [1, 2, 3]


@pytest.mark.parametrize("body", [[{"id": 1}], {"results": [{"id": 1}]}])
def test_lists_without_pages(body: t.Any) -> None:
    with Server(lambda request: Answer(body=body)) as server:
        assert connect(server).pages("/api/things/", unpaged=True) == [{"id": 1}]
        assert server.seen[0].query == {}


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_redirects_are_refused_and_not_followed(status: int, method: str) -> None:
    with Server(lambda request: Answer(status, headers={"Location": "https://elsewhere.invalid/x"})) as server:
        with pytest.raises(ApiError, match=r"redirects to https://elsewhere\.invalid; write that address as host"):
            connect(server)._request(method, "/api/things/")
        assert len(server.seen) == 1


def test_netrc_does_not_replace_the_key(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\ndefault login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with Server(lambda request: Answer(body={})) as server:
        connect(server).get("/api/things/")
        assert server.seen[0].headers["Authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("status", [200, 404, 403, 500])
def test_html_is_named_as_what_it_is(status: int) -> None:
    page = Answer(status, "<html>Login</html>", {"Content-Type": "text/html"})
    with Server(lambda request: page) as server:
        with pytest.raises(ApiError) as caught:
            connect(server).get("/api/things/")
        assert caught.value.status == status
        assert ("text/html instead of JSON" in str(caught.value)) == (status != 404)
        assert KEY not in str(caught.value)


def test_no_content_is_none() -> None:
    with Server(lambda request: Answer(204)) as server:
        assert connect(server).write("DELETE", "/api/things/1/") is None


def test_one_connection_serves_many_requests() -> None:
    with Server(lambda request: Answer(body={})) as server:
        client = connect(server)
        for _ in range(5):
            client.get("/api/things/")
        client.write("POST", "/api/things/", {"name": "x"})
        assert len({request.port for request in server.seen}) == 1
        assert server.seen[-1].body == {"name": "x"}
        assert client.requests == len(server.seen) == 6


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_read_is_repeated_and_a_write_is_not(status: int) -> None:
    with Server(lambda request: Answer(status, {"detail": "later"})) as server:
        with pytest.raises(ApiError):
            connect(server).get("/api/things/")
        assert len(server.seen) == 3
        for method in ("POST", "PATCH", "DELETE"):
            with pytest.raises(OutcomeUnknown, match=f"{method} /api/things/"):
                connect(server).write(method, "/api/things/", {})
        assert len(server.seen) == 6


def test_a_read_that_was_hung_up_on_is_repeated() -> None:
    answers = iter([Answer(0), Answer(0), Answer(body={"ok": True})])
    with Server(lambda request: next(answers)) as server:
        client = connect(server)
        assert client.get("/api/things/") == {"ok": True}
        assert client.requests == 3


def test_a_write_that_was_hung_up_on_is_unknown() -> None:
    with Server(lambda request: Answer(0)) as server:
        with pytest.raises(OutcomeUnknown):
            connect(server).write("POST", "/api/things/", {})
        assert len(server.seen) == 1


def test_nobody_there() -> None:
    with Server(lambda request: Answer()) as server:
        client = connect(server, retries=0)
    for call in (lambda: client.get("/api/x/"), lambda: client.write("POST", "/api/x/", {})):
        with pytest.raises(Unreachable, match="is the host right and reachable"):
            call()


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH"])
def test_a_limit_is_waited_out_whatever_the_method(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([Answer(429, {"detail": "slow"}, {"Retry-After": "7"})] * 5 + [Answer(body={"ok": True})])
    now = [0.0]
    monkeypatch.setattr(patience.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(patience.time, "sleep", lambda seconds: now.__setitem__(0, now[0] + seconds))
    with Server(lambda request: next(answers)) as server:
        client = connect(server, retries=1)
        assert client._request(method, "/api/things/", body={"a": 1} if method != "GET" else None) == {"ok": True}
        assert client.gate.waited == 35.0
        assert client.requests == len(server.seen) == 6
        assert all(request.body == server.seen[0].body for request in server.seen)


def test_a_limit_that_is_too_long_is_an_error() -> None:
    with Server(lambda request: Answer(429, {"detail": "slow"}, {"Retry-After": "301"})) as server:
        with pytest.raises(Throttled, match="wants a pause of 301 s"):
            connect(server, throttle_timeout=300).get("/api/things/")
        assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("host", "key", "message"),
    [
        ("posthog.example.com", KEY, "https://posthog.example.com"),
        ("ftp://example.com", KEY, "is no address"),
        ("https://", KEY, "is no address"),
        ("https://eu.i.posthog.com", KEY, "region: eu"),
        ("https://us-assets.i.posthog.com", KEY, "https://us.posthog.com"),
        ("https://me:pw@example.com", KEY, "must not hold a user"),
        ("https://example.com", "", "api_key is missing"),
        ("https://example.com", "phc_x", "project token"),
    ],
)
def test_what_cannot_work_is_refused_before_anything_is_sent(host: str, key: str, message: str) -> None:
    with pytest.raises(RolloutError, match=message) as caught:
        Client(Connection(host=host, api_key=key))
    assert KEY not in str(caught.value)


def test_the_key_is_not_printed() -> None:
    assert KEY not in repr(Connection(host="https://example.com", api_key=KEY))
