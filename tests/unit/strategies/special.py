"""What a person may write where the shape alone does not tell, and whole objects of a kind."""

from __future__ import annotations

import typing as t

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ansible_collections.rollout.posthog.plugins.module_utils import shape as s
from ansible_collections.rollout.posthog.plugins.module_utils.kinds import criteria, feature_flag, project, query, tile
from ansible_collections.rollout.posthog.plugins.module_utils.kinds import property_filter as filters
from ansible_collections.rollout.posthog.plugins.module_utils.resource import Kind

from . import world
from .written import JSON, OBJECTS, TEXTS, of_shape, valid, written

VARIANT_KEYS = ("control", "test", "true", "v2/a.b-c")
VALUES = JSON.filter(lambda value: value is not None) | st.sampled_from((["one"], ["one", "two"], [1]))


@written.register
def _(shape: feature_flag.Variants) -> SearchStrategy[t.Any]:
    @st.composite
    def variants(draw: st.DrawFn) -> list[t.Any]:
        keys = draw(st.lists(st.sampled_from(VARIANT_KEYS), max_size=4, unique=True))
        number = max(len(keys) - 1, 0)
        cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=number, max_size=number)))
        shares = [high - low for low, high in zip([0, *cuts], [*cuts, 100], strict=True)]
        drawn = [draw(of_shape(shape.item)) for _key in keys]
        return [
            {**variant, "key": key, "rollout_percentage": share}
            for variant, key, share in zip(drawn, keys, shares, strict=False)
        ]

    return variants()


@written.register
def _(shape: criteria.Span) -> SearchStrategy[t.Any]:
    units = st.sampled_from(criteria.UNITS)
    return st.builds(lambda count, unit, s: f"{count} {unit}{s}", st.integers(1, 99), units, st.sampled_from(("", "s")))


@written.register
def _(shape: project.LinkedFlag) -> SearchStrategy[t.Any]:
    return of_shape(shape.parts["flag"].shape) | st.fixed_dictionaries(
        {"flag": of_shape(shape.parts["flag"].shape)}, optional={"variant": of_shape(shape.parts["variant"].shape)}
    )


def plain_filter(record: s.Record, value: SearchStrategy[t.Any]) -> SearchStrategy[t.Any]:
    """A filter by a property, whose operator and type say what else it has."""

    @st.composite
    def drawn(draw: st.DrawFn) -> dict[str, t.Any]:
        parts = {key: of_shape(part.shape) for key, part in record.parts.items()}
        found = {"key": draw(parts["key"]), "value": draw(value)}
        for key in ("type", "operator", "negation"):
            if draw(st.booleans()):
                found[key] = draw(parts[key])
        if found.get("operator") in filters.VALUELESS and draw(st.booleans()):
            del found["value"]
        if found.get("type") == "group":
            found["group_type"] = draw(parts["group_type"].filter(lambda name: name is not None))
        if draw(st.booleans()) and "operator" not in found:
            found["operator"] = draw(st.sampled_from(sorted(filters.ALIASES)))
        return found

    return drawn().filter(lambda found: valid(record, filters.unalias(found)))


@written.register
def _(shape: filters.PropertyFilter) -> SearchStrategy[t.Any]:
    return st.one_of(plain_filter(shape.plain, VALUES), *(of_shape(short) for short in shape.shorts.values()))


def behavior() -> SearchStrategy[t.Any]:
    """A criterion about what somebody did."""
    parts = {key: of_shape(part.shape) for key, part in criteria.BEHAVIOR.parts.items()}

    @st.composite
    def drawn(draw: st.DrawFn) -> dict[str, t.Any]:
        subject = draw(st.sampled_from(("event", "action")))
        when = draw(st.sampled_from(("within", "since")))
        count = draw(st.sampled_from((*criteria.COUNTS, None)))
        found = {key: draw(parts[key].filter(lambda value: value is not None)) for key in (subject, when)}
        if count:
            found[count] = draw(parts[count])
        rest = ("until", "then_event", "then_within", "periods", "min_periods", "properties", "negation", "behavior")
        found.update(draw(st.fixed_dictionaries({}, optional={key: parts[key] for key in rest})))
        return found

    return drawn().filter(lambda found: valid(criteria.CRITERION, found))


@written.register
def _(shape: criteria.Criterion) -> SearchStrategy[t.Any]:
    leaf = behavior() | of_shape(criteria.COHORT) | plain_filter(criteria.PERSON, VALUES)
    groups = lambda inner: st.fixed_dictionaries(  # noqa: E731 - named for what it makes
        {"criteria": st.lists(inner, max_size=3)}, optional={"match": st.sampled_from(("any", "all"))}
    )
    return st.recursive(leaf, groups, max_leaves=4)


