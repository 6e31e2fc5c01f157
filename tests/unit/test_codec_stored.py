"""The codec law, from the server's side: what is stored can be adopted as it is, whoever wrote it, for every kind."""

from __future__ import annotations

import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.strategies.server import store
from unit.strategies.stored import stored
from unit.strategies.world import world
from unit.strategies.written import JSON

from ansible_collections.rollout.posthog.plugins.module_utils.compare import differing
from ansible_collections.rollout.posthog.plugins.module_utils.errors import Invalid
from ansible_collections.rollout.posthog.plugins.module_utils.kinds.all import KINDS, PROJECT
from ansible_collections.rollout.posthog.plugins.module_utils.plan import Entry, make_plan
from ansible_collections.rollout.posthog.plugins.module_utils.resource import Canonical, Kind, Wire

every_kind = pytest.mark.parametrize("kind", [*KINDS, PROJECT], ids=lambda kind: kind.name)
WORLD = world()


def writable(kind: Kind, found: Canonical) -> Canonical:
    """The fields that a person could have written so; what breaks our rules is shown, but cannot be written.

    A tile that PostHog has not placed yet is shown without a place; writing it so means that we place it.
    """
    kept = {}
    for key, value in found.items():
        try:
            kind.fields[key].canonical(value)
        except Invalid:
            continue
        if key != "tiles" or all(tile["layout"] for tile in value):
            kept[key] = value
    return kept if {"match", "criteria"} <= kept.keys() else {k: v for k, v in kept.items() if k not in PAIRED}


PAIRED = ("match", "criteria")


@every_kind
@given(data=st.data())
def test_what_may_be_stored_is_understood(kind: Kind, data: st.DataObject) -> None:
    """Without the net that catches what nobody expects."""
    wire = data.draw(stored(kind))
    for key in kind.fields:
        getattr(kind, f"decode_{key}", lambda *_: None)(wire, WORLD)


@every_kind
@given(data=st.data())
def test_what_is_shown_is_canonical(kind: Kind, data: st.DataObject) -> None:
    found = writable(kind, kind.decode(data.draw(stored(kind)), WORLD))
    assert kind.canonicalise(found) == found
    assert kind.named(found, WORLD) == found


@every_kind
@given(data=st.data())
def test_adopting_is_never_a_write(kind: Kind, data: st.DataObject) -> None:
    wire = data.draw(stored(kind))
    directory = world()
    directory.add(kind.name, wire)
    found = kind.decode(wire, directory)
    declared = writable(kind, found)
    assert differing(kind, found, found) == []
    for desired in (found, declared, {}):
        # Insights that a tile names may come along as changes of their own; this one must not change.
        change, *_others = make_plan([Entry(kind, dict(desired), "", id=wire[kind.endpoint.id])], directory)
        assert change.action == "none", change.diff()


@every_kind
@given(data=st.data())
def test_what_is_stored_survives_the_round(kind: Kind, data: st.DataObject) -> None:
    wire = data.draw(stored(kind))
    found = kind.decode(wire, WORLD)
    wanted = writable(kind, found)
    attributes = {kind.wire_name(key): 0 for key in wanted}
    again = kind.decode(store(kind, kind.encode(found, attributes, WORLD, wire), wire), WORLD)
    assert differing(kind, wanted, again) == []


@every_kind
@given(data=st.data())
def test_nothing_that_is_stored_breaks_the_reading(kind: Kind, data: st.DataObject) -> None:
    """An attribute that holds what nobody expects is shown as it is, or as its default; the task goes on."""
    wire: Wire = data.draw(stored(kind))
    attributes = sorted({kind.wire_name(key) for key in kind.fields} - {kind.endpoint.key})
    broken = data.draw(st.sampled_from(attributes))
    wire[broken] = damaged(data.draw, wire.get(broken))
    kind.decode(wire, WORLD)


def damaged(draw: t.Callable[[st.SearchStrategy[t.Any]], t.Any], value: t.Any) -> t.Any:
    """The value with one thing in it replaced, at any depth."""
    inside = isinstance(value, (dict, list)) and value and draw(st.integers(0, 4))
    if not inside:
        return draw(JSON)
    if isinstance(value, dict):
        key = draw(st.sampled_from(sorted(value)))
        return {**value, key: damaged(draw, value[key])}
    index = draw(st.integers(0, len(value) - 1))
    return [*value[:index], damaged(draw, value[index]), *value[index + 1 :]]


FLAG, COHORT = KINDS[0], KINDS[1]


def test_an_old_flag_says_once_what_all_conditions_aggregate_by() -> None:
    wire = {"id": 1, "key": "f", "filters": {"aggregation_group_type_index": 0, "groups": [{}, {"variant": None}]}}
    assert [one["aggregate_by"] for one in FLAG.decode(wire, WORLD)["conditions"]] == ["organization", "organization"]


@pytest.mark.parametrize(
    ("operator", "shown"),
    [("gte", {"at_least": 2}), ("gt", {"at_least": 3}), ("lt", {"at_most": 1}), ("eq", {"exactly": 2})],
)
def test_how_often_is_read_in_all_spellings(operator: t.Any, shown: dict[str, int]) -> None:
    leaf = {"type": "behavioral", "event_type": "events", "key": "a", "value": "performed_event_multiple"}
    leaf |= {"time_value": 7, "time_interval": "day", "operator": operator, "operator_value": 2}
    wire = {"id": 1, "name": "C", "filters": {"properties": {"type": "OR", "values": [leaf]}}}
    assert COHORT.decode(wire, WORLD)["criteria"] == [{"event": "a", "within": "7 days", **shown}]
