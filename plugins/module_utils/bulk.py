# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole project in one task: the apply module."""

from __future__ import annotations

import typing as t

from .apply import Applier
from .errors import Invalid
from .kinds.all import KINDS, PROJECT
from .module import Module, connect, guarded, make_module
from .plan import DONE, Entry
from .resource import Kind
from .scope import Scope, find_scope
from .task import Run, make_entry
from .together import refuse_lone_claims, refuse_twins
from .values import nearest

OWN_KEYS = ("state", "id", "extra")
SPEC = {
    "create_project": {"type": "bool", "default": False},
    "project_settings": {"type": "dict"},
    "concurrency": {"type": "int", "default": 8},
    **{kind.plural: {"type": "list", "elements": "dict"} for kind in KINDS},
}


class BulkRun(Run):
    """Many objects at once."""

    writer = Applier


def run_bulk() -> None:
    """The whole of the apply module."""
    module = make_module(SPEC, required_one_of=[("project_settings", *(kind.plural for kind in KINDS))])
    runs: list[Run] = []

    def work() -> dict[str, t.Any]:
        hide_secrets(module)
        entries = declared(module.params)
        client = connect(module, concurrency=module.params["concurrency"])
        params = module.params
        scope = find_scope(client, params["organization"], params["project"], may_lack=params["create_project"])
        entries = project_entry(module, scope) + entries
        refuse_twins(entries)
        refuse_lone_claims(entries)
        runs.append(BulkRun(module, client, scope, entries))
        runs[0].execute()
        return result(runs[0])

    guarded(module, work, lambda: result(runs[0]) if runs else {})


def hide_secrets(module: Module) -> None:
    """Before anything can fail, since a failure prints the options."""
    for kind in KINDS:
        for written in module.params[kind.plural] or ():
            for value in kind.secrets_in(written):
                module.hide(value)


def declared(params: t.Mapping[str, t.Any]) -> list[Entry]:
    return [
        entry_of(kind, written, f"{kind.plural}[{index}]")
        for kind in KINDS
        for index, written in enumerate(params[kind.plural] or ())
    ]


def entry_of(kind: Kind, written: t.Mapping[str, t.Any], place: str) -> Entry:
    """Raises Invalid with the place."""
    name = written.get(kind.key)
    try:
        fields = {key: value for key, value in written.items() if key not in OWN_KEYS}
        unknown = next((key for key in fields if key not in kind.fields), None)
        if unknown is not None:
            raise Invalid(f"unknown key '{unknown}'; {nearest(unknown, [*kind.fields, *OWN_KEYS])}")
        if name is None and written.get("id") is None:
            raise Invalid(f"'{kind.key}' is missing")
        if written.get("state", "present") not in ("present", "absent"):
            raise Invalid(f"must be present or absent, not '{written['state']}'", "state")
        return make_entry(kind, fields, place, written)
    except Invalid as problem:
        raise problem.at(f"{place} ({name})" if name is not None else place) from None


def project_entry(module: Module, scope: Scope) -> list[Entry]:
    """The project itself, where its settings are declared or it has to be made."""
    settings = module.params["project_settings"]
    if settings is None and scope.project is not None:
        return []
    written = dict(settings or {})
    named = module.params["project"]
    if not str(named).isdigit() and str(written.get("name", named)).strip() != str(named).strip():
        # The next run would look for the old name, and find none.
        raise Invalid(
            f"project_settings.name is '{written['name']}', project '{named}'; to rename it, give its id as project"
        )
    if scope.project is None:
        written["name"] = named
    try:
        return [make_entry(PROJECT, written, "project_settings", {"id": scope.project})]
    except Invalid as problem:
        raise problem.under("project_settings") from None


def result(run: Run) -> dict[str, t.Any]:
    """What a task of many objects returns: only what changes is listed."""
    changes = [
        {
            "kind": change.kind.name,
            "name": change.key,
            "id": run.id_of(index),
            "action": "awaiting approval" if index in run.outcome.pending else DONE[change.action],
            "fields": [*change.keys, *change.late, *change.extra],
        }
        for index, change in run.done()
    ]
    unchanged = sum(change.action == "none" for change in run.changes)
    answer = {
        **run.common_result(),
        "changes": changes,
        "unchanged": unchanged,
        "project_id": run.scope.project,
    }
    if run.module._diff:
        answer["diff"] = [change.diff() for _index, change in run.done()]
    return answer