@written.register
def _(shape: query.Query) -> SearchStrategy[t.Any]:
    cohorts, actions = of_shape(s.Ref("cohort")), of_shape(s.Ref("action"))
    by_cohort = st.fixed_dictionaries({"cohort": cohorts}, optional={"operator": st.sampled_from(("in", "not_in"))})
    by_property = st.fixed_dictionaries({"key": TEXTS, "value": JSON, "type": st.sampled_from(("event", "person"))})
    extras = {"properties": st.lists(by_cohort | by_property, max_size=2), "name": TEXTS, "math": st.just("dau")}
    event = st.fixed_dictionaries({"kind": st.just("EventsNode"), "event": st.none() | TEXTS}, optional=extras)
    action = st.fixed_dictionaries({"kind": st.just("ActionsNode"), "action": actions}, optional=extras)
    breakdown = st.fixed_dictionaries(
        {"breakdown_type": st.just("cohort"), "breakdown": cohorts | st.lists(cohorts | st.just("all"), max_size=2)}
    )
    source = st.fixed_dictionaries(
        {"kind": st.sampled_from(("TrendsQuery", "FunnelsQuery")), "series": st.lists(event | action, max_size=2)},
        optional={"breakdownFilter": breakdown, "dateRange": OBJECTS, "properties": st.lists(by_cohort, max_size=1)},
    )
    viz = st.fixed_dictionaries({"kind": st.just("InsightVizNode"), "source": source}, optional={"version": st.just(2)})
    sql = st.fixed_dictionaries({"kind": st.just("HogQLQuery"), "query": TEXTS}, optional={"variables": OBJECTS})
    table = {"kind": st.just("DataVisualizationNode"), "source": sql}
    return viz | st.fixed_dictionaries(table, optional={"chartSettings": OBJECTS})


@written.register
def _(shape: tile.Tiles) -> SearchStrategy[t.Any]:
    by_hand = ("insight", "text", "layout")
    rest = {key: of_shape(part.shape) for key, part in tile.TILE.parts.items() if key not in by_hand}
    text = st.fixed_dictionaries({"text": TEXTS}, optional=rest)
    insight = st.fixed_dictionaries({"insight": of_shape(s.Ref("insight"))}, optional=rest)

    @st.composite
    def drawn(draw: st.DrawFn) -> list[t.Any]:
        tiles, bottom = draw(st.lists(text | insight, max_size=4, unique_by=insight_of)), 0
        for index, one in enumerate(tiles):
            if draw(st.booleans()):
                width, height = draw(st.integers(1, 12)), draw(st.integers(1, 6))
                x = draw(st.integers(0, 12 - width))
                tiles[index] = {**one, "layout": {"x": x, "y": 100 + bottom, "w": width, "h": height}}
                bottom += height
        return tiles

    return drawn().filter(lambda tiles: valid(shape, tiles))


def insight_of(one: dict[str, t.Any]) -> t.Any:
    """What must not be on a dashboard twice: an insight, by name or by id."""
    by_name = {name: id for id, name in world.NAMED.items()}
    name = one.get("insight")
    return id(one) if name is None else by_name.get(name, name)


def allowed_flag(flag: dict[str, t.Any]) -> dict[str, t.Any]:
    """Within the rules that span a flag's fields."""
    if flag.get("encrypted") not in (None, False, "false"):
        flag["remote_config"] = True
        flag.pop("variants", None)
    keys = [variant["key"] for variant in flag.get("variants") or ()]
    for index, condition in enumerate(flag.get("conditions") or ()):
        condition["variant"] = keys[index % len(keys)] if keys and condition.get("variant") else None
    if keys:
        flag.pop("payload", None)
    if flag.get("archived") not in (None, False, "false"):
        flag["active"] = False
    if flag.get("bucketing_identifier") == "device_id":
        flag.pop("ensure_experience_continuity", None)
    return flag


def allowed_cohort(cohort: dict[str, t.Any]) -> dict[str, t.Any]:
    """Within the rules that span a cohort's fields."""
    if cohort.get("query") is not None:
        cohort["static"] = True
        cohort.pop("criteria", None)
    if "criteria" not in cohort:
        cohort.pop("match", None)
    return cohort


ALLOWED = {"feature_flag": allowed_flag, "cohort": allowed_cohort}


def entries(kind: Kind) -> SearchStrategy[dict[str, t.Any]]:
    """An object of a kind as a person declares it: its name, and any of its fields."""
    fields = {key: of_shape(field.shape) for key, field in kind.fields.items()}
    key = {kind.key: fields.pop(kind.key).filter(lambda name: str(name).strip())}
    drawn = st.fixed_dictionaries(key, optional=fields)
    return drawn.map(ALLOWED[kind.name]) if kind.name in ALLOWED else drawn
