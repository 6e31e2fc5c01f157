# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether browsers get the project's settings, without which posthog-js starts nothing."""

from __future__ import annotations

from ..errors import Unreachable
from .context import Context
from .probe import Answer
from .result import OK, Result, failed
from .settings import Options

OPTIONS: Options = {}
NAME = "remote config"


def look(context: Context, options: Options) -> list[Result]:
    if not context.token:
        return [context.without_token(NAME)]
    try:
        answer = context.probe.get(f"{context.settings.ingest_host}/array/{context.token}/config")
    except Unreachable as problem:
        return [failed(NAME, str(problem), "See whether the proxy and the service hypercache-server run.")]
    return [judge(answer, context.token)]


def judge(answer: Answer, token: str) -> Result:
    """The configuration names the token that it is of."""
    content = answer.content if isinstance(answer.content, dict) else {}
    if answer.status == 404:
        return failed(
            NAME,
            "there is no configuration for this token",
            "Is project_token of a project there? If so, see whether the service worker fills the cache.",
        )
    if not answer.good or content.get("token") != token:
        return failed(
            NAME,
            f"/array/ answered {answer.said()}, and not this project's configuration",
            "Let the proxy send /array to the service hypercache-server, and see its log.",
        )
    return Result(NAME, OK, "served to browsers")
