"""Tiles of a dashboard: order, places, texts that are edited in place, insights that are put on and taken off."""

from __future__ import annotations

from typing import Any

import pytest
from integration.builders import Entry, dashboard, insight, layout
from integration.hand import Hand

from support.task import Tasks

TEXT = "## How people arrive"


@pytest.fixture
def shown(task: Tasks) -> None:
    """Insights to put on dashboards."""
    task("apply", insights=[insight(name) for name in ("Views", "Clicks", "Signups")])


def tiles(hand: Hand, name: str = "Activation") -> list[Entry]:
    return [tile for tile in hand.find("dashboards", name)["tiles"] if not tile.get("deleted")]


def content(tile: Entry) -> str:
    return str(tile["insight"]["name"] if tile.get("insight") else tile["text"]["body"])


def places(hand: Hand) -> dict[str, tuple[int, ...]]:
    return {content(tile): tuple(tile["layouts"]["sm"][key] for key in "xywh") for tile in tiles(hand)}


def ids(hand: Hand) -> dict[str, tuple[int, Any]]:
    return {content(tile): (tile["id"], (tile.get("text") or {}).get("id")) for tile in tiles(hand)}


@pytest.mark.usefixtures("shown")
def test_tiles_without_a_layout_are_placed_in_order(task: Tasks, hand: Hand) -> None:
    declared = dashboard("Activation", {"text": TEXT}, *({"insight": name} for name in ("Views", "Clicks", "Signups")))
    task("dashboard", **declared)
    assert places(hand) == {
        TEXT: (0, 0, 12, 2),
        "Views": (0, 2, 6, 5),
        "Clicks": (6, 2, 6, 5),
        "Signups": (0, 7, 6, 5),
    }
    phone = [(content(tile), tile["layouts"]["xs"]["y"]) for tile in tiles(hand)]
    assert sorted(phone, key=lambda pair: pair[1]) == [(TEXT, 0), ("Views", 2), ("Clicks", 7), ("Signups", 12)]
    task.converged("dashboard", **declared)


@pytest.mark.usefixtures("shown")
def test_tiles_are_reordered_without_being_made_anew(task: Tasks, hand: Hand) -> None:
    task("dashboard", **dashboard("Activation", {"insight": "Views"}, {"insight": "Clicks"}))
    before = ids(hand)
    task("dashboard", **dashboard("Activation", {"insight": "Clicks"}, {"insight": "Views"}))
    assert places(hand) == {"Clicks": (0, 0, 6, 5), "Views": (6, 0, 6, 5)}
    assert ids(hand) == before


@pytest.mark.usefixtures("shown")
def test_a_written_layout_decides_the_order(task: Tasks) -> None:
    low, high = {"insight": "Views", "layout": layout(y=5)}, {"insight": "Clicks", "layout": layout(y=0)}
    task("dashboard", **dashboard("Activation", low, high))
    task.converged("dashboard", **dashboard("Activation", high, low))


@pytest.mark.usefixtures("shown")
def test_a_layout_that_a_person_dragged_is_put_back(task: Tasks, hand: Hand) -> None:
    declared = dashboard("Activation", {"insight": "Views", "layout": layout(w=12)})
    task("dashboard", **declared)
    (tile,) = tiles(hand)
    dragged = {**tile["layouts"], "sm": {**tile["layouts"]["sm"], "w": 4, "h": 9}}
    hand.edit("dashboards", 1, tiles=[{"id": tile["id"], "layouts": dragged}])
    result = task("dashboard", diff=True, **declared)
    assert "w: 4" in result["diff"]["before"]
    assert places(hand) == {"Views": (0, 0, 12, 5)}


def test_a_text_is_edited_in_place(task: Tasks, hand: Hand) -> None:
    task("dashboard", **dashboard("Activation", {"text": "Old"}))
    before = ids(hand)["Old"]
    task("dashboard", **dashboard("Activation", {"text": "New"}))
    assert ids(hand) == {"New": before}
    task.converged("dashboard", **dashboard("Activation", {"text": "New"}))


def test_a_text_that_stays_is_told_from_one_that_changes(task: Tasks, hand: Hand) -> None:
    task("dashboard", **dashboard("Activation", {"text": "First"}, {"text": "Second"}))
    before = ids(hand)
    task("dashboard", **dashboard("Activation", {"text": "Second"}, {"text": "Third"}))
    after = ids(hand)
    assert after["Second"] == before["Second"]
    assert after["Third"] == before["First"]


def test_two_equal_texts_are_two_tiles(task: Tasks, hand: Hand) -> None:
    declared = dashboard("Activation", {"text": "---"}, {"text": "---"})
    task("dashboard", **declared)
    assert len(tiles(hand)) == 2
    task.converged("dashboard", **declared)


