"""Shapes one by one: what is good, what is null, and what a bad value is told, with its place."""

from __future__ import annotations

import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.strategies.written import JSON

from ansible_collections.rollout.posthog.plugins.module_utils import shape as s
from ansible_collections.rollout.posthog.plugins.module_utils.errors import Invalid
from ansible_collections.rollout.posthog.plugins.module_utils.kinds.all import KINDS, PROJECT
from ansible_collections.rollout.posthog.plugins.module_utils.kinds.criteria import CRITERION, Span
from ansible_collections.rollout.posthog.plugins.module_utils.kinds.feature_flag import Variants
from ansible_collections.rollout.posthog.plugins.module_utils.kinds.project import LinkedFlag, SampleRate
from ansible_collections.rollout.posthog.plugins.module_utils.kinds.property_filter import PropertyFilter
from ansible_collections.rollout.posthog.plugins.module_utils.kinds.query import Query
from ansible_collections.rollout.posthog.plugins.module_utils.resource import Tag
from ansible_collections.rollout.posthog.plugins.module_utils.values import nearest, normal_json, same

POINT = s.Record({"x": s.Part(s.Number(whole=True), required=True), "label": s.Part(s.Text(), "")})
FILTER = PropertyFilter("person", "group", hogql=True)
EVENT = {"event": "a", "within": "7 days"}


@pytest.mark.parametrize(
    ("shape", "written", "canonical"),
    [
        (s.Text(), "a", "a"),
        (s.Text(), 17, "17"),
        (s.Text(), None, ""),
        (s.Text(null=None), "", None),
        (s.Text(trim=True), "  a ", "a"),
        (s.Text(), "  a ", "  a "),
        (Tag(), " Growth ", "growth"),
        (s.Choice("a", "b", null="a"), None, "a"),
        (s.Choice(1, 2), "2", 2),
        (s.Boolean(), "yes", True),
        (s.Boolean(null=False), None, False),
        (s.Number(), "40.0", 40),
        (s.Number(), 0.1, 0.1),
        (s.Number(whole=True), "7", 7),
        (s.Number(null=None), None, None),
        (s.Json(), {"a": [40.0, (1, 2)], 3: None}, {"a": [40, [1, 2]], "3": None}),
        (s.JsonObject(null={}), None, {}),
        (s.Moment(), " -7d ", "-7d"),
        (s.Moment(), "2026-01-31T12:00:00+01:00", "2026-01-31T11:00:00Z"),
        (s.Moment(), "2026-01-31T12:00:00Z", "2026-01-31T12:00:00Z"),
        (s.Moment(), "2026-01-31 12:00:00", "2026-01-31T12:00:00"),
        (s.Moment(null=None), "", None),
        (s.Ref("cohort"), "Paying", "Paying"),
        (s.Ref("cohort"), 7, 7),
        (s.Ref("cohort", null=None), None, None),
        (s.ListOf(s.Text()), None, []),
        (s.ListOf(s.Text(), null=None), None, None),
        (s.ListOf(s.Text()), ("b", "a"), ["b", "a"]),
        (s.SetOf(s.Text()), ["b", "a", "b"], ["a", "b"]),
        (s.SetOf(s.Ref("dashboard")), ["b", 3, "a", 3], [3, "a", "b"]),
        (POINT, {"x": "3"}, {"x": 3, "label": ""}),
        (Span(), "1 days", "1 day"),
        (Span(), " 2 week ", "2 weeks"),
        (SampleRate(), "0.10", 0.1),
        (LinkedFlag(), "a-flag", {"flag": "a-flag", "variant": None}),
        (LinkedFlag(), None, None),
        (FILTER, {"cohort": "Paying"}, {"cohort": "Paying", "operator": "in"}),
        (CRITERION, {"criteria": [{"criteria": [EVENT]}]}, EVENT),
    ],
)
def test_good(shape: s.Shape, written: t.Any, canonical: t.Any) -> None:
    assert same(shape.canonical(written), canonical)
    assert same(shape.canonical(canonical), canonical)


