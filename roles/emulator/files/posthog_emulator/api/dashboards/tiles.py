"""Changing the tiles of a dashboard."""

from typing import Any, NoReturn

from django.utils import timezone
from rest_framework.serializers import ValidationError

from posthog_emulator.models import Dashboard, Text, Tile

#: How a tile is shown; entries with nothing else never create a tile.
DISPLAY = ("layouts", "color", "filters_overrides", "show_description", "transparent_background")
MAX_TEXT = 4000


def write(dashboard: Dashboard, entries: Any) -> None:
    """Apply the `tiles` of a PATCH; tiles that are not listed stay."""
    if not isinstance(entries, list):
        _refuse("Tiles must be a list.")
    for entry in entries:
        if not isinstance(entry, dict):
            _refuse("A tile must be an object.")
        _write_one(dashboard, entry)


def _write_one(dashboard: Dashboard, entry: dict[str, Any]) -> None:
    tile = dashboard.tiles.filter(pk=entry["id"]).first() if entry.get("id") else None
    content = [name for name in ("text", "button_tile", "widget") if entry.get(name)]
    if entry.get("id") and tile is None:
        return  # another dashboard's tile, or nobody's: passed over in silence
    if tile is None:
        if not content:
            return
        tile = Tile(dashboard=dashboard)
    if entry.get("text"):
        tile.text = _text(tile, entry["text"])
    for name in ("button_tile", "widget"):
        if entry.get(name):
            setattr(tile, name, entry[name])
    if "layouts" in entry and not isinstance(entry["layouts"], dict | None):
        _refuse("Layouts must be an object.")
    for name in DISPLAY:
        if name in entry:
            setattr(tile, name, {} if name == "layouts" and entry[name] is None else entry[name])
    if "deleted" in entry:
        tile.deleted = bool(entry["deleted"])
    tile.save()


def _text(tile: Tile, sent: Any) -> Text:
    """The text with the given id is changed; without an id there is a new one."""
    body = sent.get("body") if isinstance(sent, dict) else None
    if not isinstance(body, str) or not body:
        _refuse("Text tile needs a body.")
    if len(body) > MAX_TEXT:
        _refuse(f"Text tile body is longer than {MAX_TEXT} characters.")
    text = tile.text if tile.text is not None and sent.get("id") == tile.text.pk else Text()
    text.body = body
    text.last_modified_at = timezone.now()
    text.save()
    return text


def reorder(dashboard: Dashboard, order: list[int], layout: str) -> None:
    """Lay tiles out again, one after the other, in the given order."""
    tiles = {tile.pk: tile for tile in dashboard.tiles.filter(deleted=False)}
    if unknown := [number for number in order if number not in tiles]:
        raise ValidationError({"tile_order": [f"Tile {unknown[0]} is not on this dashboard."]})
    left, top, row_height = 0, 0, 0
    for place, number in enumerate(order):
        tile = tiles[number]
        before = tile.layouts.get("sm") or {}
        width = {"two_column": 6, "full_width": 12}.get(layout) or before.get("w", 6)
        height = before.get("h", 5)
        if left + width > 12:
            left, top, row_height = 0, top + row_height, 0
        tile.layouts = {
            "sm": {**before, "x": left, "y": top, "w": width, "h": height},
            "xs": {"x": 0, "y": place * 5, "w": 1, "h": 5},
        }
        tile.save()
        left, row_height = left + width, max(row_height, height)


def _refuse(message: str) -> NoReturn:
    raise ValidationError({"tiles": [message]})
