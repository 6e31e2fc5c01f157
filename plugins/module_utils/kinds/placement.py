# SPDX-License-Identifier: GPL-3.0-or-later
"""Which dashboards an insight is on: the part of an insight that a dashboard's tiles are about (reference 5.1)."""

from __future__ import annotations

import typing as t

from ..errors import Invalid
from ..resource import Canonical, Field, Ids, Kind, Names, Wire, lenient
from ..shape import Ref, SetOf, Text
from .registry import ENDPOINTS

DASHBOARDS = SetOf(Ref("dashboard"))


class Placement(Kind):
    endpoint = ENDPOINTS["insight"]
    key = "name"
    scope = "insight"
    fields = {
        "name": Field(Text(null=Invalid, longest=400, blank=False)),
        "dashboards": Field(DASHBOARDS, []),
    }

    def decode_dashboards(self, wire: Wire, names: Names) -> list[t.Any]:
        return list(lenient(DASHBOARDS, [names.name_of("dashboard", id) for id in wire.get("dashboards") or []]))

    def encode_dashboards(self, canonical: Canonical, ids: Ids, actual: Wire | None) -> list[t.Any]:
        return [ids.id_of("dashboard", name) for name in canonical["dashboards"]]
