"""From an answer to a sentence that says what to do."""

from __future__ import annotations

import typing as t

import pytest
import requests

from ansible_collections.rollout.posthog.plugins.module_utils.errors import ApiError, Invalid, Partial
from ansible_collections.rollout.posthog.plugins.module_utils.explain import explain, wrong_host

HOST = "https://posthog.example.com"


def explained(status: int, content: t.Any, **headers: str) -> ApiError:
    response = requests.Response()
    response.status_code = status
    response.headers.update(headers)
    return explain("PATCH", "/api/projects/1/x/2/", response, content, HOST)


@pytest.mark.parametrize(
    ("status", "content", "sentence"),
    [
        (401, {"detail": "Invalid.", "code": "authentication_failed"}, "does not accept the api_key (Invalid.)"),
        (
            403,
            {"detail": "API key missing required scope 'feature_flag:write'"},
            "the api_key lacks the scope feature_flag:write; add it to the key",
        ),
        (403, {"detail": "No."}, "the api_key may not do this (No.)"),
        (404, {"detail": "Not found."}, f"there is no /api/projects/1/x/2/ on {HOST} (Not found.)"),
        (404, None, f"there is no /api/projects/1/x/2/ on {HOST}"),
        (
            400,
            {"type": "validation_error", "code": "unique", "detail": "Taken.", "attr": "key"},
            "PostHog answered 400 for key: Taken. (unique)",
        ),
        (400, {"error": "Not so."}, "PostHog answered 400: Not so."),
        (400, {"success": False, "error": "Deleted."}, "PostHog answered 400: Deleted."),
        (500, {}, "instead of JSON"),
        (405, None, "instead of JSON"),
        (400, ["a list"], "instead of JSON"),
        (402, {"code": "payment_required"}, "PostHog answered 402: payment_required (payment_required)"),
    ],
)
def test_sentences(status: int, content: t.Any, sentence: str) -> None:
    assert sentence in str(explained(status, content))


def test_facts_are_kept() -> None:
    envelope = {"type": "server_error", "code": "conflict", "detail": "Wait.", "attr": None, "change_request_id": "c1"}
    problem = explained(409, envelope, **{"X-Request-Id": "r1"})
    assert problem.extra == {"change_request_id": "c1"}
    facts = problem.details()["failure"]
    assert facts == {
        "method": "PATCH",
        "path": "/api/projects/1/x/2/",
        "status": 409,
        "code": "conflict",
        "attr": None,
        "detail": "Wait.",
        "request_id": "r1",
    }


def test_hosts_that_only_take_events() -> None:
    assert "https://eu.posthog.com" in str(wrong_host("eu.i.posthog.com"))
    assert "region: us" in str(wrong_host("us-assets.i.posthog.com"))
    assert wrong_host("us.posthog.com") is None
    assert wrong_host("eu.i.posthog.com.example.com") is None


def test_equal_failures_are_said_once() -> None:
    same = [(f"flag {n}", Invalid("taken")) for n in range(5)]
    assert str(Partial([*same, ("cohort c", Invalid("odd"))])) == "flag 0, flag 1 and 3 more: taken; cohort c: odd"
