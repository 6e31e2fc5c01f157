# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether feature flags are evaluated, by the endpoint that SDKs ask."""

from __future__ import annotations

from ..errors import Unreachable
from .context import Context
from .event import DISTINCT_ID
from .probe import Answer
from .result import OK, WARNING, Result, failed
from .settings import Options

OPTIONS: Options = {}
NAME = "flags"


def look(context: Context, options: Options) -> list[Result]:
    if not context.token:
        return [context.without_token(NAME)]
    body = {"api_key": context.token, "distinct_id": DISTINCT_ID}
    try:
        answer = context.probe.post(f"{context.settings.ingest_host}/flags/?v=2", json=body)
    except Unreachable as problem:
        return [failed(NAME, str(problem), "See whether the proxy and the service feature-flags run.")]
    return [judge(answer)]


def judge(answer: Answer) -> Result:
    """An answer of version 2 has a mapping of flags, and says whether evaluating went wrong (reference API 24)."""
    content = answer.content if isinstance(answer.content, dict) else {}
    if answer.status == 401:
        return failed(NAME, f"refused: {answer.said()}", "Is project_token the token (phc_...) of a project there?")
    if not answer.good or not isinstance(content.get("flags"), dict):
        return failed(
            NAME,
            f"/flags/ answered {answer.said()}, and no flags",
            "Let the proxy send /flags to the service feature-flags, and see its log.",
        )
    count = len(content["flags"])
    if content.get("errorsWhileComputingFlags"):
        return failed(NAME, "flags were answered, but not all could be computed", "See the log of feature-flags.")
    if content.get("quotaLimited"):
        return Result(NAME, WARNING, "the quota of flag requests is used up", "See the billing of the project.")
    return Result(NAME, OK, f"{count} evaluated", facts={"flags": count})
