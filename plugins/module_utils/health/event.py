# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether an event arrives: one is sent as an SDK would, and looked for where insights would find it."""

from __future__ import annotations

import time
import typing as t
import uuid

from ..errors import ApiError, RolloutError, Unreachable
from .arrival import CLICKHOUSE, Lookup, Sent, lookup_of
from .context import Context
from .probe import Answer
from .result import OK, WARNING, Result, failed, skipped
from .settings import Options

#: Who sends the event; to be filtered out in the project as an internal user.
DISTINCT_ID = "rollout-health"
EVENT = "rollout_health_check"
OPTIONS = {
    "distinct_id": {"type": "str", "default": DISTINCT_ID},
    "warning_seconds": {"type": "float", "default": 30.0},
    "failed_seconds": {"type": "float", "default": 60.0},
    "clickhouse": CLICKHOUSE,
}
NAME = "event"
#: Seconds between two looks. They grow, since queries are limited to 120 an hour on some servers (reference API 1.5).
PAUSES = (0.5, 1, 2, 4, 8, 15)


def look(context: Context, options: Options) -> list[Result]:
    if not context.may_write:
        return [skipped(NAME, "an event is a write, and check mode makes none")]
    if not context.token:
        return [context.without_token(NAME)]
    try:
        lookup = lookup_of(context, options["clickhouse"])
    except RolloutError as problem:
        return [failed(NAME, f"its arrival cannot be looked up: {problem}", "Mend api_key and project.")]
    if lookup is None:
        return [skipped(NAME, "without api_key and project, or event.clickhouse, its arrival cannot be looked up")]
    sent = Sent(uuid.uuid4().hex, EVENT, options["distinct_id"])
    refused = send(context, sent)
    return [refused or follow(lookup, sent, options)]


def send(context: Context, sent: Sent) -> Result | None:
    """None where capture has taken it, otherwise why not."""
    body = {
        "api_key": context.token,
        "event": sent.event,
        "distinct_id": sent.distinct_id,
        # Monitoring is nobody: no person is made of it.
        "properties": {"health_run": sent.run, "$process_person_profile": False, "$geoip_disable": True},
        "timestamp": context.now.isoformat(),
    }
    try:
        answer = context.probe.post(f"{context.settings.ingest_host}/i/v0/e/", json=body)
    except Unreachable as problem:
        advice = "See whether the proxy and the service capture run."
        return failed(NAME, f"unreachable: {problem}", advice, outcome="unreachable")
    return refusal(answer)


def refusal(answer: Answer) -> Result | None:
    """None for an answer that takes the event."""
    content = answer.content if isinstance(answer.content, dict) else {}
    if answer.good and content.get("quota_limited"):
        measured = f"dropped: the quota of {', '.join(map(str, content['quota_limited']))} is used up"
        return failed(NAME, measured, "See the billing of the project.", outcome="dropped")
    if answer.good:
        return None
    if answer.status == 401:
        advice = "Is project_token the token (phc_...) of a project there?"
    elif answer.status in (403, 404):
        advice = "Let the proxy send /i/v0 to the service capture; the service web refuses events."
    else:
        advice = "See the logs of the proxy and of the service capture."
    return failed(NAME, f"rejected: {answer.said()}", advice, outcome="rejected", status=answer.status)


def follow(lookup: Lookup, sent: Sent, options: Options) -> Result:
    """Looks until the event is there, or the time is up."""
    started = time.monotonic()
    unsure = ""
    for pause in pauses(started + options["failed_seconds"]):
        time.sleep(pause)
        try:
            found = lookup(sent)
        except ApiError as problem:
            # The server has understood and will say so again.
            return unknown(problem)
        except RolloutError as problem:
            unsure = str(problem)
            continue
        unsure = ""
        if found:
            return arrived(time.monotonic() - started, options)
    if unsure:
        return unknown(unsure)
    return failed(
        NAME,
        f"dropped: it was taken, and is not there after {options['failed_seconds']:g} s",
        "See the services ingestion-general, kafka and clickhouse, their lag and their logs; and whether project_token"
        " is of the project that is asked.",
        outcome="dropped",
    )


def pauses(deadline: float) -> t.Iterator[float]:
    """Seconds to wait before each look; the last look is at the deadline."""
    for number in range(10**6):
        left = deadline - time.monotonic()
        if left <= 0 and number:
            return
        yield max(0.0, min(PAUSES[min(number, len(PAUSES) - 1)], left))


def unknown(problem: object) -> Result:
    return failed(
        NAME,
        f"it was taken, but whether it arrived cannot be looked up: {problem}",
        "Mend what is used to look it up: api_key with the scope query:read, or event.clickhouse.",
        outcome="unknown",
    )


def arrived(seconds: float, options: Options) -> Result:
    facts = {"outcome": "ingested", "seconds": round(seconds, 1)}
    if seconds >= options["warning_seconds"]:
        return Result(NAME, WARNING, f"ingested after {seconds:.0f} s", "See the lag of ingestion-general.", facts)
    return Result(NAME, OK, f"ingested after {seconds:.1f} s", facts=facts)