@pytest.mark.parametrize(
    ("shape", "written", "message"),
    [
        (s.Text(null=Invalid), None, "must not be null"),
        (s.Text(), True, "must be text, not bool"),
        (s.Text(), ["a"], "must be text, not list"),
        (s.Text(longest=3), "abcd", "may have 3 characters at most, not 4"),
        (s.Text(pattern=r"^[a-z]+\Z", hint="is no word"), "a\n", "'a\n' is no word"),
        (s.Text(blank=False), "", "must not be empty"),
        (s.Text(blank=False, trim=True), "  ", "must not be empty"),
        (s.Choice("server", "client"), "clent", "'clent' is unknown; did you mean 'client'?"),
        (s.Choice("a", "b"), "zzz", "'zzz' is unknown; known are a, b"),
        (s.Choice("a"), None, "must not be null"),
        (s.Boolean(), "maybe", "must be true or false, not 'maybe'"),
        (s.Number(), True, "must be a number, not a boolean"),
        (s.Number(whole=True), 1.5, "must be a whole number, not '1.5'"),
        (s.Number(), "x", "must be a number, not 'x'"),
        (s.Number(), float("nan"), "must be a finite number"),
        (s.Number(least=0, most=100), 101, "must be between 0 and 100, not 101"),
        (s.Number(least=1), 0, "must be at least 1, not 0"),
        (s.Number(most=1), 2, "must be at most 1, not 2"),
        (s.JsonObject(), [], "must be a mapping, not list"),
        (s.Moment(), "2026-13-45T00:00:00", "is not a time"),
        (s.Moment(), " ", "must not be null"),
        (s.Ref("group_type"), "", "must be the name of a group type"),
        (s.Ref("cohort"), True, "must be the name of a cohort"),
        (s.ListOf(s.Text()), "a", "must be a list, not str"),
        (s.ListOf(s.Number()), [1, "x"], "[1]: must be a number, not 'x'"),
        (s.ListOf(POINT, unique="x"), [{"x": 1}, {"x": 1}], "[1]: x '1' is there twice"),
        (s.ListOf(s.Text(null=Invalid)), ["a", None], "[1]: must not be null"),
        (POINT, "x", "must be a mapping, not str"),
        (POINT, {"lable": "a"}, "unknown key 'lable'; did you mean 'label'?"),
        (POINT, {"label": "a"}, "'x' is missing"),
        (POINT, {"x": None}, "x: must not be null"),
        (s.ListOf(s.Record({"p": s.Part(POINT)})), [{"p": {"x": "a"}}], "[0].p.x: must be a whole number"),
        (Span(), "7 fortnights", "is no span of time"),
        (Span(), "0 days", "is no span of time"),
        (SampleRate(), 0.123, "keeps two decimals"),
        (SampleRate(), 1.01, "between 0 and 1"),
        (Variants(), [{"key": "a", "rollout_percentage": 60}], "must sum to 100, not 60"),
        (Variants(), [{"key": "a b", "rollout_percentage": 100}], "[0].key: 'a b' may hold"),
        (FILTER, {"key": "a"}, "'value' is missing; operator 'exact' needs one"),
        (FILTER, {"key": "a", "value": 1, "operator": "exakt"}, "operator: 'exakt' is unknown; did you mean 'exact'?"),
        (FILTER, {"key": "a", "value": 1, "type": "group"}, "'group_type' goes with 'type: group'"),
        (FILTER, {"key": "a", "value": 1, "group_type": "organization"}, "'group_type' goes with 'type: group'"),
        (FILTER, {"cohort": "a", "value": 1}, "unknown key 'value'"),
        (FILTER, 3, "must be a mapping, not int"),
        (CRITERION, {"event": "a"}, "'within' is missing"),
        (CRITERION, {**EVENT, "since": "-7d"}, "give 'within' or 'since', not both"),
        (CRITERION, {**EVENT, "action": "b"}, "one event or one action"),
        (CRITERION, {**EVENT, "at_least": 1, "exactly": 2}, "only one of"),
        (CRITERION, {**EVENT, "behavior": "sequence"}, "'then_event' is missing"),
        (CRITERION, {"x": 1}, "has one of the keys"),
        (CRITERION, {"criteria": [EVENT, {"event": "b"}]}, "criteria[1]: 'within' is missing"),
        (Query(), {"series": []}, "'kind' is missing"),
        (
            Query(),
            {"kind": "A", "source": {"kind": "ActionsNode", "action": {"id": 1}}},
            "source.action: must be the name",
        ),
        (Query(), {"kind": "A", "p": [{"cohort": None}]}, "p[0].cohort: must not be null"),
        (
            Query(),
            {"kind": "A", "b": {"breakdown_type": "cohort", "breakdown": [[1]]}},
            "b.breakdown: must be the name",
        ),
    ],
)
def test_bad(shape: s.Shape, written: t.Any, message: str) -> None:
    with pytest.raises(Invalid) as caught:
        shape.canonical(written)
    assert message in str(caught.value)


