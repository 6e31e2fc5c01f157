# SPDX-License-Identifier: GPL-3.0-or-later
"""A cohort's criteria: who belongs to it.

    {event: dashboard_view, within: 7 days}                       did it at least once
    {event: dashboard_view, at_least: 2, within: 7 days}          also at_most, exactly
    {action: GitHub connected, since: 2026-01-01}                 an action, since a date
    {event: x, behavior: first_time | regularly | sequence | stopped | restarted, ...}
    {key: email, operator: icontains, value: "@example.com"}      a property of the person
    {cohort: Employees, negation: true}                           membership of another cohort
    {match: all, criteria: [...]}                                 a group

The server keeps groups of groups; one group in a group, or a group of one, means the same as its content and is
shown as that.
"""

from __future__ import annotations

import re
import typing as t

from ..errors import Invalid
from ..resource import Ids, Names, Wire, lenient
from ..shape import Boolean, Choice, Json, ListOf, Moment, Number, Part, Record, Ref, Shape, Text, must_be_mapping
from .property_filter import OPERATORS, PropertyFilter, complete, number, unalias

MATCHES = {"any": "OR", "all": "AND"}
UNITS = ("hour", "day", "week", "month", "year")
#: Ours: the words of the UI; the server's beside them (reference 7).
BEHAVIORS = {
    "performed": "performed_event",
    "first_time": "performed_event_first_time",
    "regularly": "performed_event_regularly",
    "sequence": "performed_event_sequence",
    "stopped": "stopped_performing_event",
    "restarted": "restarted_performing_event",
}
MULTIPLE = "performed_event_multiple"
COUNTS = {"at_least": "gte", "at_most": "lte", "exactly": "exact"}
#: The server also takes these spellings of the same comparisons.
COUNT_ALIASES = {"gte": "at_least", "lte": "at_most", "exact": "exactly", "eq": "exactly"}


class Span(Shape):
    """A length of time in words: 7 days, 1 month."""

    argument = {"type": "str"}

    def parse(self, value: t.Any) -> t.Any:
        found = re.fullmatch(r"\s*(\d+)\s*([a-z]+?)s?\s*", str(value))
        if not found or found[2] not in UNITS or int(found[1]) < 1:
            raise Invalid(f"'{value}' is no span of time; write it like '7 days' ({', '.join(UNITS)})")
        return span(int(found[1]), found[2])


def span(count: t.Any, unit: t.Any) -> str:
    return f"{count} {unit}" + ("" if count == 1 else "s")


def unspan(text: str) -> tuple[int, str]:
    count, unit = text.split()
    return int(count), unit.removesuffix("s")


EVENT_FILTER = PropertyFilter("event", "element", hogql=True)
COUNT = Number(least=0, whole=True, null=None)
BEHAVIOR = Record(
    {
        "event": Part(Text(null=None), None),
        "action": Part(Ref("action", null=None), None),
        "behavior": Part(Choice(*BEHAVIORS), "performed"),
        "at_least": Part(COUNT, None),
        "at_most": Part(COUNT, None),
        "exactly": Part(COUNT, None),
        "within": Part(Span(null=None), None),
        "since": Part(Moment(null=None), None),
        "until": Part(Moment(null=None), None),
        "then_event": Part(Text(null=None), None),
        "then_action": Part(Ref("action", null=None), None),
        "then_within": Part(Span(null=None), None),
        "periods": Part(COUNT, None),
        "min_periods": Part(COUNT, None),
        "properties": Part(ListOf(EVENT_FILTER), []),
        "negation": Part(Boolean(null=False), False),
    }
)
COHORT = Record({"cohort": Part(Ref("cohort"), required=True), "negation": Part(Boolean(null=False), False)})
PERSON = Record(
    {
        "key": Part(Text(null=Invalid, blank=False), required=True),
        "type": Part(Choice("person", "person_metadata"), "person"),
        "operator": Part(Choice(*OPERATORS, null="exact"), "exact"),
        "value": Part(Json(null=None)),
        "negation": Part(Boolean(null=False), False),
    },
    check=complete,
)


