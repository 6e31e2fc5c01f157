"""What PostHog makes of what is written to it (reference 2.2, 3.3, 3.4, 4.4, 5.1, 6, 7, 8), for the codec law alone."""

from __future__ import annotations

import copy
import json
import typing as t

from ansible_collections.rollout.posthog.plugins.module_utils.kinds.registry import ENDPOINTS
from ansible_collections.rollout.posthog.plugins.module_utils.resource import Ids, Kind, Wire

from . import world

MERGED = ("survey_config", "session_replay_config", "modifiers", "conversations_settings")
UNWRAPPED = ("icontains", "not_icontains", "is_date_exact", "is_date_before", "is_date_after")
ID = 77


def store(kind: Kind, body: Wire, before: Wire | None = None) -> Wire:
    """The stored object after a POST, or after a PATCH of `before`."""
    body = json.loads(json.dumps(body))
    fresh = {kind.endpoint.id: ID, "created_at": "2026-01-01T00:00:00Z", "version": 1}
    wire = copy.deepcopy(before) if before else fresh
    for key, value in body.items():
        wire[key] = value.strip() if isinstance(value, str) else value
    if wire.get("tags") is not None:
        wire["tags"] = sorted({tag.strip().lower() for tag in wire["tags"]}, reverse=True)
    special = globals().get(f"store_{kind.name}")
    if special:
        special(wire, body, before or {})
    return json.loads(json.dumps(wire))


def store_project(wire: Wire, body: Wire, before: Wire) -> None:
    for key in MERGED:
        if body.get(key) is not None:
            wire[key] = {**(before.get(key) or {}), **body[key]}
    for key in ("app_urls", "recording_domains"):
        if wire.get(key) is not None:
            wire[key] = [url for url in wire[key] if url]
    known = {"maskAllInputs", "maskTextSelector", "blockSelector"}
    assert set(wire.get("session_recording_masking_config") or ()) <= known


def store_feature_flag(wire: Wire, body: Wire, before: Wire) -> None:
    filters = {"groups": [], **(before.get("filters") or {}), **(body.get("filters") or {})}
    for group in filters["groups"] or ():
        group.setdefault("aggregation_group_type_index", filters.get("aggregation_group_type_index"))
        group["properties"] = group.get("properties") or []
        for item in group["properties"]:
            item["key"] = str(item["key"])
            if item.get("type") == "cohort":
                item["cohort_name"] = world.NAMED.get(item["value"], "?")
    payloads = filters.get("payloads") or {}
    for key, payload in payloads.items():
        json.loads(payload)
        assert key == "true" or key in [one["key"] for one in (filters.get("multivariate") or {}).get("variants", ())]
    if wire.get("has_encrypted_payloads") and payloads:
        filters["payloads"] = {"true": '"********* (encrypted)"'}
    wire["filters"] = filters


def store_cohort(wire: Wire, body: Wire, before: Wire) -> None:
    filters = wire.get("filters") or {"properties": {"type": "OR", "values": []}}
    assert set(filters) <= {"properties", "filterTestAccounts"}
    annotate(filters["properties"])
    wire.update(filters=filters, groups=[], is_calculating=True)


def annotate(node: Wire) -> None:
    """What a cohort's criteria gain."""
    if "values" in node:
        assert set(node) == {"type", "values"}
        for inner in node["values"]:
            annotate(inner)
        return
    assert node["type"] != "person" or node.get("value") is not None, "a leaf without a value is refused"
    for key in [key for key, value in node.items() if value is None]:
        del node[key]
    if node.get("operator") in UNWRAPPED and isinstance(node["value"], list) and len(node["value"]) == 1:
        node["value"] = node["value"][0]
    node.setdefault("negation", False)
    node.update(bytecode=["_H", 1], conditionHash="abc")
    for item in node.get("event_filters") or ():
        assert None not in item.values()


def store_action(wire: Wire, body: Wire, before: Wire) -> None:
    keys = ("event", "selector", "tag_name", "text", "text_matching", "href", "href_matching", "url", "url_matching")
    for step in wire.get("steps") or ():
        for key in keys:
            step.setdefault(key, None)
        step["selector_regex"] = None
        if step["url_matching"] is None:
            step["url_matching"] = "contains"
    if wire.get("pinned_at"):
        wire["pinned_at"] = "2026-03-03T03:03:03.333333Z"


def store_insight(wire: Wire, body: Wire, before: Wire) -> None:
    wire["dashboards"] = list(dict.fromkeys(wire.get("dashboards") or ()))
    wire.update(filters={}, short_id="aBcD1234", result=None)
    if isinstance(wire.get("query"), dict):
        wire["query"] = {**wire["query"], "version": 2}


def store_dashboard(wire: Wire, body: Wire, before: Wire) -> None:
    for key in ("filters", "variables"):
        # Falsy ones are ignored, so an empty mapping clears nothing.
        if body.get(key) and (before or key == "filters"):
            wire[f"persisted_{key}"] = body[key]
        wire.setdefault(f"persisted_{key}", None)
        wire[key] = {}
    wire["quick_filter_ids"] = wire.get("quick_filter_ids") or []
    tiles = {tile["id"]: tile for tile in before.get("tiles") or ()}
    for change in body.get("tiles") or ():
        patch_tile(tiles, change)
    wire["tiles"] = list(tiles.values())


def patch_tile(tiles: dict[int, Wire], change: Wire) -> None:
    """One entry of a dashboard's PATCH (reference 5.1)."""
    if change.get("deleted"):
        del tiles[change["id"]]
    elif "id" not in change:
        assert "text" in change, "an insight's tile is made through the insight"
        fresh = 1000 + len(tiles)
        tiles[fresh] = {**change, "id": fresh, "insight": None, "text": {"id": fresh + 1000, **change["text"]}}
    else:
        tile = tiles[change["id"]]
        if "text" in change:
            assert change["text"].get("id") == tile["text"]["id"], "without its id a second text takes the place"
        tile.update(change)


def with_insights(kind: Kind, wire: Wire, canonical: t.Mapping[str, t.Any], ids: Ids) -> Wire:
    """The dashboard after its insights were put there, each as a tile without a place."""
    if kind.name != "dashboard":
        return wire
    named = [tile["insight"] for tile in canonical["tiles"] if tile["insight"] is not None]
    shown = [
        {"id": 500 + index, "insight": {"id": ids.id_of("insight", name)}, "text": None, "layouts": {}, "color": None}
        for index, name in enumerate(named)
    ]
    return {**wire, "tiles": shown}


def create(kind: Kind, canonical: t.Mapping[str, t.Any], ids: Ids) -> Wire:
    """The object that a declaration leads to, by the requests that apply.py sends."""
    merged = {**kind.defaults(), **canonical}
    post, patch = kind.creation(merged, list(canonical), ids)
    wire = store(kind, post)
    if patch:
        wire = store(kind, patch, wire)
    wire = with_insights(kind, wire, merged, ids)
    late = {kind.wire_name(key): 0 for key in canonical if kind.fields[key].late}
    if late:
        wire = store(kind, kind.encode(merged, late, ids, wire), wire)
    assert ENDPOINTS[kind.name].key in wire
    return wire
