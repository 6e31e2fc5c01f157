"""Parts of stored objects: filters, criteria, query nodes, tiles, with all that has crept into them over the years."""

from __future__ import annotations

import json
import typing as t

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ansible_collections.rollout.posthog.plugins.module_utils.kinds.property_filter import OPERATORS

from . import world
from .written import JSON, OBJECTS, TEXTS

Wires = SearchStrategy[dict[str, t.Any]]
VALUES = st.sampled_from((None, "", "one", ["one"], ["one", "two"], [], 1, "1", True, {"a": 1}))

SHARES = st.integers(0, 100)


def ids(kind: str) -> SearchStrategy[t.Any]:
    """Ids of a kind, as numbers or as text, of all sorts of objects."""
    numbers = st.sampled_from((*world.names(kind), *world.nameless(kind)))
    return numbers | numbers.map(str)


def cohort_filter() -> Wires:
    """Membership, in words of several years."""
    return st.fixed_dictionaries(
        {"key": st.just("id"), "type": st.sampled_from(("cohort", "static-cohort", "precalculated-cohort"))}
        | {"value": ids("cohort")},
        optional={
            "operator": st.sampled_from((None, "in", "not_in", "exact")),
            "negation": st.sampled_from((None, False, True)),
            "cohort_name": TEXTS,
            "label": st.none(),
        },
    )


def property_filter() -> Wires:
    """Any property filter, also of types and operators that we do not know."""
    groups = st.sampled_from((None, *world.GROUP_TYPES, *world.nameless("group_type")))
    plain = st.fixed_dictionaries(
        {"key": st.sampled_from(("email", "$group_key", "id", "17"))},
        optional={
            "type": st.sampled_from((None, "person", "event", "group", "data_warehouse", "cohort")),
            "operator": st.sampled_from((None, *OPERATORS, "min", "max", "brand_new")),
            "value": VALUES,
            "group_type_index": groups,
            "negation": st.sampled_from((None, False, True)),
            "label": st.none(),
            "group_key_names": st.just({"17": "Acme"}),
        },
    )
    flags = st.fixed_dictionaries(
        {"type": st.just("flag"), "key": ids("feature_flag")},
        optional={"value": st.sampled_from((True, False, "test")), "operator": st.just("flag_evaluates_to")},
    )
    hogql = st.fixed_dictionaries({"type": st.just("hogql"), "key": TEXTS}, optional={"value": st.none()})
    return plain | cohort_filter() | flags | hogql


def flag_filters() -> SearchStrategy[t.Any]:
    """The filters of a flag, as get_filters answers."""
    payload = st.sampled_from(('{"a": 1}', '"text"', "text", "", "null", "17", {"a": 1}, None))
    group = st.fixed_dictionaries(
        {},
        optional={
            "properties": st.none() | st.lists(property_filter(), max_size=2),
            "rollout_percentage": st.sampled_from((None, 0, 50, 33.3, 100.0, 150)),
            "variant": st.sampled_from((None, "test", "gone")),
            "aggregation_group_type_index": st.sampled_from((None, 0, 4)),
            "description": st.none() | TEXTS,
            "sort_key": st.just("abc"),
            "users_affected": st.integers(0, 9),
        },
    )
    variant = st.fixed_dictionaries(
        {"key": st.sampled_from(("control", "test", "true", "ü"))},
        optional={
            **dict.fromkeys(("name", "description"), st.none() | TEXTS),
            "rollout_percentage": st.integers(0, 100),
        },
    )
    variants = st.lists(variant, max_size=3, unique_by=lambda one: one["key"])
    return st.none() | st.fixed_dictionaries(
        {},
        optional={
            "groups": st.none() | st.lists(group, max_size=3),
            "multivariate": st.none() | st.fixed_dictionaries({"variants": variants}),
            "payloads": st.none() | st.dictionaries(st.sampled_from(("true", "test", "old")), payload, max_size=2),
            "aggregation_group_type_index": st.sampled_from((None, 0)),
            "early_exit": st.sampled_from((None, False, True)),
            "super_groups": st.none(),
            "holdout": st.none() | st.just({"id": 1, "exclusion_percentage": 10}),
            "feature_enrollment": st.none() | st.booleans(),
        },
    )


