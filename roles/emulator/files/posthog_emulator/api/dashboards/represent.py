"""Dashboards as JSON: short in lists, with tiles by id."""

from typing import Any

from posthog_emulator.api.fields import unordered
from posthog_emulator.api.insights.represent import represent as represent_insights
from posthog_emulator.api.times import iso, now_iso
from posthog_emulator.models import Dashboard, Tile, User

FAR_DOWN = 1_000_000


def basic(dashboard: Dashboard, user: User) -> dict[str, Any]:
    """An item of a list: no tiles, filters, variables or colors."""
    body = dashboard.body
    return {
        "id": dashboard.pk,
        "name": dashboard.name,
        "description": body.get("description", ""),
        "pinned": dashboard.pinned,
        "created_at": iso(dashboard.created_at),
        "created_by": user.brief(),
        # Reading is an access, so this is different each time.
        "last_accessed_at": now_iso(),
        "last_viewed_at": now_iso(),
        "is_shared": False,
        "deleted": dashboard.deleted,
        "creation_mode": "default",
        "tags": unordered(body.get("tags", [])),
        "restriction_level": body.get("restriction_level", 21),
        "effective_restriction_level": body.get("restriction_level", 21),
        "effective_privilege_level": 37,
        "user_access_level": "manager",
        "access_control_version": "v2",
        "last_refresh": None,
        "team_id": dashboard.project_id,
    }


def full(dashboard: Dashboard, user: User) -> dict[str, Any]:
    """Everything."""
    body = dashboard.body
    filters, variables = body.get("filters") or {}, body.get("variables") or {}
    return {
        **basic(dashboard, user),
        "filters": filters,
        "variables": variables or None,
        "persisted_filters": filters or None,
        "persisted_variables": variables or None,
        "breakdown_colors": body.get("breakdown_colors", []),
        "data_color_theme_id": body.get("data_color_theme_id"),
        "quick_filter_ids": body.get("quick_filter_ids", []),
        "tiles": tiles_of(dashboard, user),
    }


def tiles_of(dashboard: Dashboard, user: User) -> list[dict[str, Any]]:
    """Tiles by place on the desktop grid: top to bottom, then left to right."""
    rows = dashboard.tiles.filter(deleted=False).exclude(insight__deleted=True).select_related("insight", "text")
    ordered = sorted(rows, key=_place)
    insights = [tile.insight for tile in ordered if tile.insight is not None]
    shown = {item["id"]: item for item in represent_insights(user, insights, basic=False)}
    return [_tile(tile, number, shown, user) for number, tile in enumerate(ordered)]


def _place(tile: Tile) -> tuple[float, float, int]:
    place = tile.layouts.get("sm") or {}
    return place.get("y", FAR_DOWN), place.get("x", FAR_DOWN), tile.pk


def _tile(tile: Tile, number: int, insights: dict[int, dict[str, Any]], user: User) -> dict[str, Any]:
    text = tile.text and {
        "id": tile.text.pk,
        "body": tile.text.body,
        "created_by": user.brief(),
        "last_modified_at": iso(tile.text.last_modified_at),
        "last_modified_by": user.brief(),
        "team": tile.dashboard.project_id,
    }
    return {
        "id": tile.pk,
        "insight": insights[tile.insight_id] if tile.insight_id else None,
        "text": text,
        "button_tile": tile.button_tile,
        "widget": tile.widget,
        "layouts": tile.layouts,
        "color": tile.color,
        "filters_overrides": tile.filters_overrides or {},
        "show_description": tile.show_description,
        "transparent_background": tile.transparent_background,
        "order": number,
        "last_refresh": now_iso() if tile.insight_id else None,
        "is_cached": bool(tile.insight_id),
    }
