# SPDX-License-Identifier: GPL-3.0-or-later
"""Insights (reference 6)."""

from __future__ import annotations

import typing as t

from ..resource import Canonical, Field, Ids, Names, Tag, Wire
from ..shape import Boolean, SetOf, Text
from .placement import Placement
from .query import Query, decode_query, encode_query


class Insight(Placement):
    plural = "insights"
    fields = {
        **Placement.fields,
        "description": Field(Text(longest=400), ""),
        "query": Field(Query(null=None), None),
        "tags": Field(SetOf(Tag()), []),
        "favorited": Field(Boolean(null=False), False),
    }

    def decode_query(self, wire: Wire, names: Names) -> t.Any:
        return None if wire.get("query") is None else decode_query(wire["query"], names)

    def encode_query(self, canonical: Canonical, ids: Ids, actual: Wire | None) -> t.Any:
        return None if canonical["query"] is None else encode_query(canonical["query"], ids)

    def creation(self, canonical: Canonical, keys: t.Iterable[str], ids: Ids) -> tuple[Wire, Wire]:
        """An insight that is not saved is hidden from lists until someone edits it (reference 6)."""
        post, patch = super().creation(canonical, keys, ids)
        return {**post, "saved": True}, patch