class Criterion(Shape):
    """One criterion, or a group of them."""

    argument = {"type": "dict"}
    names_others = True

    def parse(self, value: t.Any) -> t.Any:
        must_be_mapping(value)
        if "criteria" in value:
            return group(GROUP.parse(value))
        if "cohort" in value:
            return COHORT.parse(value)
        if "event" in value or "action" in value:
            return behavior(BEHAVIOR.parse(value))
        if "key" in value:
            return PERSON.parse(unalias(value))
        raise Invalid("a criterion has one of the keys event, action, key, cohort or criteria")

    def references(self, value: t.Any) -> t.Iterator[tuple[str, t.Any, str]]:
        return self.shape_of(value).references(value) if isinstance(value, dict) else iter(())

    def named(self, value: t.Any, names: Names) -> t.Any:
        return self.shape_of(value).named(value, names) if isinstance(value, dict) else value

    def brief(self, value: t.Any) -> t.Any:
        return self.shape_of(value).brief(value) if isinstance(value, dict) else value

    @staticmethod
    def shape_of(value: t.Mapping[str, t.Any]) -> Record:
        if "criteria" in value:
            return GROUP
        return COHORT if "cohort" in value else PERSON if "key" in value else BEHAVIOR


CRITERION = Criterion()
GROUP = Record(
    {"match": Part(Choice(*MATCHES), "any"), "criteria": Part(ListOf(CRITERION, null=Invalid), required=True)}
)


def group(record: dict[str, t.Any]) -> t.Any:
    """A group of one is its only member."""
    return record["criteria"][0] if len(record["criteria"]) == 1 else record


def behavior(record: dict[str, t.Any]) -> dict[str, t.Any]:
    if (record["event"] is None) == (record["action"] is None):
        raise Invalid("a criterion is about one event or one action")
    if sum(record[count] is not None for count in COUNTS) > 1:
        raise Invalid("only one of at_least, at_most and exactly can be given")
    if record["within"] is not None and record["since"] is not None:
        raise Invalid("give 'within' or 'since', not both")
    if record["within"] is None and record["since"] is None:
        raise Invalid("'within' is missing; write it like '7 days'")
    if record["behavior"] == "sequence" and record["then_event"] is None and record["then_action"] is None:
        raise Invalid("'then_event' is missing; a sequence has a second event or action")
    return {key: value for key, value in record.items() if value != BEHAVIOR.parts[key].default}


# -- codec --------------------------------------------------------------------------------------------------------


def decode_group(wire: Wire, names: Names) -> t.Any:
    """{match, criteria} of the server's outermost group."""
    found = decode_node(wire or {"type": "OR", "values": []}, names)
    return found if isinstance(found, dict) and "criteria" in found else {"match": "any", "criteria": [found]}


def decode_node(wire: Wire, names: Names) -> t.Any:
    if "values" in wire:
        match = next((ours for ours, theirs in MATCHES.items() if theirs == wire.get("type")), "any")
        items = [decode_node(item, names) for item in wire["values"]]
        return items[0] if len(items) == 1 else {"match": match, "criteria": items}
    kind = wire.get("type")
    if kind == "cohort":
        cohort = names.name_of("cohort", number(wire.get("value")))
        return lenient(CRITERION, {"cohort": cohort, "negation": wire.get("negation")})
    if kind == "behavioral":
        return lenient(CRITERION, decode_behavior(wire, names))
    known = ("key", "type", "operator", "value", "negation")
    return lenient(CRITERION, {key: wire[key] for key in known if key in wire})


def decode_behavior(wire: Wire, names: Names) -> dict[str, t.Any]:
    shown: dict[str, t.Any] = {"negation": wire.get("negation")}
    shown.update(decode_subject(wire.get("event_type"), wire.get("key"), "", names))
    if wire.get("seq_event") is not None:
        shown.update(decode_subject(wire.get("seq_event_type"), wire["seq_event"], "then_", names))
    if wire.get("value") != MULTIPLE:
        theirs = wire.get("value")
        shown["behavior"] = next((ours for ours, word in BEHAVIORS.items() if word == theirs), theirs)
    if wire.get("operator_value") is not None:
        shown.update(decode_count(wire.get("operator"), number(wire["operator_value"])))
    if wire.get("time_value") is not None:
        shown["within"] = span(wire["time_value"], wire.get("time_interval"))
    if wire.get("seq_time_value") is not None:
        shown["then_within"] = span(wire["seq_time_value"], wire.get("seq_time_interval"))
    shown.update(since=wire.get("explicit_datetime"), until=wire.get("explicit_datetime_to"))
    shown.update(periods=wire.get("total_periods"), min_periods=wire.get("min_periods"))
    shown["properties"] = [EVENT_FILTER.decode(item, names) for item in wire.get("event_filters") or []]
    if shown["since"]:
        # The UI keeps the span beside the date that it was counted from; the date is what is evaluated.
        shown.pop("within", None)
    return {key: value for key, value in shown.items() if value is not None}


