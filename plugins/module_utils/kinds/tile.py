# SPDX-License-Identifier: GPL-3.0-or-later
"""Tiles of a dashboard: insights and texts, placed on a grid of 12 columns.

    {insight: Onboarding funnel, layout: {x: 0, y: 2, w: 12, h: 5}, color: blue, show_description: true}
    {text: "## How people arrive"}

The layout decides the order. A tile without one is put below what comes before it in the list: a text over the whole
width, insights two in a row. The phone's grid follows from the order unless `phone` is written. Buttons and widgets
that a person added are left alone.
"""

from __future__ import annotations

import itertools
import json
import typing as t

from ..errors import Invalid
from ..resource import Ids, Names, Wire, lenient
from ..shape import Boolean, ListOf, Number, Part, Record, Ref, Text
from ..values import same

COLUMNS = 12
INSIGHT_SIZE = {"w": 6, "h": 5}
TEXT_SIZE = {"w": COLUMNS, "h": 2}


def within_grid(layout: dict[str, t.Any]) -> None:
    if layout["x"] + layout["w"] > COLUMNS:
        raise Invalid(f"x + w is {layout['x'] + layout['w']}; the grid has {COLUMNS} columns")


LAYOUT = Record(
    {
        "x": Part(Number(least=0, most=COLUMNS - 1, whole=True), required=True),
        "y": Part(Number(least=0, whole=True), required=True),
        "w": Part(Number(least=1, most=COLUMNS, whole=True), required=True),
        "h": Part(Number(least=1, whole=True), required=True),
    },
    check=within_grid,
    null=None,
)
PHONE = Record(
    {
        "y": Part(Number(least=0, whole=True), required=True),
        "h": Part(Number(least=1, whole=True), required=True),
    }
)


def one_content(tile: dict[str, t.Any]) -> None:
    if (tile["insight"] is None) == (tile["text"] is None):
        raise Invalid("a tile has either 'insight' or 'text'")


TILE = Record(
    {
        "insight": Part(Ref("insight", null=None), None),
        "text": Part(Text(null=None, longest=4000), None),
        "layout": Part(LAYOUT, None),
        "phone": Part(PHONE, managed=False),
        "color": Part(Text(null=None), None),
        "show_description": Part(Boolean(null=False), False),
        "transparent_background": Part(Boolean(null=False), False),
    },
    check=one_content,
)


class Tiles(ListOf):
    """All insight and text tiles of a dashboard, in the order of the grid."""

    def __init__(self) -> None:
        super().__init__(TILE)

    def parse(self, value: t.Any) -> t.Any:
        tiles = super().parse(value)
        refuse_repeats(tiles)
        place(tiles)
        for one, other in itertools.combinations(tiles, 2):
            if overlap(one["layout"], other["layout"]):
                raise Invalid(f"the tiles '{title(one)}' and '{title(other)}' overlap")
        return in_order(tiles)

    def differs(self, desired: t.Any, actual: t.Any) -> bool:
        if isinstance(actual, list) and all(isinstance(tile, dict) for tile in actual):
            # Decoding leaves out the place on the phone that follows from the order.
            actual = [{"phone": phone, **tile} for tile, phone in zip(actual, phones(actual))]
        return super().differs(desired, actual)

    def named(self, value: t.Any, names: Names) -> t.Any:
        tiles = super().named(value, names)
        # The same insight may be there by name and by id.
        refuse_repeats(tiles)
        return tiles


def refuse_repeats(tiles: list[dict[str, t.Any]]) -> None:
    names = [tile["insight"] for tile in tiles if tile["insight"] is not None]
    for name in names:
        if names.count(name) > 1:
            raise Invalid(f"insight '{name}' is there twice; a dashboard shows an insight once")


def title(tile: t.Mapping[str, t.Any]) -> str:
    return str(tile["insight"] if tile["insight"] is not None else tile["text"].partition("\n")[0])


def place(tiles: list[dict[str, t.Any]]) -> None:
    """Gives a place to the tiles that have none."""
    bottom, beside = 0, None
    for tile in tiles:
        if tile["layout"] is None:
            size = TEXT_SIZE if tile["insight"] is None else INSIGHT_SIZE
            if beside and tile["insight"] is not None:
                tile["layout"], beside = {"x": size["w"], "y": beside["y"], **size}, None
            else:
                tile["layout"] = {"x": 0, "y": bottom, **size}
                beside = tile["layout"] if tile["insight"] is not None else None
        else:
            beside = None
        bottom = max(bottom, tile["layout"]["y"] + tile["layout"]["h"])


def overlap(one: t.Mapping[str, int], other: t.Mapping[str, int]) -> bool:
    return all(
        one[start] < other[start] + other[size] and other[start] < one[start] + one[size]
        for start, size in (("x", "w"), ("y", "h"))
    )


def in_order(tiles: list[dict[str, t.Any]]) -> list[dict[str, t.Any]]:
    """Sorted as PostHog sorts them; tiles that the server places by itself come last."""

    def position(tile: dict[str, t.Any]) -> t.Any:
        layout = tile["layout"]
        return (1, 0, 0, title(tile)) if layout is None else (0, layout["y"], layout["x"], title(tile))

    return sorted(tiles, key=position)


