# SPDX-License-Identifier: GPL-3.0-or-later
"""Desired and actual objects -> changes. Pure: no I/O."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from .compare import differing, differing_extra, printed, shown
from .directory import Directory
from .endpoint import is_gone
from .errors import Invalid, RolloutError
from .resource import Canonical, Delete, Kind, Wire

Node = tuple[int, str]
EARLY, LATE = "early", "late"
#: What a change is called before and after the fact.
DONE = {
    "create": "created",
    "update": "updated",
    "restore": "restored",
    "delete": "deleted",
    "none": "unchanged",
}


@dataclass
class Entry:
    """One object as the user declared it."""

    kind: Kind
    desired: Canonical
    place: str
    present: bool = True
    id: t.Any = None
    extra: dict[str, t.Any] = field(default_factory=dict)
    #: True where a field was filled in from what other entries say of this object.
    mirrored: bool = False

    @property
    def key(self) -> t.Any:
        return self.desired.get(self.kind.key)

    @property
    def title(self) -> str:
        return f"{self.kind.title} {self.key if self.key is not None else self.id}"

    def invalid(self, problem: Invalid) -> Invalid:
        """The problem with the place where the user wrote it and the object's name."""
        return problem.at(f"{self.place} ({self.key})" if self.place else self.title)


@dataclass
class Change:
    """What happens to one object; `keys` are the fields to write, `late` those that wait for other objects."""

    entry: Entry
    action: str
    wire: Wire | None = None
    actual: Canonical = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    extra: dict[str, t.Any] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        return self.entry.kind

    @property
    def id(self) -> t.Any:
        return None if self.wire is None else self.wire[self.kind.endpoint.id]

    @property
    def withdraws(self) -> bool:
        """True where others cannot use the object afterwards."""
        written = {key: self.entry.desired[key] for key in self.keys} if self.action == "update" else {}
        return self.action == "delete" or self.kind.withdraws(written)

    @property
    def key(self) -> t.Any:
        """What the object is called, also where the user gave only an id."""
        return self.entry.key if self.entry.key is not None else (self.wire or {}).get(self.kind.endpoint.key)

    @property
    def title(self) -> str:
        """The object as a person knows it."""
        return f"{self.kind.title} {self.entry.id if self.key is None else self.key}"

    def diff(self) -> dict[str, str]:
        """Before and after in the user's words: only what differs, or all that is written for a new object."""
        keys = [*self.keys, *self.late]
        if self.action == "delete":
            keys = [key for key in self.actual if self.actual[key] != self.kind.fields[key].default]
            before, after = shown(self.kind, self.actual, keys), {}
        elif self.action == "create":
            before, after = {}, shown(self.kind, self.entry.desired, self.entry.desired)
        else:
            before = shown(self.kind, self.actual, keys, like=self.entry.desired)
            after = shown(self.kind, {**self.actual, **self.entry.desired}, keys)
        if self.extra:
            before["extra"] = {key: (self.wire or {}).get(key) for key in self.extra}
            after["extra"] = self.extra
        if self.action == "restore":
            before["state"], after["state"] = "deleted", "present"
        header = self.title
        return {
            "before": printed(before),
            "after": printed(after),
            "before_header": header,
            "after_header": f"{header} ({DONE[self.action]})",
        }


def make_plan(entries: list[Entry], directory: Directory) -> list[Change]:
    """Raises Invalid for what the user must mend, Ambiguous for twins on the server; nothing was written then."""
    for entry in entries:
        entry.desired = named(entry, directory)
    entries = entries + implied(entries, directory)
    declared = {(entry.kind.name, entry.key): index for index, entry in enumerate(entries)}
    for entry in entries:
        resolve(entry, entries, declared, directory)
    changes = [change_for(entry, directory) for entry in entries]
    for change in changes:
        refuse_unknown_ids(change, directory)
    return changes


def named(entry: Entry, directory: Directory) -> Canonical:
    """What is desired, in the names that decoding gives to what is there."""
    try:
        return entry.kind.named(entry.desired, directory)
    except Invalid as problem:
        raise entry.invalid(problem) from None


def implied(entries: list[Entry], directory: Directory) -> list[Entry]:
    """Entries for objects that must mirror what others say of them: an insight that a tile puts on a dashboard."""
    declared = {(entry.kind.name, entry.key): entry for entry in entries}
    more: dict[t.Any, Entry] = {}
    for entry in entries:
        for key, declaration in entry.kind.fields.items():
            if declaration.mirrors and key in entry.desired and entry.present:
                kind, mirror = declaration.mirrors
                for _kind, name, place in declaration.shape.references(entry.desired[key]):
                    target = declared.get((kind.name, name)) or more.get((kind.name, name))
                    target = target or stand_in(kind, name, directory)
                    if target is not None:
                        more.setdefault((kind.name, name), target)
                        mirror_into(entry, target, mirror, f"{key}{place}", directory)
    return [entry for key, entry in more.items() if key not in declared]


