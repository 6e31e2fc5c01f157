"""Where the tiles of a dashboard go on a grid of twelve columns."""

from typing import Any

from posthog_emulator.models import Dashboard, Insight, Tile

COLUMNS = 12
DEFAULT_SIZE = (6, 5)
#: Colors that PostHog names, as the page paints them.
PAINT = {"blue": "#2f6fed", "green": "#2f9e62", "purple": "#8a5cf6", "black": "#24292f", "white": "#c9ced6"}


def placed_tiles(dashboard: Dashboard) -> list[dict[str, Any]]:
    """The tiles with their places; those without one follow below, two in a row."""
    tiles = dashboard.tiles.filter(deleted=False).exclude(insight__deleted=True).select_related("insight", "text")
    fixed = [_placed(tile, tile.layouts["sm"]) for tile in tiles if tile.layouts.get("sm")]
    below = max((tile["y"] + tile["h"] for tile in fixed), default=0)
    loose = [tile for tile in tiles if not tile.layouts.get("sm")]
    width, height = DEFAULT_SIZE
    for number, tile in enumerate(loose):
        place = {"x": number % 2 * width, "y": below + number // 2 * height, "w": width, "h": height}
        fixed.append(_placed(tile, place))
    return sorted(fixed, key=lambda tile: (tile["y"], tile["x"]))


def query_kind(insight: Insight) -> str:
    """What an insight shows, such as Funnels."""
    query = insight.body.get("query") or {}
    source = query.get("source")
    kind = source.get("kind") if isinstance(source, dict) else query.get("kind")
    return str(kind or "no query").removesuffix("Query")


def _placed(tile: Tile, place: dict[str, Any]) -> dict[str, Any]:
    """One tile; places beyond the grid are pulled back into it."""
    width = min(max(_whole(place.get("w"), DEFAULT_SIZE[0]), 1), COLUMNS)
    left = min(max(_whole(place.get("x"), 0), 0), COLUMNS - width)
    return {
        "x": left,
        "column": left + 1,
        "y": max(_whole(place.get("y"), 0), 0),
        "row": max(_whole(place.get("y"), 0), 0) + 1,
        "w": width,
        "h": max(_whole(place.get("h"), DEFAULT_SIZE[1]), 1),
        "paint": PAINT.get(tile.color or "", PAINT["white"]),
        "insight": tile.insight,
        "kind": query_kind(tile.insight) if tile.insight else None,
        "text": tile.text.body if tile.text else None,
        "button": tile.button_tile,
        "widget": tile.widget,
    }


def _whole(value: Any, default: int) -> int:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else default
