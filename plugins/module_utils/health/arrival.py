# SPDX-License-Identifier: GPL-3.0-or-later
"""Where an event is looked for: by PostHog's API as insights do, or in ClickHouse itself."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ..client import Client
from ..errors import ApiError, RolloutError
from .context import Context
from .settings import Options


@dataclass(frozen=True)
class Sent:
    """One event on its way; `run` is what it is found by."""

    run: str
    event: str
    distinct_id: str


Lookup = t.Callable[[Sent], bool]

CLICKHOUSE: dict[str, t.Any] = {
    "type": "dict",
    "options": {
        "url": {"type": "str", "required": True},
        "user": {"type": "str", "default": "default"},
        "password": {"type": "str", "no_log": True},
        "database": {"type": "str", "default": "posthog"},
    },
}

# A negative answer must not come from a cache, hence force_blocking (reference API 22).
REFRESH = "force_blocking"
HOGQL = (
    "SELECT count() FROM events WHERE event = {event} AND distinct_id = {distinct_id}"
    " AND properties.health_run = {run} AND timestamp > now() - INTERVAL 1 HOUR"
)
SQL = (
    "SELECT count() FROM events WHERE event = {event:String} AND distinct_id = {distinct_id:String}"
    " AND JSONExtractString(properties, 'health_run') = {run:String} AND timestamp > now() - INTERVAL 1 HOUR"
)


def lookup_of(context: Context, clickhouse: Options | None) -> Lookup | None:
    """ClickHouse where it is given, otherwise the API; None without either. Raises RolloutError."""
    if clickhouse:
        return in_clickhouse(context, clickhouse)
    if context.client is not None and context.project is not None:
        return by_api(context.client, context.project)
    if context.problem:
        raise RolloutError(context.problem)
    return None


def values(sent: Sent) -> dict[str, str]:
    return {"event": sent.event, "distinct_id": sent.distinct_id, "run": sent.run}


def by_api(client: Client, project: int) -> Lookup:
    def lookup(sent: Sent) -> bool:
        query = {"kind": "HogQLQuery", "query": HOGQL, "values": values(sent)}
        answer = client.write("POST", f"/api/projects/{project}/query/", {"query": query, "refresh": REFRESH})
        return count_of(answer) > 0

    return lookup


def count_of(answer: t.Any) -> int:
    """The number in the only cell. Raises RolloutError."""
    rows = answer.get("results") if isinstance(answer, dict) else None
    try:
        return int(rows[0][0])  # type: ignore[index] # what is no table is told of below
    except (TypeError, IndexError, KeyError, ValueError):
        raise RolloutError("PostHog answered the query with something else than a count") from None


def in_clickhouse(context: Context, clickhouse: Options) -> Lookup:
    """By the HTTP interface; credentials go in headers, which are in no log of its."""
    headers = {"X-ClickHouse-User": clickhouse["user"], "X-ClickHouse-Key": clickhouse["password"] or ""}

    def lookup(sent: Sent) -> bool:
        params = {"database": clickhouse["database"], **{f"param_{key}": text for key, text in values(sent).items()}}
        answer = context.probe.post(clickhouse["url"], data=SQL.encode(), params=params, headers=headers)
        if not answer.good:
            said = f"ClickHouse answered {answer.said()}"
            raise ApiError(said, method="POST", path=clickhouse["url"], status=answer.status)
        try:
            return int(answer.text) > 0
        except ValueError:
            raise RolloutError("ClickHouse answered the query with something else than a count") from None

    return lookup
