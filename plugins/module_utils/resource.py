# SPDX-License-Identifier: GPL-3.0-or-later
"""What a resource kind is: its fields, how they travel (the codec), how it is found and how it goes away."""

from __future__ import annotations

import enum
import typing as t
from dataclasses import dataclass

from .endpoint import Endpoint
from .errors import Invalid
from .shape import Shape, Text
from .values import nearest, normal_json, same

Wire = dict[str, t.Any]
Canonical = dict[str, t.Any]

#: What a value is called that only the server can choose, before it has chosen.
KNOWN_AFTER_APPLY = "(known after apply)"


class Names(t.Protocol):
    """Reads ids as names while decoding."""

    def name_of(self, kind: str, id: t.Any) -> t.Any:
        """The natural key of an object, or the id itself where no single object has that name."""


class Ids(Names, t.Protocol):
    """Reads names as ids while encoding."""

    def id_of(self, kind: str, name: t.Any) -> t.Any:
        """The id of an object; raises Unresolved or Ambiguous."""


class Delete(enum.Enum):
    """How an object goes away (reference 2.3)."""

    SOFT = "PATCH deleted: true"
    HARD = "DELETE"


@dataclass(frozen=True)
class Field:
    """One top-level field of the canonical form."""

    shape: Shape
    #: What an object has that was created without this field.
    default: t.Any = None
    #: The wire attribute that carries it; several fields may share one. The field's own name unless given.
    wire: str = ""
    #: False where a POST ignores the attribute (reference 3.2, 5).
    on_create: bool = True
    #: True where the field names objects that are made after this one.
    late: bool = False
    #: Only for names that look like secrets and are none, or the other way round.
    no_log: bool | None = None
    #: Where the same fact is kept by the objects that this field names, as (kind, field of it).
    mirrors: tuple[Kind, str] | None = None

    def canonical(self, value: t.Any) -> t.Any:
        """Raises Invalid. The server trims texts, but not those inside of JSON."""
        trims = isinstance(value, str) and isinstance(self.shape, Text)
        return self.shape.canonical(value.strip() if trims else value)