def criterion() -> Wires:
    """A leaf of a cohort's criteria."""
    extras = {"bytecode": st.just(["_H", 1]), "bytecode_error": st.none(), "conditionHash": st.just("abc")}
    extras["negation"] = st.sampled_from((None, False, True))
    person = st.fixed_dictionaries(
        {"type": st.sampled_from(("person", "person_metadata")), "key": st.just("email"), "value": VALUES.filter(bool)},
        optional={**extras, "operator": st.sampled_from((None, *OPERATORS, "brand_new"))},
    )
    cohort = {"type": st.just("cohort"), "key": st.just("id"), "value": ids("cohort")}
    member = st.fixed_dictionaries(cohort, optional=extras)
    performed = ("performed_event", "performed_event_multiple", "performed_event_first_time")
    others = ("performed_event_sequence", "performed_event_regularly", "stopped_performing_event", "brand_new")
    units, spans = st.sampled_from(("day", "week", None, "fortnight")), st.sampled_from((None, 1, 7, "30"))
    behavioral = {
        "value": st.sampled_from((*performed, *others)),
        "operator": st.sampled_from((None, "gte", "lte", "exact", "eq", "gt", "lt", "in")),
        "operator_value": st.sampled_from((None, 0, 2, "3")),
        "time_value": spans,
        "time_interval": units,
        "seq_event_type": st.sampled_from((None, "events", "actions")),
        "seq_event": st.none() | ids("action"),
        "seq_time_value": spans,
        "seq_time_interval": units,
        "total_periods": st.sampled_from((None, 3)),
        "min_periods": st.sampled_from((None, 2)),
        "event_filters": st.none() | st.lists(property_filter(), max_size=2),
        "explicit_datetime": st.sampled_from((None, "-30d", "2026-01-31T12:00:00+01:00", "")),
        "explicit_datetime_to": st.sampled_from((None, "-1d")),
    }
    events = st.fixed_dictionaries(
        {"type": st.just("behavioral"), "event_type": st.just("events"), "key": st.just("$pageview")},
        optional={**extras, **behavioral},
    )
    actions = st.fixed_dictionaries(
        {"type": st.just("behavioral"), "event_type": st.just("actions"), "key": ids("action")},
        optional={**extras, **behavioral},
    )
    return person | member | events | actions


def cohort_filters() -> SearchStrategy[t.Any]:
    """The filters of a cohort in all nestings: a leaf, a group, groups of groups, empty ones."""
    groups = lambda inner: st.fixed_dictionaries(  # noqa: E731 - named for what it makes
        {"type": st.sampled_from(("OR", "AND")), "values": st.lists(inner, max_size=3)}
    )
    tree = groups(st.recursive(criterion(), groups, max_leaves=4))
    return st.none() | st.fixed_dictionaries(
        {}, optional={"properties": st.none() | tree, "filterTestAccounts": st.sampled_from((None, False, True))}
    )


def step() -> Wires:
    """A step of an action, with the keys that reading adds."""
    texts = st.none() | st.sampled_from(("", "Sign up", "/a"))
    matchings = st.sampled_from((None, "exact", "contains", "regex"))
    keys = ("event", "selector", "tag_name", "text", "href", "url")
    return st.fixed_dictionaries(
        {},
        optional={
            **dict.fromkeys(keys, texts),
            **{f"{key}_matching": matchings for key in ("text", "href", "url")},
            "properties": st.none() | st.lists(property_filter(), max_size=2),
            "selector_regex": st.none(),
            "name": TEXTS,
            "id": st.integers(1, 9),
        },
    )