def stand_in(kind: Kind, name: t.Any, directory: Directory) -> Entry | None:
    """An entry for an object that exists but was not declared; None where there is none."""
    wire = directory.get(kind.name, name) if isinstance(name, int) else directory.find(kind.name, name)
    if wire is None:
        return None
    return Entry(kind, {kind.key: wire[kind.endpoint.key]}, "", id=wire[kind.endpoint.id])


def mirror_into(entry: Entry, target: Entry, mirror: str, place: str, directory: Directory) -> None:
    """Makes the target's mirroring field say what the entry says; refuses a contradiction."""
    if mirror in target.desired and not target.mirrored:
        if entry.key not in target.desired[mirror]:
            raise entry.invalid(
                Invalid(
                    f"{target.title} is declared with {mirror} that lack '{entry.key}'; say the same in both", place
                )
            )
        return
    if mirror not in target.desired:
        found = directory.locate(target.kind.name, target.id, target.key)
        current = target.kind.decode_field(mirror, found, directory) if found else []
        target.desired[mirror] = list(current)
        target.mirrored = True
    known = entry.key if entry.id is None else directory.name_of(entry.kind.name, entry.id)
    if known not in target.desired[mirror]:
        # A new name leads nowhere yet, and an old one nowhere later.
        own = known if entry.key in (None, known) else entry.id
        target.desired[mirror] = target.kind.fields[mirror].shape.canonical([*target.desired[mirror], own])


def resolve(entry: Entry, entries: list[Entry], declared: dict[tuple[str, t.Any], int], directory: Directory) -> None:
    """Every name that the entry uses must lead to one object that exists or will. Raises Invalid, Ambiguous."""
    if not entry.present:
        return
    for kind, name, place, _late in entry.kind.references(entry.desired):
        index = declared.get((kind, name))
        if index is not None and entries[index] is entry:
            raise entry.invalid(
                Invalid(f"refers to itself in a circle: {entry.title} -> {entry.title}; take it out", place)
            )
        if index is not None and not entries[index].present:
            raise entry.invalid(Invalid(f"uses {entries[index].title}, which is declared absent", place))
        if index is None:
            try:
                directory.id_of(kind, name)
            except Invalid:
                known = [key for owner, key in declared if owner == kind and isinstance(key, str)]
                raise entry.invalid(Invalid(directory.unresolved(kind, name, known).problem, place)) from None
            except RolloutError as problem:
                raise entry.invalid(Invalid(str(problem), place)) from None


def refuse_unknown_ids(change: Change, directory: Directory) -> None:
    """What is newly written may not name an id that is not there; what was stored before may."""
    written = {key: change.entry.desired[key] for key in [*change.keys, *change.late]}
    for kind, id, place, _late in change.kind.references(written):
        if isinstance(id, int) and directory.is_complete(kind) and directory.get(kind, id) is None:
            label = directory.index(kind).endpoint.label
            problem = f"there is no {label} with id {id}; a {label} named '{id}' is written in quotes"
            raise change.entry.invalid(Invalid(problem, place))


def change_for(entry: Entry, directory: Directory) -> Change:
    wire = find(entry, directory)
    try:
        return (change_present if entry.present else change_absent)(entry, wire, directory)
    except Invalid as problem:
        raise entry.invalid(problem) from None


def find(entry: Entry, directory: Directory) -> Wire | None:
    wire = directory.locate(entry.kind.name, entry.id, entry.key)
    if wire is None and entry.id is not None and entry.present:
        raise entry.invalid(Invalid(f"there is no {entry.kind.title} with id {entry.id}", "id"))
    return wire


def change_absent(entry: Entry, wire: Wire | None, directory: Directory) -> Change:
    if wire is None or is_gone(wire):
        return Change(entry, "none", wire)
    return Change(entry, "delete", wire, entry.kind.decode(wire, directory))


def change_present(entry: Entry, wire: Wire | None, directory: Directory) -> Change:
    kind = entry.kind
    if wire is None:
        kind.check({**kind.defaults(), **entry.desired})
        keys = list(entry.desired)
        late = [key for key in keys if kind.fields[key].late and entry.desired[key] != kind.fields[key].default]
        return Change(entry, "create", keys=[k for k in keys if not kind.fields[k].late], late=late, extra=entry.extra)
    if is_gone(wire) and kind.deletion is Delete.HARD:
        raise Invalid("is being deleted, which cannot be undone; leave the id out to make a new one")
    actual = kind.decode(wire, directory)
    refuse_new_breach(kind, entry.desired, actual)
    keys = differing(kind, entry.desired, actual)
    extra = differing_extra(entry.extra, wire)
    change = Change(entry, "none", wire, actual, extra=extra)
    change.keys = [key for key in keys if not kind.fields[key].late]
    change.late = [key for key in keys if kind.fields[key].late]
    change.action = "restore" if wire.get("deleted") else "update" if keys or extra else "none"
    return change


def refuse_new_breach(kind: Kind, desired: Canonical, actual: Canonical) -> None:
    """What breaks a rule on the server already must not keep the user from changing something else."""
    try:
        kind.check({**actual, **desired})
    except Invalid as problem:
        try:
            kind.check(actual)
        except Invalid as earlier:
            if str(earlier) == str(problem):
                return
        raise