class Kind:
    """A resource kind; subclasses declare the class attributes and add codecs for what is not one to one."""

    endpoint: Endpoint
    #: The canonical field that identifies an object to a person.
    key: str
    #: The option of the apply module that lists objects of this kind.
    plural: str
    fields: dict[str, Field]
    deletion = Delete.SOFT
    scope = ""
    #: True where a PATCH of late fields can add something twice, so that it is never repeated unread.
    reread_late = False
    #: Fields that hold a secret in some objects.
    discreet: frozenset[str] = frozenset()
    #: True for the kind whose one object contains all others.
    container = False

    @property
    def name(self) -> str:
        return self.endpoint.kind

    @property
    def title(self) -> str:
        return self.endpoint.label

    # -- the user's side ------------------------------------------------------------------------------------------

    def canonicalise(self, entry: t.Mapping[str, t.Any]) -> Canonical:
        """The canonical form of the fields that are written, and of those alone. Raises Invalid."""
        record: Canonical = {}
        for key, value in entry.items():
            if key not in self.fields:
                raise Invalid(f"unknown key '{key}'; {nearest(key, self.fields)}")
            try:
                record[key] = self.fields[key].canonical(value)
            except Invalid as problem:
                raise problem.under(key) from None
        return record

    def check(self, merged: Canonical) -> None:
        """Rules that span fields, on the object as it will be. Raises Invalid."""

    def references(self, canonical: Canonical) -> t.Iterator[tuple[str, t.Any, str, bool]]:
        """(kind, name, place, late) of all objects that the canonical form names."""
        for key, value in canonical.items():
            field = self.fields[key]
            if field.shape.names_others:
                for kind, name, place in field.shape.references(value):
                    joint = "" if not place or place.startswith("[") else "."
                    yield kind, name, f"{key}{joint}{place}", field.late

    def named(self, canonical: Canonical, names: Names) -> Canonical:
        """Every object called by its name where it has one, as decoding does. Raises Invalid."""
        named = {}
        for key, value in canonical.items():
            try:
                named[key] = self.fields[key].shape.named(value, names)
            except Invalid as problem:
                raise problem.under(key) from None
        return named

    def defaults(self) -> Canonical:
        return {key: field.default for key, field in self.fields.items()}

    def withdraws(self, written: Canonical) -> bool:
        """True where others cannot use the object once these fields are written."""
        return False

    def secrets_in(self, entry: t.Mapping[str, t.Any]) -> t.Iterator[t.Any]:
        """The values in what a person wrote that must never be printed."""
        return iter(())

    def secret_fields(self, merged: Canonical) -> frozenset[str]:
        """Fields that the server never shows again: written on creation and when `secrets_version` changes."""
        return frozenset()

    # -- the codec ------------------------------------------------------------------------------------------------

    def wire_name(self, key: str) -> str:
        return self.fields[key].wire or key

    def decode(self, wire: Wire, names: Names) -> Canonical:
        """The canonical form of all fields of a stored object."""
        return {key: self.decode_field(key, wire, names) for key in self.fields}

    def decode_field(self, key: str, wire: Wire, names: Names) -> t.Any:
        special = getattr(self, f"decode_{key}", None)
        if special:
            try:
                return special(wire, names)
            except (AttributeError, KeyError, TypeError, ValueError):
                # What a newer server stores must not end the task; as it is, it shows as drift.
                return normal_json(wire.get(self.wire_name(key)))
        field = self.fields[key]
        value = wire.get(self.wire_name(key))
        return field.default if value is None else lenient(field, value)

    def encode(self, canonical: Canonical, attributes: t.Iterable[str], ids: Ids, actual: Wire | None) -> Wire:
        """The wire values of some attributes, from the whole object as it shall be."""
        body = {}
        for attribute in attributes:
            special = getattr(self, f"encode_{attribute}", None)
            body[attribute] = special(canonical, ids, actual) if special else canonical[self.field_of(attribute)]
        return body

    def field_of(self, attribute: str) -> str:
        return next(key for key in self.fields if self.wire_name(key) == attribute)

    def creation(self, canonical: Canonical, keys: t.Iterable[str], ids: Ids) -> tuple[Wire, Wire]:
        """The body of the POST, and of the PATCH for what a POST does not take."""
        now = [key for key in keys if not self.fields[key].late]
        post = self.encode(canonical, {self.wire_name(key): 0 for key in now if self.fields[key].on_create}, ids, None)
        patch = self.encode(
            canonical, {self.wire_name(key): 0 for key in now if not self.fields[key].on_create}, ids, None
        )
        return post, patch

    def guard(self, wire: Wire) -> Wire:
        """What a PATCH carries so that the server notices an edit by somebody else since `wire` was read."""
        return {}

    def preparation(self, body: Wire, actual: Wire) -> Wire:
        """What must be cleared by a PATCH of its own before `body` can replace it."""
        return {}


def lenient(shape: Shape | Field, value: t.Any) -> t.Any:
    """What the server holds, in canonical form; as it is where it breaks our rules, so that it shows as drift."""
    try:
        return shape.canonical(value)
    except Invalid:
        return normal_json(value)


def as_stored(
    value: t.Any, stored: t.Any, decode: t.Callable[[t.Any], t.Any], encode: t.Callable[[t.Any], t.Any]
) -> t.Any:
    """The wire form of a value: the stored one where that means the same, with all in it that we do not know."""
    return stored if stored is not None and same(decode(stored), value) else encode(value)


class Tag(Text):
    """A tag as PostHog stores it: trimmed and in lower case (reference 2.2)."""

    def __init__(self, *, null: t.Any = Invalid, longest: int = 255) -> None:
        super().__init__(null=null, longest=longest, trim=True, blank=null is not Invalid)

    def parse(self, value: t.Any) -> t.Any:
        return str(super().parse(value)).lower()
