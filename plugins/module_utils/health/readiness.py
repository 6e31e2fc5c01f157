# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether PostHog says of itself that it can serve. Never /health: that is the login page, and always 200."""

from __future__ import annotations

from ..errors import Unreachable
from .context import Context
from .probe import Answer
from .result import OK, Result, failed
from .settings import Options

OPTIONS = {
    "url": {"type": "str"},
    "roles": {"type": "list", "elements": "str", "default": ["web", "worker"]},
}


def look(context: Context, options: Options) -> list[Result]:
    base = (options["url"] or context.settings.host).rstrip("/")
    return [ask(context, base, role) for role in options["roles"]]


def ask(context: Context, base: str, role: str) -> Result:
    name = f"readiness {role}"
    try:
        answer = context.probe.get(f"{base}/_readyz?role={role}")
    except Unreachable as problem:
        return failed(name, str(problem), "See whether the host, its proxy and the service web run.")
    return judge(name, role, answer)


def judge(name: str, role: str, answer: Answer) -> Result:
    """200 is only an answer of PostHog's with a map of what it needs, all of it true (reference 2)."""
    parts = answer.content if isinstance(answer.content, dict) else {}
    if answer.status == 400:
        return failed(name, f"PostHog knows no role {role}", "Mend readiness.roles: web, worker, events, decide.")
    if answer.status not in (200, 503) or "http" not in parts:
        return failed(
            name,
            f"/_readyz answered {answer.said()}, which is not PostHog's readiness",
            "Let the proxy send /_readyz to the service web, or give readiness.url an address that does.",
        )
    broken = sorted(part for part, well in parts.items() if well is not True)
    if broken or answer.status != 200:
        return failed(
            name,
            f"PostHog cannot use {', '.join(broken) or 'something that it does not name'}",
            f"See whether these services run, and the log of the service {'worker' if role == 'worker' else 'web'}.",
            broken=broken,
        )
    return Result(name, OK, f"{', '.join(sorted(parts))} can be used", facts={"broken": []})
