# SPDX-License-Identifier: GPL-3.0-or-later
"""What every task that manages objects does: it reads, plans, writes, and tells."""

from __future__ import annotations

import re
import typing as t

from .client import Client
from .compare import shown
from .errors import Invalid, Partial, RolloutError
from .module import Module, connect, guarded, make_module
from .plan import DONE, Change, Entry, make_plan
from .reader import read
from .resource import KNOWN_AFTER_APPLY, Kind
from .scope import Scope, find_scope
from .scopes import require_scopes
from .write import Outcome, Writer


class Run:
    """One task: reads, plans, and unless in check mode writes. `changes` and `outcome` are the result."""

    writer = Writer

    def __init__(self, module: Module, client: Client, scope: Scope, entries: list[Entry]) -> None:
        self.module = module
        self.client = client
        self.scope = scope
        self.entries = entries
        self.changes: list[Change] = []
        self.outcome = Outcome()

    def execute(self) -> None:
        """Raises RolloutError."""
        self.directory = read(self.client, self.scope, self.entries)
        self.changes = make_plan(self.entries, self.directory)
        for change in self.changes:
            secrets = change.kind.secret_fields({**change.actual, **change.entry.desired})
            self.module.hide([change.entry.desired.get(key) for key in secrets])
        writer = self.writer(self.client, self.scope, self.directory, self.changes)
        effective = [change for change in self.changes if change.action != "none"]
        if self.module.check_mode or not effective:
            return
        require_scopes(self.client, {change.kind.scope for change in effective})
        self.outcome = writer.outcome
        writer.run()
        self.judge_untaken()

    def judge_untaken(self) -> None:
        """What the server did not take is a warning, or in strict mode a failure."""
        failures: list[tuple[str, RolloutError]] = []
        for index, keys in sorted(self.outcome.untaken.items()):
            title = self.changes[index].title
            text = f"PostHog did not take {', '.join(keys)}; the plan or licence may not include it"
            if self.module.params["strict"]:
                failures.append((title, RolloutError(text)))
            else:
                self.outcome.warnings.append(f"{title}: {text}")
        if failures:
            raise Partial(failures)

    def done(self) -> list[tuple[int, Change]]:
        """The changes that were made, or in check mode would be."""
        if self.module.check_mode:
            return [entry for entry in enumerate(self.changes) if entry[1].action != "none"]
        return [(index, self.changes[index]) for index in sorted(self.outcome.done)]

    def common_result(self) -> dict[str, t.Any]:
        waited = self.client.gate.waited
        for warning in self.outcome.warnings:
            self.module.warn(warning)
        if waited:
            self.module.warn(f"waited {waited:.0f} s because PostHog limits the rate of requests")
        return {
            "changed": bool(self.done()),
            "requests": self.client.requests,
            "waited": round(waited, 1),
        }

    def id_of(self, index: int) -> t.Any:
        change = self.changes[index]
        wire = self.outcome.wires.get(index, change.wire)
        return wire[change.kind.endpoint.id] if wire else KNOWN_AFTER_APPLY


# -- one object: the module of a kind -----------------------------------------------------------------------------


def kind_spec(kind: Kind) -> dict[str, t.Any]:
    """The argument spec of a kind's module, from its declaration."""
    spec: dict[str, t.Any] = {}
    for key, field in kind.fields.items():
        spec[key] = dict(field.shape.argument)
        if field.no_log is not None:
            spec[key]["no_log"] = field.no_log
    spec["state"] = {"type": "str", "choices": ["present", "absent"], "default": "present"}
    spec["id"] = {"type": "raw"}
    spec["extra"] = {"type": "dict", "default": {}}
    return spec


def run_one(kind: Kind) -> None:
    """The whole of a kind's module."""
    known_by = ("name", "id", "project") if kind.container else (kind.key, "id")
    module = make_module(kind_spec(kind), required_one_of=[known_by], discreet=kind.discreet)
    runs: list[Run] = []

    def work() -> dict[str, t.Any]:
        written = {key: module.params[key] for key in module.written if key in kind.fields}
        for value in kind.secrets_in(written):
            module.hide(value)
        entry = make_entry(kind, written, "", module.params)
        client = connect(module)
        scope = scope_of(client, module.params, entry)
        runs.append(Run(module, client, scope, [entry]))
        runs[0].execute()
        return one_result(runs[0])

    guarded(module, work, lambda: runs[0].common_result() if runs else {})


def scope_of(client: Client, params: t.Mapping[str, t.Any], entry: Entry) -> Scope:
    """The project that the object is in; a project is its own. Raises RolloutError."""
    if not entry.kind.container:
        return find_scope(client, params["organization"], params["project"])
    target = entry.id if entry.id is not None else entry.key if entry.key is not None else params["project"]
    scope = find_scope(client, params["organization"], target, may_lack=True)
    entry.id = scope.project
    if scope.project is None:
        entry.desired.setdefault(entry.kind.key, target)
    return scope


def make_entry(kind: Kind, written: t.Mapping[str, t.Any], place: str, options: t.Mapping[str, t.Any]) -> Entry:
    """Raises Invalid."""
    check_extra(kind, options.get("extra") or {})
    id = options.get("id")
    if id is not None and (isinstance(id, bool) or not re.fullmatch(r"-?[A-Za-z0-9]+(-[A-Za-z0-9]+)*", str(id))):
        raise Invalid(f"'{id}' is no id of PostHog", "id")
    id = int(id) if isinstance(id, str) and id.isdigit() else id
    return Entry(
        kind,
        kind.canonicalise(written),
        place,
        present=options.get("state", "present") == "present",
        id=id,
        extra=options.get("extra") or {},
    )


def check_extra(kind: Kind, extra: t.Any) -> None:
    """Attributes that have a field of their own are not written past it. Raises Invalid."""
    if not isinstance(extra, dict):
        raise Invalid("must be a mapping", "extra")
    for attribute in extra:
        field = next((key for key in kind.fields if kind.wire_name(key) == attribute), None)
        if field is not None:
            raise Invalid(f"is managed by {field}; write that instead", f"extra.{attribute}")


def one_result(run: Run) -> dict[str, t.Any]:
    change = run.changes[0]
    kind = change.kind
    wire = run.outcome.wires.get(0)
    if wire:
        canonical = kind.decode(wire, run.directory)
    else:
        known = change.actual or (kind.defaults() if change.entry.present else {})
        canonical = {**known, **(change.entry.desired if change.entry.present else {})}
    secrets = kind.secret_fields(canonical)
    result = {
        **run.common_result(),
        "action": "awaiting approval" if 0 in run.outcome.pending else DONE[change.action],
        "object": shown(kind, canonical, (key for key in canonical if key not in secrets)),
        "id": run.id_of(0) if change.entry.present or change.wire else None,
    }
    if run.module._diff and change.action != "none":
        result["diff"] = change.diff()
    return result
