"""Where tiles go, and what is sent to bring them there."""

from __future__ import annotations

import typing as t

import pytest
from hypothesis import given
from unit.strategies.server import patch_tile
from unit.strategies.special import of_shape
from unit.strategies.stored_parts import tiles as stored_tiles
from unit.strategies.world import world

from ansible_collections.rollout.posthog.plugins.module_utils.errors import Invalid
from ansible_collections.rollout.posthog.plugins.module_utils.kinds.tile import (
    Tiles,
    decode_tiles,
    encode_tiles,
    overlap,
)

TILES = Tiles()


def places(*tiles: dict[str, t.Any]) -> list[tuple[int, int, int, int]]:
    return [tuple(tile["layout"][key] for key in "xywh") for tile in TILES.canonical(list(tiles))]


def at(x: int, y: int, w: int, h: int) -> dict[str, t.Any]:
    return {"layout": {"x": x, "y": y, "w": w, "h": h}}


def test_texts_over_the_width_and_insights_in_pairs() -> None:
    assert places({"text": "a"}, {"insight": "b"}, {"insight": "c"}, {"insight": "d"}, {"text": "e"}) == [
        (0, 0, 12, 2),
        (0, 2, 6, 5),
        (6, 2, 6, 5),
        (0, 7, 6, 5),
        (0, 12, 12, 2),
    ]


def test_below_what_has_a_place() -> None:
    assert places(
        {"text": "a", **at(0, 0, 3, 9)}, {"insight": "b"}, {"text": "c", **at(6, 20, 6, 1)}, {"insight": "d"}
    ) == [
        (0, 0, 3, 9),
        (0, 9, 6, 5),
        (6, 20, 6, 1),
        (0, 21, 6, 5),
    ]


def test_the_layout_decides_the_order() -> None:
    tiles = TILES.canonical(
        [{"text": "low", **at(0, 5, 6, 1)}, {"text": "right", **at(6, 0, 6, 1)}, {"text": "left", **at(0, 0, 6, 1)}]
    )
    assert [tile["text"] for tile in tiles] == ["left", "right", "low"]


@pytest.mark.parametrize(
    ("tiles", "message"),
    [
        ([{"text": "a", **at(0, 0, 6, 5)}, {"insight": "b", **at(5, 4, 6, 5)}], "the tiles 'a' and 'b' overlap"),
        ([{"text": "a\nb", **at(0, 0, 6, 5)}, {"text": "c", **at(0, 0, 1, 1)}], "the tiles 'a' and 'c' overlap"),
        ([{"text": "\n", **at(0, 0, 6, 5)}, {"text": "c", **at(0, 0, 1, 1)}], "the tiles '' and 'c' overlap"),
        ([{"text": "a", **at(8, 0, 6, 5)}], "[0].layout: x + w is 14; the grid has 12 columns"),
        ([{"text": "a", **at(0, 0, 0, 5)}], "[0].layout.w: must be between 1 and 12"),
        ([{"insight": "a"}, {"insight": "a"}], "insight 'a' is there twice"),
        ([{}], "[0]: a tile has either 'insight' or 'text'"),
        ([{"insight": "a", "text": "b"}], "[0]: a tile has either 'insight' or 'text'"),
        ([{"text": ""}], "[0]: a tile has either 'insight' or 'text'"),
        ([{"text": "a", "colour": "red"}], "[0]: unknown key 'colour'; did you mean 'color'?"),
    ],
)
def test_what_cannot_be(tiles: list[dict[str, t.Any]], message: str) -> None:
    with pytest.raises(Invalid) as caught:
        TILES.canonical(tiles)
    assert message in str(caught.value)


def test_an_insight_by_name_and_by_id_is_there_twice() -> None:
    with pytest.raises(Invalid, match="insight 'Weekly engaged' is there twice"):
        TILES.named(TILES.canonical([{"insight": 1}, {"insight": "Weekly engaged"}]), world())


@pytest.mark.parametrize(
    ("one", "other", "do"),
    [
        ((0, 0, 6, 5), (6, 0, 6, 5), False),
        ((0, 0, 6, 5), (0, 5, 6, 5), False),
        ((0, 0, 6, 5), (5, 4, 1, 1), True),
        ((3, 3, 1, 1), (0, 0, 12, 12), True),
    ],
)
def test_overlap(one: tuple[int, ...], other: tuple[int, ...], do: bool) -> None:
    first, second = (dict(zip("xywh", box, strict=True)) for box in (one, other))
    assert overlap(first, second) is overlap(second, first) is do


def test_the_phone_shows_one_below_the_other() -> None:
    tiles = TILES.canonical([{"text": "a"}, {"text": "b", "phone": {"y": 10, "h": 3}}, {"text": "c"}])
    sent = encode_tiles(tiles, world(), None)
    assert [tile["layouts"]["xs"] for tile in sent] == [
        {"x": 0, "y": 0, "w": 1, "h": 2},
        {"x": 0, "y": 10, "w": 1, "h": 3},
        {"x": 0, "y": 13, "w": 1, "h": 2},
    ]


def test_a_written_place_on_the_phone_is_compared_with_the_one_that_follows() -> None:
    """Decoding leaves out what follows from the order, and still finds it the same, or not."""
    stored = encode_tiles(TILES.canonical([{"text": "a"}]), world(), None)
    found = decode_tiles({"tiles": [{"id": 1, **stored[0]}]}, world())
    assert not TILES.differs(TILES.canonical([{"text": "a", "phone": {"y": 0, "h": 2}}]), found)
    assert TILES.differs(TILES.canonical([{"text": "a", "phone": {"y": 0, "h": 3}}]), found)


@given(of_shape(TILES), stored_tiles())
def test_a_patch_leads_from_any_tiles_to_the_wanted_ones(written: t.Any, before: list[dict[str, t.Any]]) -> None:
    """Once the insights are there; sent again it is empty, and buttons stay."""
    directory = world()
    wanted = TILES.named(TILES.canonical(written), directory)
    shown = {tile["insight"]["id"] for tile in before if tile.get("insight") and not tile.get("deleted")}
    ids = [directory.id_of("insight", tile["insight"]) for tile in wanted if tile["insight"] is not None]
    fresh = [
        {"id": 5000 + id, "insight": {"id": id}, "text": None, "layouts": {}, "color": None}
        for id in ids
        if id not in shown
    ]
    stored = {tile["id"]: tile for tile in [*before, *fresh]}
    for change in encode_tiles(wanted, directory, {"tiles": list(stored.values())}):
        patch_tile(stored, change)
    after = {"tiles": list(stored.values())}
    assert not TILES.differs(wanted, decode_tiles(after, directory))
    assert encode_tiles(wanted, directory, after) == []
    unmanaged = [tile for tile in before if tile.get("button_tile")]
    assert [tile for tile in after["tiles"] if tile.get("button_tile")] == unmanaged
