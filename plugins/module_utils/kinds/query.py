# SPDX-License-Identifier: GPL-3.0-or-later
"""Insight queries: PostHog's own query nodes, with names where they hold ids.

    {kind: ActionsNode, action: GitHub connected}                 instead of id: 17
    {cohort: Weekly engaged}                                      a property filter, as everywhere
    breakdownFilter: {breakdown_type: cohort, breakdown: [Weekly engaged]}

All else is PostHog's schema and passes through; it is compared strictly, but for what the server adds on reads.
"""

from __future__ import annotations

import functools
import typing as t

from ..errors import Invalid
from ..resource import Ids, Names
from ..shape import JsonObject, Ref
from ..values import normal_json
from .property_filter import decode_cohort, number

#: Keys of query nodes that belong to the server (reference 6): the schema's version and results.
SERVER_KEYS = frozenset({"version", "response"})

Leaf = t.Callable[[dict[str, t.Any]], dict[str, t.Any]]


def walk(node: t.Any, leaf: Leaf) -> t.Any:
    """A copy of a query in which every mapping has passed through `leaf`, inner ones first."""
    if isinstance(node, dict):
        return leaf({key: walk(value, leaf) for key, value in node.items()})
    if isinstance(node, list):
        return [walk(item, leaf) for item in node]
    return node


def is_cohort_breakdown(node: t.Mapping[str, t.Any]) -> bool:
    return node.get("breakdown_type") == "cohort" and node.get("breakdown") is not None


def is_cohort_filter(node: t.Mapping[str, t.Any]) -> bool:
    return "cohort" in node and node.keys() <= {"cohort", "operator"}


class Query(JsonObject):
    """A query node, nearly always an InsightVizNode, a DataTableNode or a DataVisualizationNode."""

    names_others = True

    def parse(self, value: t.Any) -> t.Any:
        query = super().parse(value)
        if not isinstance(query.get("kind"), str):
            raise Invalid("'kind' is missing; an insight's query is a node such as kind: InsightVizNode")
        query = walk(query, functools.partial(canonical, names=AsTheyAre()))
        for kind, name, place in references(query, ""):
            try:
                Ref(kind).canonical(name)
            except Invalid as problem:
                raise problem.under(place) from None
        return query

    def named(self, value: t.Any, names: Names) -> t.Any:
        return walk(value, functools.partial(canonical, names=names))

    def references(self, value: t.Any) -> t.Iterator[tuple[str, t.Any, str]]:
        if value is not None:
            yield from references(value, "")


class AsTheyAre:
    """Names for what is only brought into its form."""

    def name_of(self, kind: str, id: t.Any) -> t.Any:
        return id


def canonical(node: dict[str, t.Any], names: Names) -> dict[str, t.Any]:
    """One spelling for what means the same, be it written in our words or copied from PostHog."""
    node = {key: value for key, value in node.items() if not (key in SERVER_KEYS and "kind" in node)}
    if node.get("kind") == "ActionsNode":
        id = number(node.pop("id", None))
        if id is not None:
            node.setdefault("action", id)
    if node.get("type") == "cohort" and node.get("key") == "id":
        node = dict(decode_cohort(node, AsTheyAre()))
    if node.get("kind") == "ActionsNode" and "action" in node:
        node["action"] = names.name_of("action", node["action"])
    if is_cohort_filter(node):
        node = {"cohort": names.name_of("cohort", node["cohort"]), "operator": node.get("operator", "in")}
    if is_cohort_breakdown(node):
        found = node["breakdown"] if isinstance(node["breakdown"], list) else [node["breakdown"]]
        node["breakdown"] = [item if item == "all" else names.name_of("cohort", item) for item in found]
    own = {"EventsNode": "event", "ActionsNode": "action"}.get(str(node.get("kind")))
    if own and node.get("name") == node.get(own):
        node.pop("name", None)
    return node


def references(node: t.Any, place: str) -> t.Iterator[tuple[str, t.Any, str]]:
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from references(item, f"{place}[{index}]")
    elif isinstance(node, dict):
        if node.get("kind") == "ActionsNode" and "action" in node:
            yield "action", node["action"], f"{place}.action".lstrip(".")
        if is_cohort_filter(node):
            yield "cohort", node["cohort"], f"{place}.cohort".lstrip(".")
        if is_cohort_breakdown(node):
            for name in node["breakdown"]:
                if name != "all":
                    yield "cohort", name, f"{place}.breakdown".lstrip(".")
        for key, value in node.items():
            if isinstance(value, (dict, list)):
                yield from references(value, f"{place}.{key}".lstrip("."))


def decode_query(wire: t.Any, names: Names) -> t.Any:
    def leaf(node: dict[str, t.Any]) -> dict[str, t.Any]:
        if is_cohort_breakdown(node):
            found = node["breakdown"]
            node["breakdown"] = list(map(number, found)) if isinstance(found, list) else number(found)
        return canonical(node, names)

    return walk(normal_json(wire), leaf)


def encode_query(query: t.Any, ids: Ids) -> t.Any:
    def leaf(node: dict[str, t.Any]) -> dict[str, t.Any]:
        if node.get("kind") == "ActionsNode" and "action" in node:
            action = node.pop("action")
            node["id"] = ids.id_of("action", action)
            if isinstance(action, str):
                node.setdefault("name", action)
        if is_cohort_filter(node):
            cohort = ids.id_of("cohort", node["cohort"])
            return {"type": "cohort", "key": "id", "value": cohort, "operator": node["operator"]}
        if is_cohort_breakdown(node):
            node["breakdown"] = [item if item == "all" else ids.id_of("cohort", item) for item in node["breakdown"]]
        return node

    return walk(query, leaf)
