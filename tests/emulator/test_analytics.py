"""Actions, insights, dashboards and tiles."""

from __future__ import annotations

from typing import Any

import pytest

from support.api import Api

ACTIONS, INSIGHTS, DASHBOARDS = "projects/1/actions/", "projects/1/insights/", "projects/1/dashboards/"
TRENDS = {"kind": "InsightVizNode", "source": {"kind": "TrendsQuery", "series": [{"kind": "EventsNode", "event": "a"}]}}


def test_steps_as_stored(api: Api) -> None:
    action = api.post(ACTIONS, {"name": "one", "steps": [{"event": "$autocapture", "selector": "div > a"}]})
    step = action["steps"][0]
    assert step["url_matching"] == "contains"
    assert step["selector_regex"]
    assert {"text", "text_matching", "href", "href_matching", "tag_name", "properties", "url"} <= set(step)
    assert step["text"] is None
    assert api.patch(f"{ACTIONS}{action['id']}/", {"steps": []})["steps"] == []


@pytest.mark.parametrize(
    ("body", "code", "attr"),
    [
        ({"name": ""}, "blank", "name"),
        ({"name": "taken"}, "unique", "name"),
        ({"name": "a", "steps": [{"url": "(", "url_matching": "regex"}]}, "invalid_input", "steps"),
        ({"name": "a", "steps": [{"text_matching": "fuzzy"}]}, "invalid_input", "steps"),
    ],
)
def test_actions_refused(api: Api, body: dict[str, Any], code: str, attr: str) -> None:
    api.post(ACTIONS, {"name": "taken"})
    assert api.error("POST", ACTIONS, body) == (400, code, attr)


def test_action_names(api: Api) -> None:
    first = api.post(ACTIONS, {"name": "one"})
    assert api.patch(f"{ACTIONS}{first['id']}/", {"name": "one"})["name"] == "one"
    api.patch(f"{ACTIONS}{first['id']}/", {"deleted": True})
    api.post(ACTIONS, {"name": "one"})
    assert api.error("PATCH", f"{ACTIONS}{first['id']}/", {"deleted": False}) == (400, "unique", "name")


def test_pinning_is_at_the_server_s_time(api: Api) -> None:
    action = api.post(ACTIONS, {"name": "one", "pinned_at": "2000-01-01T00:00:00Z"})
    assert not action["pinned_at"].startswith("2000")
    assert api.patch(f"{ACTIONS}{action['id']}/", {"pinned_at": None})["pinned_at"] is None


def test_saving_happens_with_the_first_change(api: Api) -> None:
    insight = api.post(INSIGHTS, {"name": "one", "query": TRENDS})
    assert insight["saved"] is False
    assert insight["filters"] == {}
    assert len(insight["short_id"]) == 8
    assert api.get(INSIGHTS, saved="true")["results"] == []
    assert api.patch(f"{INSIGHTS}{insight['short_id']}/", {"name": "two"})["saved"] is True
    assert len(api.get(INSIGHTS, saved="true")["results"]) == 1


def test_queries_gain_versions_on_read(api: Api) -> None:
    insight = api.post(INSIGHTS, {"query": TRENDS})
    assert insight["query"]["source"]["version"] == 2
    assert insight["query"]["source"]["series"] == [{"kind": "EventsNode", "event": "a"}]


def test_the_query_must_be_an_object(api: Api) -> None:
    assert api.error("POST", INSIGHTS, {"query": "select 1"}) == (400, "invalid_input", "query")


def test_server_keys_change_on_each_read(api: Api) -> None:
    path = f"{INSIGHTS}{api.post(INSIGHTS, {'query': TRENDS})['id']}/"
    first, second = api.get(path), api.get(path)
    changed = {name for name in first if first[name] != second[name]}
    assert {"last_refresh", "cache_target_age", "result", "filters_hash"} <= changed
    assert "result" not in api.get(path, basic="true")


def test_insights_are_found_by_id_and_short_id(api: Api) -> None:
    insight = api.post(INSIGHTS, {"name": "one", "tags": ["growth"]})
    assert api.get(f"{INSIGHTS}{insight['short_id']}/")["id"] == insight["id"]
    for query in ({"short_id": insight["short_id"]}, {"search": "on"}, {"search": "grow"}):
        assert [found["id"] for found in api.get(INSIGHTS, **query)["results"]] == [insight["id"]]
    assert api.get(INSIGHTS, search="other")["results"] == []


