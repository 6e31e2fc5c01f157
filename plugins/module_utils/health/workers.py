# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the background workers live, as PostHog's preflight says: a dead Celery hides behind a green site."""

from __future__ import annotations

from ..errors import Unreachable
from .context import Context
from .probe import Answer
from .result import FAILED, OK, WARNING, Result, failed
from .settings import Options

OPTIONS = {"url": {"type": "str"}}
NAME = "workers"
#: Parts of the preflight without which nothing is worked off; others are told of, too.
NEEDED = ("celery", "db", "redis", "clickhouse", "kafka")
WATCHED = ("plugins",)


def look(context: Context, options: Options) -> list[Result]:
    base = (options["url"] or context.settings.host).rstrip("/")
    try:
        answer = context.probe.get(f"{base}/_preflight")
    except Unreachable as problem:
        return [failed(NAME, str(problem), "See whether the host, its proxy and the service web run.")]
    return [judge(answer)]


def judge(answer: Answer) -> Result:
    """A part that this PostHog does not tell of is not held against it, but for Celery."""
    parts = answer.content if isinstance(answer.content, dict) else {}
    if not answer.good or "celery" not in parts:
        return failed(
            NAME,
            f"/_preflight answered {answer.said()}, and says nothing of Celery",
            "Let the proxy send /_preflight to the service web, or give workers.url an address that does.",
        )
    told = {part: parts[part] is True for part in (*NEEDED, *WATCHED) if part in parts}
    broken = [part for part, well in told.items() if not well]
    if not broken:
        return Result(NAME, OK, f"{', '.join(told)} live", facts={"parts": told})
    dead = any(part in NEEDED for part in broken)
    advice = (
        "See the log and the restarts of the service worker; async migrations that are not complete, or a broker that"
        " evicts keys, stop it."
        if "celery" in broken
        else f"See whether the services behind {', '.join(broken)} run."
    )
    return Result(NAME, FAILED if dead else WARNING, f"not alive: {', '.join(broken)}", advice, {"parts": told})
