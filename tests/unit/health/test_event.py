"""An event is ingested, dropped, rejected, or finds nobody: real servers, and what each is asked."""

from __future__ import annotations

import typing as t

import pytest
from unit.health.world import TOKEN, context_at, one
from unit.web import Answer, Request, Server

CLICKHOUSE = {"user": "monitor", "password": "s3cret"}
GONE = "http://127.0.0.1:9"


class PostHog:
    """Takes events with `capture`, and finds them after so many looks; a negative number is never."""

    def __init__(self, capture: Answer | None = None, found_after: int = 0, query: Answer | None = None) -> None:
        self.capture = capture or Answer(200, {"status": "Ok"})
        self.query = query
        self.left = found_after
        self.sent: list[dict[str, t.Any]] = []

    def __call__(self, request: Request) -> Answer:
        if request.path == "/i/v0/e/":
            self.sent.append(request.body)
            return self.capture
        if self.query:
            return self.query
        self.left -= 1
        count = int(self.left == -1)
        if request.path == "/":
            return Answer(200, f"{count}\n", {"Content-Type": "text/tab-separated-values"})
        assert request.path == "/api/projects/1/query/", request.path
        return Answer(200, {"results": [[count]]})


def test_it_is_ingested_and_looked_up_by_the_api() -> None:
    posthog = PostHog(found_after=1)
    with Server(posthog) as server:
        result = one("event", context_at(server.url))
    assert (result.verdict, result.facts["outcome"]) == ("ok", "ingested")
    [sent] = posthog.sent
    assert (sent["api_key"], sent["event"], sent["distinct_id"]) == (TOKEN, "rollout_health_check", "rollout-health")
    assert sent["properties"]["$process_person_profile"] is False
    query = server.seen[-1].body["query"]
    assert query["values"]["run"] == sent["properties"]["health_run"]
    # A cached answer would never see it arrive.
    assert server.seen[-1].body["refresh"] == "force_blocking"
    assert server.seen[-1].headers["Authorization"] == "Bearer phx_key"
    assert "Authorization" not in server.seen[0].headers


def test_each_run_looks_for_its_own_event() -> None:
    posthog = PostHog()
    with Server(posthog) as server:
        one("event", context_at(server.url))
        posthog.left = 0
        one("event", context_at(server.url))
    first, second = (sent["properties"]["health_run"] for sent in posthog.sent)
    assert first != second


def test_it_is_looked_up_in_clickhouse_where_that_is_given() -> None:
    with Server(PostHog()) as server:
        clickhouse = {"url": server.url, **CLICKHOUSE}
        result = one("event", context_at(server.url, client=False), clickhouse=clickhouse, distinct_id="o'brien")
        sent, asked = server.seen
    assert result.verdict == "ok"
    assert asked.headers["X-ClickHouse-User"] == "monitor"
    assert asked.headers["X-ClickHouse-Key"] == "s3cret"
    assert asked.query["param_run"] == sent.body["properties"]["health_run"]
    assert asked.query["param_distinct_id"] == "o'brien"
    assert "{run:String}" in asked.body


def test_late_is_a_warning() -> None:
    with Server(PostHog()) as server:
        result = one("event", context_at(server.url), warning_seconds=0)
    assert (result.verdict, result.facts["outcome"]) == ("warning", "ingested")


def test_taken_and_not_there_is_dropped() -> None:
    with Server(PostHog(found_after=-10)) as server:
        result = one("event", context_at(server.url), failed_seconds=0.7)
        looks = len(server.seen) - 1
    assert (result.verdict, result.facts["outcome"]) == ("failed", "dropped")
    assert "ingestion-general" in result.advice
    # Once within the time, and a last time at its end.
    assert looks == 2


def test_a_used_up_quota_drops() -> None:
    with Server(PostHog(Answer(200, {"status": "Ok", "quota_limited": ["events"]}))) as server:
        result = one("event", context_at(server.url))
    assert (result.verdict, result.facts["outcome"]) == ("failed", "dropped")
    assert "quota of events" in result.measured


@pytest.mark.parametrize(
    ("answer", "measured", "advice"),
    [
        (Answer(401, {"detail": "Project API key invalid."}), "rejected: 401: Project API key invalid.", "token"),
        (Answer(403, "<h1>CSRF</h1>", {"Content-Type": "text/html"}), "rejected: 403: <h1>CSRF</h1>", "capture"),
        (Answer(502, "<h1>Bad Gateway</h1>"), "rejected: 502", "logs of the proxy"),
        (
            Answer(301, None, {"Location": "https://e.example.com/i/v0/e/?x=1"}),
            "301, a redirect to https://e.ex",
            "log",
        ),
    ],
)
def test_no_success_is_rejected(answer: Answer, measured: str, advice: str) -> None:
    with Server(PostHog(answer)) as server:
        result = one("event", context_at(server.url))
        assert len(server.seen) == 1, "what was rejected is not looked for"
    assert (result.verdict, result.facts["outcome"]) == ("failed", "rejected")
    assert measured in result.measured
    assert advice in result.advice


def test_nobody_there_is_unreachable() -> None:
    result = one("event", context_at(GONE))
    assert (result.verdict, result.facts["outcome"]) == ("failed", "unreachable")
    assert GONE in result.measured


def test_a_key_without_the_scope_is_told_at_once() -> None:
    refused = Answer(403, {"detail": "API key missing required scope 'query:read'", "code": "permission_denied"})
    with Server(PostHog(query=refused)) as server:
        result = one("event", context_at(server.url))
        assert len(server.seen) == 2
    assert (result.verdict, result.facts["outcome"]) == ("failed", "unknown")
    assert "lacks the scope query:read" in result.measured


def test_a_wrong_password_of_clickhouse_is_told_and_not_shown() -> None:
    refused = Answer(403, "Code: 516. DB::Exception: monitor: Authentication failed", {"Content-Type": "text/plain"})
    with Server(PostHog(query=refused)) as server:
        result = one("event", context_at(server.url), clickhouse={"url": server.url, **CLICKHOUSE})
    assert result.facts["outcome"] == "unknown"
    assert "Authentication failed" in result.measured
    assert "s3cret" not in repr(result)


def test_an_answer_that_is_lost_for_a_moment_is_no_verdict() -> None:
    answers = iter([Answer(503), Answer(200, {"results": [[1]]})])

    def posthog(request: Request) -> Answer:
        return Answer(200, {"status": 1}) if request.path == "/i/v0/e/" else next(answers)

    with Server(posthog) as server:
        assert one("event", context_at(server.url)).verdict == "ok"


@pytest.mark.parametrize("content", [{"results": []}, {"query_status": {}}, [1], {"results": [["many"]]}])
def test_an_answer_without_a_count_is_told(content: t.Any) -> None:
    with Server(PostHog(query=Answer(200, content))) as server:
        result = one("event", context_at(server.url), failed_seconds=0.1)
    assert (result.verdict, result.facts["outcome"]) == ("failed", "unknown")


def test_nothing_is_sent_in_check_mode() -> None:
    with Server(PostHog()) as server:
        result = one("event", context_at(server.url, may_write=False))
        assert server.seen == []
    assert (result.verdict, "check mode" in result.measured) == ("skipped", True)


def test_what_cannot_be_looked_up_is_not_sent() -> None:
    with Server(PostHog()) as server:
        nowhere = one("event", context_at(server.url, client=False))
        wrong = one("event", context_at(server.url, client=False, problem="there is no project 'Shop'"))
        assert server.seen == []
    assert nowhere.verdict == "skipped"
    assert (wrong.verdict, "there is no project 'Shop'" in wrong.measured) == ("failed", True)