def test_pages_are_only_stable_in_order(api: Api) -> None:
    ids = [api.post(INSIGHTS, {"name": str(number)})["id"] for number in range(12)]
    orders = {tuple(item["id"] for item in api.get(INSIGHTS)["results"]) for _ in range(5)}
    assert len(orders) > 1
    assert [item["id"] for item in api.get(INSIGHTS, order="id")["results"]] == ids


def test_restoring_an_insight(api: Api) -> None:
    path = f"{INSIGHTS}{api.post(INSIGHTS, {'name': 'one'})['id']}/"
    api.patch(path, {"deleted": True})
    assert api.error("PUT", path, {"deleted": False})[0] == 404
    assert api.error("PATCH", path, {"deleted": "false"})[0] == 404
    assert api.patch(path, {"deleted": False})["deleted"] is False


def test_dashboard_lists_are_basic(api: Api) -> None:
    api.post(DASHBOARDS, {"name": "b"})
    api.post(DASHBOARDS, {"name": "a"})
    api.post(DASHBOARDS, {"name": "c", "pinned": True})
    items = api.get(DASHBOARDS)["results"]
    assert [item["name"] for item in items] == ["c", "a", "b"]
    assert not {"tiles", "filters", "variables", "breakdown_colors", "quick_filter_ids"} & set(items[0])


def test_dashboard_filters(api: Api) -> None:
    body = {"name": "one", "filters": {"date_from": "-7d"}, "variables": {"a": {"value": 1}}}
    dashboard = api.post(DASHBOARDS, body)
    assert dashboard["persisted_filters"] == {"date_from": "-7d"}
    assert dashboard["persisted_variables"] is None
    path = f"{DASHBOARDS}{dashboard['id']}/"
    assert api.patch(path, {"variables": body["variables"]})["persisted_variables"] == body["variables"]
    assert api.patch(path, {"filters": {}})["persisted_filters"] == {"date_from": "-7d"}
    cleared = {"date_from": None, "date_to": None, "properties": None}
    assert api.patch(path, {"filters": cleared})["persisted_filters"] == cleared
    assert api.post(DASHBOARDS, {"name": "two"})["persisted_filters"] is None


@pytest.mark.parametrize(
    ("body", "attr"),
    [
        ({"use_template": "nope"}, "use_template"),
        ({"quick_filter_ids": ["0198f8a4-0000-0000-0000-000000000000"]}, "quick_filter_ids"),
        ({"filters": []}, None),
    ],
)
def test_dashboards_refused(api: Api, body: dict[str, Any], attr: str | None) -> None:
    assert api.error("POST", DASHBOARDS, {"name": "one", **body}) == (400, "invalid_input", attr)


def test_insight_tiles(api: Api) -> None:
    first, second = (api.post(DASHBOARDS, {"name": name})["id"] for name in ("one", "two"))
    insight = api.post(INSIGHTS, {"name": "i", "query": TRENDS, "dashboards": [first, first]})
    assert insight["dashboards"] == [first]
    assert insight["dashboard_tiles"][0]["dashboard_id"] == first
    (tile,) = api.get(f"{DASHBOARDS}{first}/")["tiles"]
    assert tile["insight"]["name"] == "i"
    assert tile["layouts"] == {}
    api.patch(f"{INSIGHTS}{insight['id']}/", {"dashboards": [second]})
    assert api.get(f"{DASHBOARDS}{first}/")["tiles"] == []
    assert len(api.get(f"{DASHBOARDS}{second}/")["tiles"]) == 1
    assert api.error("PATCH", f"{INSIGHTS}{insight['id']}/", {"dashboards": [99]}) == (
        400, "does_not_exist", "dashboards",
    )  # fmt: skip
    # A dashboard cannot make tiles of insights.
    api.patch(f"{DASHBOARDS}{first}/", {"tiles": [{"insight": {"id": insight["id"]}, "layouts": {}}]})
    assert api.get(f"{DASHBOARDS}{first}/")["tiles"] == []