def test_references_are_named_with_their_place() -> None:
    criteria = [EVENT, {"match": "all", "criteria": [{"cohort": "A"}, {"action": "B", "within": "1 day"}]}]
    found = list(s.ListOf(CRITERION).references(s.ListOf(CRITERION).canonical(criteria)))
    assert found == [("cohort", "A", "[1].criteria[0].cohort"), ("action", "B", "[1].criteria[1].action")]
    query = {"kind": "V", "source": {"series": [{"kind": "ActionsNode", "action": "B"}], "properties": [{"cohort": 3}]}}
    assert list(Query().references(Query().canonical(query))) == [
        ("action", "B", "source.series[0].action"),
        ("cohort", 3, "source.properties[0].cohort"),
    ]


def test_a_query_copied_from_posthog_means_the_same() -> None:
    ours = {
        "kind": "T",
        "series": [{"kind": "ActionsNode", "action": 17}],
        "properties": [{"cohort": 3, "operator": "in"}],
    }
    copied = {
        "kind": "T",
        "version": 2,
        "series": [{"kind": "ActionsNode", "id": 17, "version": 1}],
        "properties": [{"type": "cohort", "key": "id", "value": 3, "operator": "in"}],
    }
    assert Query().canonical(copied) == Query().canonical(ours) == ours


def test_nearest() -> None:
    assert nearest("nmae", ["name", "type"]) == "did you mean 'name'?"
    assert nearest("zzz", ["b", "a"]) == "known are a, b"


@given(JSON)
def test_equality_is_an_equality(value: t.Any) -> None:
    assert same(value, value)
    assert same(normal_json(value), normal_json(normal_json(value)))


def test_equality_by_value() -> None:
    assert same({"a": [40, 1.5]}, {"a": [40.0, 1.5]})
    for one, other in (
        (True, 1),
        (0, False),
        ("1", 1),
        (None, False),
        ({}, []),
        ({"a": 1}, {"a": 1, "b": 2}),
        ([1], [1, 1]),
    ):
        assert not same(one, other)


@pytest.mark.parametrize("kind", [*KINDS, PROJECT], ids=lambda kind: kind.name)
@given(data=st.data())
def test_garbage_is_refused_in_a_sentence(kind: t.Any, data: st.DataObject) -> None:
    """Whatever is written: a canonical form or a sentence with a place, never another exception."""
    key = data.draw(st.sampled_from(sorted(kind.fields)))
    try:
        kind.canonicalise({key: data.draw(JSON)})
    except Invalid as problem:
        place = problem.place
    else:
        place = key
    assert place.startswith(key)
