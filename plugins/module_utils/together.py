# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds between the changes of many objects: nothing twice, no circles, and who waits for whom. Pure: no I/O."""

from __future__ import annotations

import graphlib
import typing as t

from .errors import Invalid
from .plan import EARLY, LATE, Change, Entry, Node


def refuse_twins(entries: list[Entry]) -> None:
    seen: dict[t.Any, Entry] = {}
    for entry in entries:
        twin = seen.setdefault((entry.kind.name, entry.id if entry.key is None else entry.key), entry)
        if twin is not entry:
            raise Invalid(f"{entry.title} is declared twice, at {twin.place} and at {entry.place}; merge the two")


def refuse_lone_claims(entries: list[Entry]) -> None:
    """Nothing may be declared to mirror an entry that does not name it."""
    for entry in entries:
        for key, field in entry.kind.fields.items():
            if field.mirrors and key in entry.desired and entry.present:
                kind, mirror = field.mirrors
                named = {name for _kind, name, _place in field.shape.references(entry.desired[key])}
                for target in entries:
                    claims = target.kind.name == kind.name and target.present
                    if claims and entry.key in target.desired.get(mirror, ()) and not named & {target.key, target.id}:
                        problem = f"names '{entry.key}', whose {key} lack it; say the same in both"
                        raise target.invalid(Invalid(problem, mirror))


def refuse_shared(changes: list[Change]) -> None:
    """Two entries may not lead to one object, be it by the same id or by id and name."""
    seen: dict[t.Any, Change] = {}
    for change in changes:
        twin = seen.setdefault((change.kind.name, change.id), change) if change.wire else change
        if twin is not change:
            places = f"{twin.entry.place} ({twin.entry.key}) and {change.entry.place} ({change.entry.key})"
            raise Invalid(f"{places} are the same {change.kind.title}, id {change.id}; merge the two")


def order(changes: list[Change]) -> dict[Node, set[Node]]:
    """Who waits for whom: users for what they name, late fields for their object, withdrawals for everything else.

    Raises Invalid where that is a circle.
    """
    declared = {(change.kind.name, change.entry.key): index for index, change in enumerate(changes)}
    graph: dict[Node, set[Node]] = {}
    for index, change in enumerate(changes):
        early, late = graph.setdefault((index, EARLY), set()), {(index, EARLY)}
        if change.entry.present:
            for kind, name, _place, is_late in change.kind.references(change.entry.desired):
                target = declared.get((kind, name))
                if target is not None and not changes[target].withdraws:
                    (late if is_late else early).add((target, EARLY))
        if change.late:
            graph[index, LATE] = late
    for index, change in enumerate(changes):
        if change.kind.container and change.action == "create":
            for node, before in graph.items():
                before.update({(index, EARLY)} - {node})
    refuse_circles(graph, changes)
    add_withdrawals(graph, changes)
    return graph


def refuse_circles(graph: dict[Node, set[Node]], changes: list[Change]) -> None:
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as problem:
        circle = " -> ".join(changes[index].entry.title for index, _stage in reversed(problem.args[1]))
        raise Invalid(f"these refer to each other in a circle: {circle}; take one of the references out") from None


def add_withdrawals(graph: dict[Node, set[Node]], changes: list[Change]) -> None:
    """An object goes after all writes, which may let go of it, and after those that go as well and still name it."""
    going = [index for index, change in enumerate(changes) if change.withdraws]
    writes = {node for node in graph if not changes[node[0]].withdraws}
    by_name = {}
    for index in going:
        kind, wire = changes[index].kind, changes[index].wire or {}
        by_name.update({(kind.name, wire.get(name)): index for name in (kind.endpoint.key, kind.endpoint.id)})
        graph[index, EARLY] |= writes
    for index in going:
        for owner, name, _place, late in changes[index].kind.references(changes[index].actual):
            used = by_name.get((owner, name))
            # Late fields name what names their object in turn; the server lets go of such pairs by itself.
            if used is not None and used != index and not late:
                graph[used, EARLY].add((index, EARLY))