@pytest.mark.usefixtures("shown")
def test_an_insight_that_is_not_listed_is_taken_off_and_stays(task: Tasks, hand: Hand) -> None:
    task("dashboard", **dashboard("Activation", {"insight": "Views"}, {"insight": "Clicks"}))
    task("dashboard", **dashboard("Activation", {"insight": "Views"}))
    assert list(places(hand)) == ["Views"]
    assert "Clicks" in hand.names("insights")
    task.converged("dashboard", **dashboard("Activation", {"insight": "Views"}))


@pytest.mark.usefixtures("shown")
def test_an_insight_that_was_taken_off_comes_back_to_its_tile(task: Tasks, hand: Hand) -> None:
    declared = dashboard("Activation", {"insight": "Views"})
    task("dashboard", **declared)
    before = ids(hand)
    hand.edit("dashboards", 1, tiles=[{"id": before["Views"][0], "deleted": True}])
    task("dashboard", **declared)
    assert ids(hand) == before
    task.converged("dashboard", **declared)


@pytest.mark.usefixtures("shown")
def test_all_tiles_are_cleared(task: Tasks, hand: Hand) -> None:
    task("dashboard", **dashboard("Activation", {"insight": "Views"}, {"text": TEXT}))
    task("dashboard", **dashboard(tiles=[]))
    assert tiles(hand) == []
    task.converged("dashboard", **dashboard(tiles=[]))


@pytest.mark.usefixtures("shown")
def test_an_insight_stays_on_dashboards_that_are_not_declared(task: Tasks, hand: Hand) -> None:
    task("dashboard", **dashboard("Overview", {"insight": "Views"}))
    task("dashboard", **dashboard("Activation", {"insight": "Views"}))
    assert [content(tile) for tile in tiles(hand, "Overview")] == ["Views"]


@pytest.mark.usefixtures("shown")
def test_tiles_that_are_not_written_are_left_alone(task: Tasks, hand: Hand) -> None:
    task("dashboard", **dashboard("Activation", {"insight": "Views"}))
    hand.edit("dashboards", 1, tiles=[{"text": {"body": "Mine"}, "layouts": {}}])
    task("dashboard", **dashboard(description="Another"))
    assert {content(tile) for tile in tiles(hand)} == {"Views", "Mine"}


def test_buttons_that_a_person_added_are_left_alone(task: Tasks, hand: Hand) -> None:
    declared = dashboard("Activation", {"text": TEXT})
    task("dashboard", **declared)
    button = {"url": "https://example.com", "text": "Go", "placement": "left", "style": "primary"}
    hand.edit("dashboards", 1, tiles=[{"button_tile": button, "layouts": {}}])
    task.converged("dashboard", **declared)
    task("dashboard", **dashboard("Activation", {"text": "Other"}))
    assert sum(bool(tile.get("button_tile")) for tile in tiles(hand)) == 1


@pytest.mark.usefixtures("shown")
def test_how_a_tile_looks_goes_there_and_back(task: Tasks) -> None:
    looks = {"color": "blue", "show_description": True, "phone": {"y": 3, "h": 4}}
    declared = dashboard("Activation", {"insight": "Views", **looks}, {"text": TEXT, "transparent_background": True})
    task("dashboard", **declared)
    task.converged("dashboard", **declared)
    plain = dashboard("Activation", {"insight": "Views"}, {"text": TEXT})
    assert task("dashboard", **plain)["changed"]
    task.converged("dashboard", **plain)


@pytest.mark.parametrize(
    "date_from", ["2026-01-31T12:00:00+01:00", "2026-01-31T11:00:00Z", "2026-01-31T06:00:00-05:00"]
)
def test_times_in_other_zones_are_the_same_instant(task: Tasks, hand: Hand, date_from: str) -> None:
    hand.create("dashboards", name="Activation", filters={"date_from": "2026-01-31T13:00:00+02:00"})
    task.converged("dashboard", **dashboard(filters={"date_from": date_from}))
    assert task("dashboard", **dashboard(filters={"date_from": "2026-01-31T12:00:00Z"}))["changed"]


def test_every_field_of_a_dashboard_goes_there_and_back(task: Tasks) -> None:
    declared = dashboard(
        description="How people start",
        pinned=True,
        filters={"date_from": "-30d", "properties": [{"key": "plan", "value": "paid"}]},
        variables={"a": {"code_name": "x", "variableId": "a", "value": 1}},
        breakdown_colors=[{"breakdownValue": "a", "colorToken": "preset-1"}],
        tags=["activation"],
    )
    task("dashboard", **declared)
    task.converged("dashboard", **declared)


def test_who_may_edit_is_changed_after_creation(task: Tasks, hand: Hand) -> None:
    task("dashboard", **dashboard(editable_by="collaborators"))
    assert hand.find("dashboards", "Activation")["restriction_level"] == 37
    task.converged("dashboard", **dashboard(editable_by="collaborators"))
