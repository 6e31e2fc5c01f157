"""Insights as JSON."""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from posthog_emulator.api.fields import unordered
from posthog_emulator.api.times import iso, now_iso
from posthog_emulator.models import Insight, Tile, User

#: The version that the schema upgrade writes into a query's source on read.
QUERY_VERSIONS = {"TrendsQuery": 2, "FunnelsQuery": 1, "RetentionQuery": 2, "PathsQuery": 1, "StickinessQuery": 1}
WRAPPERS = ("InsightVizNode", "DataTableNode", "DataVisualizationNode")
#: basic=true leaves out whatever needs computing.
COMPUTED = ("result", "hasMore", "columns", "hogql", "types", "query_status", "resolved_date_range")


def represent(user: User, insights: Sequence[Insight], *, basic: bool) -> list[dict[str, Any]]:
    """All of them, with one look-up for their tiles."""
    tiles: dict[int, list[tuple[int, int]]] = defaultdict(list)
    shown = Tile.objects.filter(insight__in=insights, deleted=False, dashboard__deleted=False)
    for insight, tile, dashboard in shown.values_list("insight_id", "pk", "dashboard_id"):
        tiles[insight].append((tile, dashboard))
    brief = user.brief()
    items = [_insight(row, brief, tiles[row.pk]) for row in insights]
    if basic:
        items = [{name: value for name, value in item.items() if name not in COMPUTED} for item in items]
    return items


def upgraded(query: dict[str, Any] | None) -> dict[str, Any] | None:
    """The query with the versions that reading adds to it."""
    if not query:
        return query
    kind = query.get("kind")
    if kind in WRAPPERS and isinstance(query.get("source"), dict):
        return {**query, "source": upgraded(query["source"])}
    return {**query, "version": QUERY_VERSIONS[kind]} if kind in QUERY_VERSIONS else query


def _insight(insight: Insight, brief: dict[str, Any], tiles: Iterable[tuple[int, int]]) -> dict[str, Any]:
    body = insight.body
    pairs = [{"id": tile, "dashboard_id": dashboard, "deleted": None} for tile, dashboard in tiles]
    query = body.get("query")
    return {
        "id": insight.pk,
        "short_id": insight.short_id,
        "name": insight.name,
        "derived_name": body.get("derived_name"),
        "query": upgraded(query),
        "filters": {} if query else body.get("filters", {}),
        "order": body.get("order"),
        "deleted": insight.deleted,
        "dashboards": unordered([entry["dashboard_id"] for entry in pairs]),
        "dashboard_tiles": pairs,
        **_computed(),
        "created_at": iso(insight.created_at),
        "created_by": brief,
        "description": body.get("description", ""),
        "updated_at": iso(insight.updated_at),
        "tags": unordered(body.get("tags", [])),
        "favorited": insight.favorited,
        "saved": insight.saved,
        "last_modified_at": iso(insight.updated_at),
        "last_modified_by": brief,
        "is_sample": False,
        "effective_restriction_level": 21,
        "effective_privilege_level": 37,
        "user_access_level": "manager",
        "timezone": "UTC",
        "alerts": [],
        "search_match_type": None,
    }


def _computed() -> dict[str, Any]:
    """What comes out of the query cache, and so is different each time."""
    return {
        "last_refresh": now_iso(),
        "cache_target_age": now_iso(),
        "next_allowed_client_refresh": now_iso(),
        "last_viewed_at": now_iso(),
        "result": [{"count": random.random()}],
        "hasMore": None,
        "columns": None,
        "is_cached": True,
        "query_status": None,
        "hogql": "SELECT 1",
        "types": None,
        "resolved_date_range": {"date_from": now_iso(), "date_to": now_iso()},
        "filters_hash": f"{random.getrandbits(64):016x}",
    }
