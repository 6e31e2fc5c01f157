# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Insights (reference 6)."""

from __future__ import annotations

import typing as t

from ..errors import Invalid
from ..resource import Canonical, Field, Ids, Kind, Names, Tag, Wire, lenient
from ..shape import Boolean, Ref, SetOf, Text
from .query import Query, decode_query, encode_query
from .registry import ENDPOINTS

DASHBOARDS = SetOf(Ref("dashboard"))


class Insight(Kind):
    endpoint = ENDPOINTS["insight"]
    key = "name"
    plural = "insights"
    scope = "insight"
    fields = {
        "name": Field(Text(null=Invalid, longest=400, blank=False)),
        "description": Field(Text(longest=400), ""),
        "query": Field(Query(null=None), None),
        "dashboards": Field(DASHBOARDS, []),
        "tags": Field(SetOf(Tag()), []),
        "favorited": Field(Boolean(null=False), False),
    }

    def decode_query(self, wire: Wire, names: Names) -> t.Any:
        return None if wire.get("query") is None else decode_query(wire["query"], names)

    def encode_query(self, canonical: Canonical, ids: Ids, actual: Wire | None) -> t.Any:
        return None if canonical["query"] is None else encode_query(canonical["query"], ids)

    def decode_dashboards(self, wire: Wire, names: Names) -> list[t.Any]:
        return list(lenient(DASHBOARDS, [names.name_of("dashboard", id) for id in wire.get("dashboards") or []]))

    def encode_dashboards(self, canonical: Canonical, ids: Ids, actual: Wire | None) -> list[t.Any]:
        return [ids.id_of("dashboard", name) for name in canonical["dashboards"]]

    def creation(self, canonical: Canonical, keys: t.Iterable[str], ids: Ids) -> tuple[Wire, Wire]:
        """An insight that is not saved is hidden from lists until someone edits it (reference 6)."""
        post, patch = super().creation(canonical, keys, ids)
        return {**post, "saved": True}, patch
