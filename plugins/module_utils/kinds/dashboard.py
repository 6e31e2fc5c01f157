# SPDX-License-Identifier: GPL-3.0-or-later
"""Dashboards (reference 5)."""

from __future__ import annotations

import typing as t

from ..errors import Invalid
from ..resource import Canonical, Field, Ids, Kind, Names, Tag, Wire, lenient
from ..shape import Boolean, Choice, Json, JsonObject, ListOf, Moment, Number, Part, Record, SetOf, Text
from .placement import Placement
from .property_filter import PropertyFilter
from .registry import ENDPOINTS
from .tile import Tiles, decode_tiles, encode_tiles

PROPERTY = PropertyFilter("event", "person", "session", "element", "feature", "group", hogql=True)
FILTERS = Record(
    {
        "date_from": Part(Moment(null=None), None),
        "date_to": Part(Moment(null=None), None),
        "explicit_date": Part(Boolean(null=False), False),
        "properties": Part(ListOf(PROPERTY), []),
        "breakdown": Part(JsonObject(null=None), None),
    },
)
NO_FILTERS = FILTERS.canonical({})
FILTERS.null = NO_FILTERS
#: Our words for PostHog's levels.
EDITORS = {"everyone": 21, "collaborators": 37}


class Dashboard(Kind):
    endpoint = ENDPOINTS["dashboard"]
    key = "name"
    plural = "dashboards"
    scope = "dashboard"
    reread_late = True
    fields = {
        "name": Field(Text(null=Invalid, longest=400, blank=False)),
        "description": Field(Text(), ""),
        "pinned": Field(Boolean(null=False), False),
        # Only who owns a dashboard may restrict it, and nobody owns what is not there yet.
        "editable_by": Field(Choice(*EDITORS, null="everyone"), "everyone", wire="restriction_level", on_create=False),
        "filters": Field(FILTERS, NO_FILTERS),
        "variables": Field(JsonObject(null={}), {}, on_create=False),
        "breakdown_colors": Field(ListOf(Json()), []),
        "data_color_theme_id": Field(Number(whole=True, null=None), None),
        "quick_filter_ids": Field(ListOf(Text()), []),
        "tags": Field(SetOf(Tag()), []),
        "tiles": Field(Tiles(), [], late=True, mirrors=(Placement(), "dashboards")),
    }

    def encode(self, canonical: Canonical, attributes: t.Iterable[str], ids: Ids, actual: Wire | None) -> Wire:
        """Tiles are sent as changes; none of them is nothing to send."""
        body = super().encode(canonical, attributes, ids, actual)
        return {key: value for key, value in body.items() if key != "tiles" or value}

    def decode_editable_by(self, wire: Wire, names: Names) -> str:
        level = wire.get("restriction_level")
        return next((ours for ours, theirs in EDITORS.items() if theirs == level), "everyone")

    def encode_restriction_level(self, canonical: Canonical, ids: Ids, actual: Wire | None) -> int:
        return EDITORS[canonical["editable_by"]]

    def decode_filters(self, wire: Wire, names: Names) -> t.Any:
        """`filters` shows what the request overrides; what is stored is in `persisted_filters`."""
        stored = wire.get("persisted_filters", wire.get("filters")) or {}
        return lenient(
            FILTERS,
            {
                "date_from": stored.get("date_from"),
                "date_to": stored.get("date_to"),
                "explicit_date": stored.get("explicitDate"),
                "properties": [PROPERTY.decode(item, names) for item in stored.get("properties") or []],
                "breakdown": stored.get("breakdown_filter"),
            },
        )

    def encode_filters(self, canonical: Canonical, ids: Ids, actual: Wire | None) -> Wire:
        """Explicit nulls, for the server ignores an empty mapping (reference 5)."""
        filters = canonical["filters"]
        wire = {
            "date_from": filters["date_from"],
            "date_to": filters["date_to"],
            "properties": [PROPERTY.encode(item, ids) for item in filters["properties"]] or None,
        }
        if filters["explicit_date"]:
            wire["explicitDate"] = True
        if filters["breakdown"] is not None:
            wire["breakdown_filter"] = filters["breakdown"]
        return wire

    def decode_variables(self, wire: Wire, names: Names) -> t.Any:
        return lenient(self.fields["variables"].shape, wire.get("persisted_variables", wire.get("variables")))

    def decode_tiles(self, wire: Wire, names: Names) -> list[t.Any]:
        return decode_tiles(wire, names)

    def encode_tiles(self, canonical: Canonical, ids: Ids, actual: Wire | None) -> list[Wire]:
        return encode_tiles(canonical["tiles"], ids, actual)
