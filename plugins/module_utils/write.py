# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes objects, so that no interruption can do harm.

A write whose outcome is unknown is never repeated unread: the object is looked at again, and only what still
differs is sent.
"""

from __future__ import annotations

import threading
import typing as t
from dataclasses import dataclass, field

from .client import Client
from .compare import differing, differing_extra
from .directory import Directory
from .endpoint import is_gone
from .errors import Ambiguous, ApiError, OutcomeUnknown, Partial, RolloutError
from .plan import EARLY, LATE, Change, Node
from .resource import Canonical, Delete, Wire
from .scope import Scope

#: How often a change is planned again because somebody edited the object in between.
EDIT_CONFLICTS = 3


@dataclass
class Outcome:
    """What became of the plan; the keys are indexes of its changes."""

    #: The last answer of the server for each object.
    wires: dict[int, Wire] = field(default_factory=dict)
    done: set[int] = field(default_factory=set)
    #: Fields that the server did not take although it answered with success.
    untaken: dict[int, list[str]] = field(default_factory=dict)
    #: Changes that wait for somebody's approval, with the id of the request.
    pending: dict[int, t.Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    failures: list[tuple[str, RolloutError]] = field(default_factory=list)


class Writer:
    """Writes the changes of one object, and of those that mirror it. `outcome` tells at any time what was done."""

    def __init__(self, client: Client, scope: Scope, directory: Directory, changes: list[Change]) -> None:
        self.client = client
        self.scope = scope
        self.directory = directory
        self.changes = changes
        self.outcome = Outcome()
        self._lock = threading.Lock()

    def run(self) -> None:
        """One after the other, what has to wait for the others last. Raises Partial."""
        finished: set[Node] = set()
        for node in self.nodes():
            try:
                if self.has_work(node):
                    self.carry_out(node)
            except RolloutError as problem:
                self.outcome.failures.append((self.changes[node[0]].title, problem))
                break
            finished.add(node)
        self.report(finished)

    def nodes(self) -> list[Node]:
        late = [(index, LATE) for index, change in enumerate(self.changes) if change.late]
        return [(index, EARLY) for index in range(len(self.changes))] + late

    def has_work(self, node: Node) -> bool:
        change = self.changes[node[0]]
        if node[1] == LATE or change.action != "update":
            return change.action != "none"
        return bool(change.keys or change.extra)

    def report(self, finished: set[Node]) -> None:
        """Notes the changes of which every part is done. Raises Partial when something failed."""
        half = {node[0] for node in self.nodes() if node not in finished}
        changed = {index for index, change in enumerate(self.changes) if change.action != "none"}
        self.outcome.done.update(changed - half)
        if self.outcome.failures:
            raise Partial(self.outcome.failures)

    def carry_out(self, node: Node) -> None:
        index, stage = node
        change = self.changes[index]
        try:
            if stage == LATE:
                wire = self.late(change, self.outcome.wires.get(index, change.wire or {}))
            elif change.action == "delete":
                self.delete(change)
                return
            elif change.action == "create":
                wire = self.create(change)
            else:
                wire = self.settle(change, change.wire or {}, change.keys)
        except ApiError as problem:
            if "change_request_id" not in problem.extra:
                raise
            self.waits_for_approval(index, problem)
            return
        self.keep(index, wire, change.late if stage == LATE else change.keys)

    def waits_for_approval(self, index: int, problem: ApiError) -> None:
        request = problem.extra["change_request_id"]
        title = self.changes[index].title
        with self._lock:
            self.outcome.pending[index] = request
            self.outcome.warnings.append(f"{title}: the change waits for approval as change request {request}")

    def keep(self, index: int, wire: Wire, keys: list[str]) -> None:
        """Remembers the answer, and which fields the server did not take."""
        change = self.changes[index]
        kind = change.kind
        self.directory.add(kind.name, wire)
        desired = self.desired(change, keys)
        actual = kind.decode(wire, self.directory)
        secrets = kind.secret_fields({**actual, **desired})
        untaken = [key for key in differing(kind, desired, actual) if key not in secrets]
        untaken += [f"extra.{key}" for key in differing_extra(change.extra, wire)]
        with self._lock:
            self.outcome.wires[index] = wire
            if untaken:
                self.outcome.untaken.setdefault(index, []).extend(untaken)

    # -- one object -----------------------------------------------------------------------------------------------

    def create(self, change: Change) -> Wire:
        kind = change.kind
        canonical = {**kind.defaults(), **change.entry.desired}
        post, patch = kind.creation(canonical, change.keys, self.directory)
        wire, adopted = self.post(change, {**post, **change.extra})
        if kind.container:
            self.scope.project = wire[kind.endpoint.id]
        return self.settle(change, wire, change.keys) if patch or adopted else wire

    def post(self, change: Change, body: Wire) -> tuple[Wire, bool]:
        """The new object, and whether it was found rather than answered."""
        path = self.scope.collection(change.kind.endpoint)
        attempt = 0
        while True:
            attempt += 1
            try:
                return self.client.write("POST", path, body), False
            except OutcomeUnknown as problem:
                self.client.pause(attempt, problem)
                wire = self.look_for(change)
                if wire is not None:
                    return wire, True
            except ApiError as problem:
                # Somebody was quicker, perhaps the end of a run that was killed. Of a project the content is not known.
                known = is_taken(problem) and not change.kind.container
                wire = self.look_for(change) if known else None
                if wire is None:
                    raise
                return wire, True

    def look_for(self, change: Change) -> Wire | None:
        """The object by its natural key, as the server has it now."""
        endpoint, key = change.kind.endpoint, change.entry.key
        params = {**endpoint.params, **({"search": key} if endpoint.searchable else {})}
        items = self.client.pages(self.scope.collection(endpoint), params, unpaged=endpoint.unpaged)
        found = [item for item in items if item.get(endpoint.key) == key]
        if len(found) > 1:
            raise Ambiguous(f"{len(found)} {endpoint.label}s are named '{key}'; give the id of one")
        if found and endpoint.basic:
            return self.reread(change, found[0])
        return found[0] if found else None

    def reread(self, change: Change, wire: Wire) -> Wire:
        endpoint = change.kind.endpoint
        return dict(self.client.get(self.scope.item(endpoint, wire[endpoint.id])))

    def late(self, change: Change, wire: Wire) -> Wire:
        if change.kind.reread_late:
            wire = self.reread(change, wire)
        return self.settle(change, wire, change.late)

    def settle(self, change: Change, wire: Wire, keys: list[str]) -> Wire:
        """Sends what differs in these fields until nothing does; reads again after every doubt."""
        kind, conflicts = change.kind, 0
        path = self.scope.item(kind.endpoint, wire[kind.endpoint.id])
        attempt = 0
        while True:
            attempt += 1
            body = self.body(change, wire, keys)
            if not body:
                return wire
            try:
                cleared = kind.preparation(body, wire)
                if cleared:
                    self.client.write("PATCH", path, cleared)
                return dict(self.client.write("PATCH", path, {**body, **kind.guard(wire)}))
            except OutcomeUnknown as problem:
                self.client.pause(attempt, problem)
            except ApiError as problem:
                conflicts += 1
                if not is_conflict(problem) or conflicts > EDIT_CONFLICTS:
                    raise
                self.warn(f"{change.title} was edited by somebody else meanwhile; it was read and planned again")
            wire = self.reread(change, wire)

    def body(self, change: Change, wire: Wire, keys: list[str]) -> Wire:
        """The PATCH for what the server does not have as desired."""
        kind = change.kind
        actual = kind.decode(wire, self.directory)
        desired = self.desired(change, keys)
        wanted = differing(kind, desired, actual)
        merged = {**actual, **{key: desired[key] for key in wanted}}
        body = kind.encode(merged, {kind.wire_name(key): 0 for key in wanted}, self.directory, wire)
        body.update(differing_extra(change.extra, wire))
        if wire.get("deleted"):
            body["deleted"] = False
        return body

    def desired(self, change: Change, keys: list[str]) -> Canonical:
        """What these fields shall be, in the names that are known by now."""
        return change.kind.named({key: change.entry.desired[key] for key in keys}, self.directory)

    def delete(self, change: Change) -> None:
        wire = change.wire or {}
        path = self.scope.item(change.kind.endpoint, change.id)
        attempt = 0
        while True:
            attempt += 1
            try:
                if change.kind.deletion is Delete.SOFT:
                    self.client.write("PATCH", path, {"deleted": True})
                else:
                    self.client.write("DELETE", path)
                break
            except OutcomeUnknown as problem:
                self.client.pause(attempt, problem)
                if self.is_gone(change, wire):
                    break
            except ApiError as problem:
                if problem.status != 404:
                    raise
                break
        self.directory.drop(change.kind.name, change.id)

    def is_gone(self, change: Change, wire: Wire) -> bool:
        try:
            found = self.reread(change, wire)
        except ApiError as problem:
            if problem.status == 404:
                return True
            raise
        return is_gone(found)

    def warn(self, text: str) -> None:
        with self._lock:
            self.outcome.warnings.append(text)


def is_taken(problem: ApiError) -> bool:
    """True where a POST was refused because the name is there already."""
    return problem.code == "unique" or is_conflict(problem)


def is_conflict(problem: ApiError) -> bool:
    """True for somebody else's write that came first; an approval that is awaited has the same status."""
    return problem.status == 409 and "change_request_id" not in problem.extra
