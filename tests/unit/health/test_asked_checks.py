"""What PostHog is asked: readiness, workers, flags and remote configuration, with servers that answer anything."""

from __future__ import annotations

import typing as t

import pytest
from unit.health.world import TOKEN, context_at, looked, one
from unit.web import Answer, Server

GONE = "http://127.0.0.1:9"
LOGIN = Answer(200, "<html>Sign in</html>", {"Content-Type": "text/html"})
READY = {"http": True, "postgres": True, "cache": True}
ALIVE = {"django": True, "celery": True, "plugins": True, "db": True, "redis": True, "kafka": True}
FLAGS = {"flags": {"a": {}}, "errorsWhileComputingFlags": False}


def verdict(name: str, answer: Answer, **written: t.Any) -> tuple[str, str]:
    with Server(lambda _: answer) as server:
        results = looked(name, context_at(server.url), **written)
    return results[-1].verdict, f"{results[-1].measured}; {results[-1].advice}"


@pytest.mark.parametrize(
    ("answer", "expected", "words"),
    [
        (Answer(200, READY), "ok", "postgres"),
        (Answer(503, {**READY, "postgres": False}), "failed", "cannot use postgres"),
        # Whatever the status says.
        (Answer(200, {**READY, "cache": False}), "failed", "cannot use cache"),
        (Answer(503, READY), "failed", "does not name"),
        (Answer(400, {"error": "InvalidRole"}), "failed", "no role worker"),
        # What /health does: a login page with 200, or the way to it.
        (LOGIN, "failed", "not PostHog's readiness"),
        (Answer(302, None, {"Location": "/login?next=/_readyz"}), "failed", "redirect to /login"),
        (Answer(502, "<h1>Bad Gateway</h1>"), "failed", "502"),
        (Answer(200, ["http"]), "failed", "not PostHog's readiness"),
    ],
)
def test_readiness(answer: Answer, expected: str, words: str) -> None:
    found, text = verdict("readiness", answer)
    assert found == expected
    assert words in text


def test_each_role_is_asked_for_by_name_and_never_health() -> None:
    with Server(lambda _: Answer(200, READY)) as server:
        results = looked("readiness", context_at(GONE), url=f"{server.url}/")
        assert [(request.path, request.query["role"]) for request in server.seen] == [
            ("/_readyz", "web"),
            ("/_readyz", "worker"),
        ]
    assert [result.name for result in results] == ["readiness web", "readiness worker"]


@pytest.mark.parametrize(
    ("answer", "expected", "words"),
    [
        (Answer(200, ALIVE), "ok", "celery"),
        (Answer(200, {**ALIVE, "celery": False}), "failed", "not alive: celery; See the log and the restarts"),
        (Answer(200, {**ALIVE, "kafka": False}), "failed", "behind kafka"),
        (Answer(200, {**ALIVE, "plugins": False}), "warning", "plugins"),
        (Answer(200, {"celery": True}), "ok", "celery"),
        (Answer(200, {"django": True}), "failed", "says nothing of Celery"),
        (LOGIN, "failed", "says nothing of Celery"),
        (Answer(500, ALIVE), "failed", "500"),
    ],
)
def test_workers(answer: Answer, expected: str, words: str) -> None:
    found, text = verdict("workers", answer)
    assert found == expected
    assert words in text


@pytest.mark.parametrize(
    ("answer", "expected", "words"),
    [
        (Answer(200, FLAGS), "ok", "1 evaluated"),
        (Answer(200, {**FLAGS, "flags": {}}), "ok", "0 evaluated"),
        (Answer(200, {**FLAGS, "errorsWhileComputingFlags": True}), "failed", "not all could be computed"),
        (Answer(200, {**FLAGS, "quotaLimited": ["feature_flags"]}), "warning", "quota"),
        (Answer(401, {"detail": "Project API key invalid."}), "failed", "phc_"),
        (Answer(200, {"flags": ["a"]}), "failed", "no flags"),
        (Answer(403, "CSRF", {"Content-Type": "text/html"}), "failed", "feature-flags"),
        (LOGIN, "failed", "no flags"),
    ],
)
def test_flags(answer: Answer, expected: str, words: str) -> None:
    found, text = verdict("flags", answer)
    assert found == expected
    assert words in text


@pytest.mark.parametrize(
    ("answer", "expected", "words"),
    [
        (Answer(200, {"token": TOKEN}), "ok", "served"),
        (Answer(200, {"token": "phc_other"}), "failed", "not this project's"),
        (Answer(200, {}), "failed", "not this project's"),
        (LOGIN, "failed", "not this project's"),
        (Answer(404, None), "failed", "no configuration for this token"),
        (Answer(502, "no"), "failed", "hypercache-server"),
    ],
)
def test_remote_config(answer: Answer, expected: str, words: str) -> None:
    found, text = verdict("remote_config", answer)
    assert found == expected
    assert words in text


def test_flags_and_configuration_are_asked_for_below_a_path() -> None:
    def answer(request: t.Any) -> Answer:
        return Answer(200, FLAGS if request.method == "POST" else {"token": TOKEN})

    with Server(answer) as server:
        context = context_at(GONE, ingest_host=f"{server.url}/ingest")
        assert one("flags", context).verdict == one("remote_config", context).verdict == "ok"
        [flags, config] = server.seen
    assert (flags.path, flags.query, flags.body) == (
        "/ingest/flags/",
        {"v": "2"},
        {"api_key": TOKEN, "distinct_id": "rollout-health"},
    )
    assert config.path == f"/ingest/array/{TOKEN}/config"


@pytest.mark.parametrize("name", ["readiness", "workers", "flags", "remote_config"])
def test_nobody_there(name: str) -> None:
    result = looked(name, context_at(GONE))[0]
    assert result.verdict == "failed"
    assert f"no connection to {GONE}" in result.measured
    assert result.advice


@pytest.mark.parametrize("name", ["flags", "remote_config", "event"])
def test_without_a_token(name: str) -> None:
    assert one(name, context_at(GONE, token="")).verdict == "skipped"
    wrong = one(name, context_at(GONE, token="", problem="does not accept the api_key"))
    assert (wrong.verdict, "does not accept the api_key" in wrong.measured) == ("failed", True)


def test_an_answer_that_never_comes_is_waited_for_only_so_long() -> None:
    with Server(lambda _: Answer(0)) as server:
        assert "no connection" in one("workers", context_at(server.url)).measured
