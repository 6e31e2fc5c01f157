# SPDX-License-Identifier: GPL-3.0-or-later
"""Property filters, as flags, dashboards, actions, projects and cohorts use them.

{key: email, operator: icontains, value: "@example.com"}      a property; `type` says whose
{cohort: Weekly engaged}                                      membership; `operator: not_in` is its opposite
{flag: new-checkout, value: true}                             what another flag evaluates to
{hogql: "properties.amount > 10"}                             an expression
"""

from __future__ import annotations

import typing as t

from ..errors import Invalid
from ..resource import Ids, Names, Wire, lenient
from ..shape import Boolean, Choice, Json, Part, Record, Ref, Shape, Text, must_be_mapping

#: Operators of PostHog's schema, `PropertyOperator`; `min` and `max` are aliases (reference 4.4).
OPERATORS = (
    *("exact", "is_not", "icontains", "not_icontains", "icontains_multi", "not_icontains_multi", "regex", "not_regex"),
    *("gt", "gte", "lt", "lte", "between", "not_between", "is_set", "is_not_set", "is_cleaned_path_exact"),
    *("is_date_exact", "is_date_before", "is_date_after", "semver_eq", "semver_neq", "semver_gt", "semver_gte"),
    *("semver_lt", "semver_lte", "semver_tilde", "semver_caret", "semver_wildcard"),
)
#: Operators that the flag service evaluates (reference 4.2).
FLAG_OPERATORS = tuple(name for name in OPERATORS if not name.endswith(("between", "path_exact")))
ALIASES = {"min": "gte", "max": "lte"}
VALUELESS = ("is_set", "is_not_set")
#: Operators for which the server or the UI may wrap a single value into a list, or unwrap it.
LIST_OR_ONE = ("exact", "is_not", "icontains", "not_icontains", "is_date_exact", "is_date_before", "is_date_after")

COHORT = Record({"cohort": Part(Ref("cohort"), required=True), "operator": Part(Choice("in", "not_in"), "in")})
FLAG = Record({"flag": Part(Ref("feature_flag"), required=True), "value": Part(Json(), True)})
HOGQL = Record({"hogql": Part(Text(null=Invalid, blank=False), required=True)})


class PropertyFilter(Shape):
    """One property filter; `types` are the owners of properties that the place admits, the first is the default."""

    argument = {"type": "dict"}
    names_others = True

    def __init__(
        self, *types: str, operators: t.Sequence[str] = OPERATORS, flags: bool = False, hogql: bool = False
    ) -> None:
        super().__init__()
        self.shorts = {"cohort": COHORT, **({"flag": FLAG} if flags else {}), **({"hogql": HOGQL} if hogql else {})}
        self.plain = Record(
            {
                "key": Part(Text(null=Invalid, blank=False), required=True),
                "type": Part(Choice(*types), types[0]),
                "operator": Part(Choice(*operators, null="exact"), "exact"),
                "value": Part(Json(null=None)),
                "group_type": Part(Ref("group_type", null=None)),
                "negation": Part(Boolean(null=False), False),
            },
            check=complete,
        )

    def record(self, value: t.Mapping[str, t.Any]) -> Record:
        return next((shape for key, shape in self.shorts.items() if key in value), self.plain)

    def parse(self, value: t.Any) -> t.Any:
        must_be_mapping(value)
        return self.record(value).parse(unalias(value))

    def references(self, value: t.Any) -> t.Iterator[tuple[str, t.Any, str]]:
        return self.record(value).references(value) if isinstance(value, dict) else iter(())

    def named(self, value: t.Any, names: Names) -> t.Any:
        return self.record(value).named(value, names) if isinstance(value, dict) else value

    def brief(self, value: t.Any) -> t.Any:
        return self.record(value).brief(value) if isinstance(value, dict) else value

    # -- codec ----------------------------------------------------------------------------------------------------

    def decode(self, wire: Wire, names: Names) -> t.Any:
        kind = wire.get("type") or self.plain.parts["type"].default
        if kind in ("cohort", "static-cohort", "precalculated-cohort") and wire.get("key", "id") == "id":
            return lenient(self, decode_cohort(wire, names))
        if kind == "flag":
            return lenient(
                self, {"flag": names.name_of("feature_flag", number(wire.get("key"))), "value": wire.get("value", True)}
            )
        if kind == "hogql":
            return lenient(self, {"hogql": wire.get("key")})
        shown = {key: wire[key] for key in ("key", "operator", "value", "negation") if wire.get(key) is not None}
        shown["type"] = kind
        if wire.get("group_type_index") is not None:
            shown["group_type"] = names.name_of("group_type", wire["group_type_index"])
        return lenient(self, shown)

    def encode(self, value: t.Mapping[str, t.Any], ids: Ids) -> Wire:
        if "cohort" in value:
            cohort = ids.id_of("cohort", value["cohort"])
            return {"type": "cohort", "key": "id", "value": cohort, "operator": value["operator"]}
        if "flag" in value:
            flag = ids.id_of("feature_flag", value["flag"])
            return {"type": "flag", "key": str(flag), "value": value["value"], "operator": "flag_evaluates_to"}
        if "hogql" in value:
            return {"type": "hogql", "key": value["hogql"], "value": None}
        wire = {key: value[key] for key in ("key", "type", "operator")}
        if value["value"] is not None:
            wire["value"] = value["value"]
        if value["group_type"] is not None:
            wire["group_type_index"] = ids.id_of("group_type", value["group_type"])
        if value["negation"]:
            wire["negation"] = True
        return wire


def unalias(value: dict[str, t.Any]) -> dict[str, t.Any]:
    operator = value.get("operator")
    return {**value, "operator": ALIASES[operator]} if operator in ALIASES else value


def decode_cohort(wire: Wire, names: Names) -> t.Any:
    outside = (wire.get("operator") == "not_in") != bool(wire.get("negation"))
    cohort = names.name_of("cohort", number(wire.get("value")))
    return {"cohort": cohort, "operator": "not_in" if outside else "in"}


def complete(record: dict[str, t.Any]) -> None:
    """One spelling for what the server treats alike, and no operator without its value."""
    value = record["value"]
    if record["operator"] in VALUELESS:
        record["value"] = None
    elif value is None:
        raise Invalid(f"'value' is missing; operator '{record['operator']}' needs one")
    elif record["operator"] in LIST_OR_ONE and is_wrapped(value):
        record["value"] = value[0]
    if (record["type"] == "group") != (record.get("group_type") is not None):
        raise Invalid("'group_type' goes with 'type: group', and only there")


def is_wrapped(value: t.Any) -> bool:
    """True for a list of one plain value, which means the same as the value."""
    return isinstance(value, list) and len(value) == 1 and isinstance(value[0], (str, int, float))


def number(value: t.Any) -> t.Any:
    """Ids that the server stored as text, as numbers."""
    return int(value) if isinstance(value, str) and value.isdigit() else value