# -- decode -------------------------------------------------------------------------------------------------------


def decode_tiles(wire: Wire, names: Names) -> list[t.Any]:
    tiles = in_order([decode_tile(tile, names) for tile in own_tiles(wire)])
    for tile, phone in zip(tiles, phones(tiles)):
        if tile.get("phone") == phone:
            del tile["phone"]
    return tiles


def phones(tiles: list[t.Any]) -> t.Iterator[dict[str, int]]:
    """The places on the phone's grid: as written, or below the tile before."""
    bottom = 0
    for tile in tiles:
        place = {"y": bottom, "h": (tile.get("layout") or {}).get("h", 1)}
        yield place
        taken = tile.get("phone") or place
        bottom = taken["y"] + taken["h"]


def own_tiles(wire: Wire) -> list[Wire]:
    """The tiles that this module manages."""
    found = wire.get("tiles") or []
    return [tile for tile in found if not tile.get("deleted") and (tile.get("insight") or tile.get("text"))]


def decode_tile(tile: Wire, names: Names) -> dict[str, t.Any]:
    layouts = layouts_of(tile)
    shown = {
        "layout": lenient(LAYOUT, box(layouts["sm"], "xywh")) if layouts.get("sm") else None,
        "color": tile.get("color"),
        "show_description": bool(tile.get("show_description")),
        "transparent_background": bool(tile.get("transparent_background")),
        "insight": names.name_of("insight", tile["insight"]["id"]) if tile.get("insight") else None,
        "text": None if tile.get("insight") else tile["text"].get("body") or "",
    }
    if layouts.get("xs"):
        shown["phone"] = box(layouts["xs"], "yh")
    return shown


def layouts_of(tile: Wire) -> Wire:
    """Old rows hold the layouts as JSON text (reference 5.1)."""
    layouts = tile.get("layouts") or {}
    return dict(json.loads(layouts)) if isinstance(layouts, str) else layouts


def box(layout: Wire, keys: str) -> Wire:
    return {key: layout.get(key) for key in keys}


# -- encode -------------------------------------------------------------------------------------------------------


def encode_tiles(tiles: list[t.Any], ids: Ids, actual: Wire | None) -> list[Wire]:
    """The PATCH that turns the dashboard's tiles into the desired ones: only what changes, and what goes."""
    left = own_tiles(actual or {})
    changes: list[Wire] = []
    pairs = pair(tiles, left, ids)
    for (tile, stored), phone in zip(pairs, phones(tiles)):
        change = encode_tile(tile, stored, tile.get("phone") or phone)
        if change:
            changes.append(change)
    kept = [stored["id"] for _tile, stored in pairs if stored]
    return changes + [{"id": stored["id"], "deleted": True} for stored in left if stored["id"] not in kept]


def pair(tiles: list[t.Any], stored: list[Wire], ids: Ids) -> list[tuple[t.Any, Wire | None]]:
    """Each desired tile with the stored one that becomes it: same insight, same text, else any text that is left."""
    insights = {tile["insight"]["id"]: tile for tile in stored if tile.get("insight")}
    texts = [tile for tile in stored if not tile.get("insight")]
    found: dict[int, Wire | None] = {}
    for index, tile in enumerate(tiles):
        if tile["insight"] is not None:
            found[index] = insights.get(ids.id_of("insight", tile["insight"]))
        else:
            twin = next((text for text in texts if text["text"].get("body") == tile["text"]), None)
            if twin:
                texts.remove(twin)
                found[index] = twin
    for index in range(len(tiles)):
        if index not in found:
            found[index] = texts.pop(0) if texts else None
    return [(tile, found[index]) for index, tile in enumerate(tiles)]


def encode_tile(tile: t.Mapping[str, t.Any], stored: Wire | None, phone: t.Mapping[str, int]) -> Wire | None:
    """What must be sent for one tile; None where nothing, or where the insight has to be put there first."""
    change: Wire = {"color": tile["color"]}
    for flag in ("show_description", "transparent_background"):
        if tile[flag] or (stored or {}).get(flag):
            change[flag] = tile[flag]
    before = layouts_of(stored or {})
    change["layouts"] = {
        "sm": {**before.get("sm", {}), **tile["layout"]},
        "xs": {**before.get("xs", {}), "x": 0, "w": 1, **phone},
    }
    if stored is None:
        return None if tile["insight"] is not None else {**change, "text": {"body": tile["text"]}}
    if unchanged(tile, stored):
        return None
    if tile["insight"] is None and stored["text"].get("body") != tile["text"]:
        # Without the text's own id the server would put a second text behind this tile (reference 5.1).
        change["text"] = {"id": stored["text"]["id"], "body": tile["text"]}
    return {"id": stored["id"], **change}


class Anyone:
    """Names for a comparison in which the content is known to be the same."""

    def __init__(self, name: t.Any) -> None:
        self.name = name

    def name_of(self, kind: str, id: t.Any) -> t.Any:
        return self.name


def unchanged(tile: t.Mapping[str, t.Any], stored: Wire) -> bool:
    actual = decode_tile(stored, Anyone(tile["insight"]))
    return all(same(value, actual.get(key)) for key, value in tile.items())
