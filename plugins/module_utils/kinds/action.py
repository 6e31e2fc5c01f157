# SPDX-License-Identifier: GPL-3.0-or-later
"""Actions: events under one name (reference 8)."""

from __future__ import annotations

import typing as t

from ..errors import Invalid
from ..resource import Canonical, Field, Ids, Kind, Names, Tag, Wire, lenient
from ..shape import Boolean, Choice, ListOf, Part, Record, SetOf, Text
from .property_filter import PropertyFilter
from .registry import ENDPOINTS

MATCHING = Choice("contains", "exact", "regex", null=None)
PROPERTY = PropertyFilter("event", "person", "session", "element", "feature", "group", hogql=True)
TEXTS = ("event", "selector", "tag_name", "text", "href", "url")


def matchings(record: dict[str, t.Any]) -> None:
    """How to match means nothing where there is nothing to match; a URL is matched by `contains` unless told."""
    for key in ("text", "href", "url"):
        if record[key] is None:
            record[f"{key}_matching"] = None
    if record["url"] is not None and record["url_matching"] is None:
        record["url_matching"] = "contains"


STEP = Record(
    {
        **{key: Part(Text(null=None), None) for key in TEXTS},
        "text_matching": Part(MATCHING, None),
        "href_matching": Part(MATCHING, None),
        "url_matching": Part(MATCHING, None),
        "properties": Part(ListOf(PROPERTY), []),
    },
    check=matchings,
)


class Action(Kind):
    endpoint = ENDPOINTS["action"]
    key = "name"
    plural = "actions"
    scope = "action"
    fields = {
        "name": Field(Text(null=Invalid, longest=400, blank=False)),
        "description": Field(Text(), ""),
        "steps": Field(ListOf(STEP), []),
        "tags": Field(SetOf(Tag()), []),
        "pinned": Field(Boolean(null=False), False, wire="pinned_at"),
        "post_to_slack": Field(Boolean(null=False), False),
        "slack_message_format": Field(Text(), ""),
    }

    def decode_steps(self, wire: Wire, names: Names) -> list[t.Any]:
        return [decode_step(step, names) for step in wire.get("steps") or []]

    def encode_steps(self, canonical: Canonical, ids: Ids, actual: Wire | None) -> list[Wire]:
        return [
            {**step, "properties": [PROPERTY.encode(item, ids) for item in step["properties"]]}
            for step in canonical["steps"]
        ]

    def decode_pinned(self, wire: Wire, names: Names) -> bool:
        return wire.get("pinned_at") is not None

    def encode_pinned_at(self, canonical: Canonical, ids: Ids, actual: Wire | None) -> t.Any:
        """Any time pins, for the server writes its own; null unpins."""
        return "2000-01-01T00:00:00Z" if canonical["pinned"] else None


def decode_step(step: Wire, names: Names) -> t.Any:
    shown = {key: step.get(key) for key in STEP.parts if step.get(key) is not None}
    shown["properties"] = [PROPERTY.decode(item, names) for item in step.get("properties") or []]
    return lenient(STEP, shown)