def decode_count(operator: t.Any, value: t.Any) -> dict[str, t.Any]:
    """How often; an operator that is none of ours is shown, so that it is seen and not misread."""
    if operator in ("gt", "lt") and isinstance(value, int):
        return {"at_least": value + 1} if operator == "gt" else {"at_most": value - 1}
    word = COUNT_ALIASES.get(operator or "gte")
    return {word: value} if word else {"operator": operator, "operator_value": value}


def decode_subject(kind: t.Any, key: t.Any, prefix: str, names: Names) -> dict[str, t.Any]:
    if kind == "actions":
        return {f"{prefix}action": names.name_of("action", number(key))}
    return {f"{prefix}event": key}


def encode_criteria(match: str, criteria: list[t.Any], ids: Ids) -> Wire:
    """The server's outermost group in the form that its UI edits: a group of groups of criteria."""
    if any("criteria" in item for item in criteria):
        inner = [item if "criteria" in item else {"match": "all", "criteria": [item]} for item in criteria]
        return {"type": MATCHES[match], "values": [encode_node(item, ids) for item in inner]}
    return {"type": "OR", "values": [encode_node({"match": match, "criteria": criteria}, ids)]}


def encode_node(item: t.Mapping[str, t.Any], ids: Ids) -> Wire:
    if "criteria" in item:
        return {"type": MATCHES[item["match"]], "values": [encode_node(inner, ids) for inner in item["criteria"]]}
    if "cohort" in item:
        cohort = ids.id_of("cohort", item["cohort"])
        return {"type": "cohort", "key": "id", "value": cohort, "negation": item["negation"]}
    if "key" in item:
        # Unlike elsewhere, the server wants a value here even where the operator has none.
        value = item["operator"] if item["value"] is None else item["value"]
        return {**{key: item[key] for key in ("key", "type", "operator", "negation")}, "value": value}
    return encode_behavior(item, ids)


def encode_behavior(item: t.Mapping[str, t.Any], ids: Ids) -> Wire:
    wire: Wire = {"type": "behavioral", "negation": item.get("negation", False)}
    wire["event_type"], wire["key"] = encode_subject(item, "", ids)
    count = next((name for name in COUNTS if name in item), None)
    behavior_name = item.get("behavior", "performed")
    wire["value"] = MULTIPLE if count and behavior_name == "performed" else BEHAVIORS[behavior_name]
    if count:
        wire.update(operator=COUNTS[count], operator_value=item[count])
    if "within" in item:
        wire["time_value"], wire["time_interval"] = unspan(item["within"])
    if "then_event" in item or "then_action" in item:
        wire["seq_event_type"], wire["seq_event"] = encode_subject(item, "then_", ids)
    if "then_within" in item:
        wire["seq_time_value"], wire["seq_time_interval"] = unspan(item["then_within"])
    for ours, theirs in (
        ("since", "explicit_datetime"),
        ("until", "explicit_datetime_to"),
        ("periods", "total_periods"),
        ("min_periods", "min_periods"),
    ):
        if ours in item:
            wire[theirs] = item[ours]
    if "properties" in item:
        wire["event_filters"] = [encode_event_filter(prop, ids) for prop in item["properties"]]
    return wire


def encode_event_filter(item: t.Mapping[str, t.Any], ids: Ids) -> Wire:
    """The server refuses keys that it does not know here, also empty ones."""
    return {key: value for key, value in EVENT_FILTER.encode(item, ids).items() if value is not None}


def encode_subject(item: t.Mapping[str, t.Any], prefix: str, ids: Ids) -> tuple[str, t.Any]:
    if f"{prefix}action" in item:
        return "actions", ids.id_of("action", item[f"{prefix}action"])
    return "events", item[f"{prefix}event"]