def query() -> Wires:
    """A query, as schema upgrades and the UI leave it."""
    extras = {"name": st.none() | TEXTS, "version": st.just(1), "properties": st.lists(filters(), max_size=2)}
    event = st.fixed_dictionaries({"kind": st.just("EventsNode"), "event": st.none() | TEXTS}, optional=extras)
    action = st.fixed_dictionaries({"kind": st.just("ActionsNode"), "id": ids("action") | st.none()}, optional=extras)
    breakdown = st.fixed_dictionaries(
        {"breakdown_type": st.sampled_from(("cohort", "event", None))},
        optional={"breakdown": ids("cohort") | st.lists(ids("cohort") | st.just("all"), max_size=2) | st.none()},
    )
    source = st.fixed_dictionaries(
        {"kind": st.just("TrendsQuery"), "series": st.lists(event | action, max_size=2)},
        optional={"breakdownFilter": st.none() | breakdown, "properties": filter_group(), "version": st.just(3)},
    )
    viz = st.fixed_dictionaries(
        {"kind": st.just("InsightVizNode"), "source": source}, optional={"version": st.just(2), "response": JSON}
    )
    return viz | OBJECTS


def filters() -> Wires:
    """A property filter in a query, whole or in pieces."""
    pieces = st.sampled_from(({"cohort": 3}, {"cohort": None}, {"cohort": [1], "operator": "odd"}))
    odd = st.just({"type": "cohort", "key": "id", "value": [1, 2]})
    return property_filter() | pieces | odd


def filter_group() -> SearchStrategy[t.Any]:
    """A list of filters or a group of groups."""
    many = st.lists(filters(), max_size=2)
    return many | many.map(lambda found: {"type": "AND", "values": [{"type": "OR", "values": found}]})


def dashboard_filters() -> Wires:
    """The filters of a dashboard."""
    return st.fixed_dictionaries(
        {},
        optional={
            "date_from": st.sampled_from((None, "-7d", "2026-01-31", "2026-01-31T12:00:00Z", "")),
            "date_to": st.none(),
            "explicitDate": st.sampled_from((None, False, True)),
            "properties": st.none() | st.lists(property_filter(), max_size=2),
            "breakdown_filter": st.none() | OBJECTS,
        },
    )


def layouts() -> SearchStrategy[t.Any]:
    """Layouts: none, of one grid or of both, with keys of the UI, and as JSON text in old rows."""
    number = st.integers(0, 12)
    sm = st.fixed_dictionaries(dict.fromkeys("xywh", number), optional={"minW": number, "i": TEXTS})
    xs = st.fixed_dictionaries({"x": st.just(0), "y": number, "w": st.just(1), "h": number}, optional={"minH": number})
    both = st.fixed_dictionaries({}, optional={"sm": sm | st.just({}), "xs": xs | st.just({})})
    return st.one_of(st.none(), both, both.map(json.dumps), st.just("{}"), st.just(""))


def tiles() -> SearchStrategy[list[dict[str, t.Any]]]:
    """Tiles of all sorts, those included that nobody manages."""
    body = st.fixed_dictionaries({"id": st.integers(1, 99), "body": st.none() | TEXTS})
    numbers = st.sampled_from((*world.NAMED, *world.nameless("insight")))
    shown = numbers.map(lambda id: {"id": id, "name": "x", "result": None})
    rest = {
        "layouts": layouts(),
        "color": st.sampled_from((None, "", "blue")),
        "show_description": st.sampled_from((None, False, True)),
        "transparent_background": st.sampled_from((None, True)),
        "order": st.integers(0, 9),
        "deleted": st.sampled_from((None, False, True)),
        "filters_overrides": st.none() | OBJECTS,
    }
    contents = (
        {"insight": shown, "text": st.none()},
        {"insight": st.none(), "text": body},
        {"button_tile": st.just({"url": "https://example.com"}), "insight": st.none(), "text": st.none()},
    )
    tile = st.one_of(*(st.fixed_dictionaries({"id": st.integers(1, 999), **one}, optional=rest) for one in contents))
    return st.lists(tile, max_size=4, unique_by=lambda one: one["id"]).filter(once_each)


def once_each(found: list[dict[str, t.Any]]) -> bool:
    """A dashboard holds an insight once."""
    shown = [tile["insight"]["id"] for tile in found if tile.get("insight")]
    return len(shown) == len(set(shown))


def path_cleaning() -> Wires:
    """A rule for paths."""
    return st.fixed_dictionaries(
        {"alias": st.just("<id>"), "regex": st.just("\\d+")}, optional={"order": st.sampled_from((None, 0, 1))}
    )
