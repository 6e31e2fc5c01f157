# SPDX-License-Identifier: GPL-3.0-or-later
"""Cohorts (reference 7)."""

from __future__ import annotations

import typing as t

from ..errors import Invalid
from ..resource import Canonical, Field, Ids, Kind, Names, Wire, as_stored
from ..shape import Boolean, Choice, JsonObject, ListOf, Text
from .criteria import CRITERION, MATCHES, decode_group, encode_criteria
from .registry import ENDPOINTS


class Cohort(Kind):
    endpoint = ENDPOINTS["cohort"]
    key = "name"
    plural = "cohorts"
    scope = "cohort"
    fields = {
        "name": Field(Text(null=Invalid, longest=400, blank=False)),
        "description": Field(Text(longest=1000), ""),
        "static": Field(Boolean(null=False), False, wire="is_static"),
        "match": Field(Choice(*MATCHES, null="any"), "any", wire="filters"),
        "criteria": Field(ListOf(CRITERION), [], wire="filters"),
        "exclude_test_accounts": Field(Boolean(null=False), False, wire="filters"),
        "query": Field(JsonObject(null=None), None),
    }

    def canonicalise(self, entry: t.Mapping[str, t.Any]) -> Canonical:
        """A single group means its content; `match` means nothing for fewer than two criteria."""
        record = super().canonicalise(entry)
        criteria = record.get("criteria")
        if criteria is None and "match" in record:
            raise Invalid("says how criteria are combined; write 'criteria' too", "match")
        if criteria is not None and len(criteria) == 1 and "criteria" in criteria[0]:
            record.update(criteria[0])
        if criteria is not None and len(record["criteria"]) < 2:
            record["match"] = "any"
        elif criteria is not None:
            record.setdefault("match", "any")
        return record

    def check(self, merged: Canonical) -> None:
        if merged["query"] is not None and not merged["static"]:
            raise Invalid("only a static cohort is filled by a query; write static: true", "query")
        if merged["query"] is not None and merged["criteria"]:
            raise Invalid("does not go with criteria", "query")

    def decode_match(self, wire: Wire, names: Names) -> t.Any:
        return decode_properties(properties_of(wire), names)["match"]

    def decode_criteria(self, wire: Wire, names: Names) -> t.Any:
        return decode_properties(properties_of(wire), names)["criteria"]

    def decode_exclude_test_accounts(self, wire: Wire, names: Names) -> bool:
        return bool((wire.get("filters") or {}).get("filterTestAccounts"))

    def encode_filters(self, canonical: Canonical, ids: Ids, actual: Wire | None) -> Wire:
        filters: Wire = {
            "properties": as_stored(
                {key: canonical[key] for key in ("match", "criteria")},
                properties_of(actual or {}) or None,
                lambda properties: decode_properties(properties, ids),
                lambda wanted: encode_criteria(wanted["match"], wanted["criteria"], ids),
            )
        }
        if canonical["exclude_test_accounts"]:
            filters["filterTestAccounts"] = True
        return filters


def properties_of(wire: Wire) -> Wire:
    return (wire.get("filters") or {}).get("properties") or {}


def decode_properties(properties: Wire, names: Names) -> Canonical:
    found = decode_group(properties, names)
    return {"match": found["match"] if len(found["criteria"]) > 1 else "any", "criteria": list(found["criteria"])}