def test_text_tiles(api: Api) -> None:
    path = f"{DASHBOARDS}{api.post(DASHBOARDS, {'name': 'one'})['id']}/"
    layouts = {"sm": {"x": 0, "y": 5, "w": 12, "h": 1}, "xs": {"x": 0, "y": 0, "w": 1, "h": 1}}
    low = {"text": {"body": "low"}, "layouts": layouts, "color": "blue"}
    high = {"text": {"body": "high"}, "layouts": {"sm": {"x": 0, "y": 0, "w": 6, "h": 2}}}
    tiles = api.patch(path, {"tiles": [low, high]})["tiles"]
    assert [tile["text"]["body"] for tile in tiles] == ["high", "low"]
    assert (tiles[1]["layouts"], tiles[1]["color"]) == (layouts, "blue")
    kept = {"id": tiles[1]["id"], "text": {"id": tiles[1]["text"]["id"], "body": "new"}}
    changed = api.patch(path, {"tiles": [kept]})["tiles"]
    assert changed[1]["text"]["body"] == "new"
    assert changed[1]["text"]["id"] == tiles[1]["text"]["id"]
    replaced = api.patch(path, {"tiles": [{"id": tiles[1]["id"], "text": {"body": "newer"}}]})["tiles"]
    assert replaced[1]["text"]["id"] != tiles[1]["text"]["id"]
    unknown = api.patch(path, {"tiles": [{"id": 9999, "color": "red"}]})["tiles"]
    assert len(unknown) == 2
    left = api.patch(path, {"tiles": [{"id": tiles[0]["id"], "deleted": True}]})["tiles"]
    assert len(left) == 1
    assert api.error("PATCH", path, {"tiles": [{"text": {"body": "x" * 4001}}]}) == (400, "invalid_input", "tiles")


def test_tiles_need_a_patch(api: Api) -> None:
    assert api.post(DASHBOARDS, {"name": "one", "tiles": [{"text": {"body": "x"}}]})["tiles"] == []


def test_reordering(api: Api) -> None:
    path = f"{DASHBOARDS}{api.post(DASHBOARDS, {'name': 'one'})['id']}/"
    tiles = api.patch(path, {"tiles": [{"text": {"body": name}} for name in "abc"]})["tiles"]
    order = [tile["id"] for tile in reversed(tiles)]
    response = api("POST", f"{path}reorder_tiles/", {"tile_order": order, "layout": "two_column"})
    assert [tile["id"] for tile in response.json()["tiles"]] == order
    assert response.json()["tiles"][1]["layouts"]["sm"] == {"x": 6, "y": 0, "w": 6, "h": 5}
    assert api.error("POST", f"{path}reorder_tiles/", {"tile_order": [99]})[2] == "tile_order"


def test_deleting_a_dashboard(api: Api) -> None:
    first, second = (api.post(DASHBOARDS, {"name": name})["id"] for name in ("one", "two"))
    api.patch("projects/1/", {"primary_dashboard": first})
    only = api.post(INSIGHTS, {"name": "only", "dashboards": [first]})["id"]
    both = api.post(INSIGHTS, {"name": "both", "dashboards": [first, second]})["id"]
    api.patch(f"{DASHBOARDS}{first}/", {"deleted": True, "delete_insights": True})
    assert api.get("projects/1/")["primary_dashboard"] is None
    assert api.error("GET", f"{INSIGHTS}{only}/")[0] == 404
    assert api.get(f"{INSIGHTS}{both}/")["dashboards"] == [second]
    restored = api.patch(f"{DASHBOARDS}{first}/", {"deleted": False})
    assert {tile["insight"]["name"] for tile in restored["tiles"]} == {"only", "both"}


def test_copying_a_dashboard(api: Api) -> None:
    first = api.post(DASHBOARDS, {"name": "one"})["id"]
    insight = api.post(INSIGHTS, {"name": "i", "dashboards": [first]})["id"]
    shared = api.post(DASHBOARDS, {"name": "two", "use_dashboard": first})
    assert shared["tiles"][0]["insight"]["id"] == insight
    deep = api.post(DASHBOARDS, {"name": "three", "use_dashboard": first, "duplicate_tiles": True})
    assert deep["tiles"][0]["insight"]["id"] != insight
