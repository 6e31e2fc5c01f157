# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of the objects on the server: by id and by natural key, so that names can be read and written."""

from __future__ import annotations

import threading
import typing as t

from .errors import Ambiguous, Unresolved
from .kinds.registry import ENDPOINTS
from .resource import Wire
from .values import nearest


class Index:
    """The objects of one kind. An index that is not complete answers only for what it holds."""

    def __init__(self, kind: str) -> None:
        self.endpoint = ENDPOINTS[kind]
        self.complete = False
        self.by_id: dict[t.Any, Wire] = {}
        self.by_key: dict[t.Any, dict[t.Any, Wire]] = {}

    def add(self, wire: Wire) -> None:
        id = wire[self.endpoint.id]
        self.drop(id)
        self.by_id[id] = wire
        self.by_key.setdefault(wire.get(self.endpoint.key), {})[id] = wire

    def drop(self, id: t.Any) -> None:
        old = self.by_id.pop(id, None)
        if old is not None:
            self.by_key[old.get(self.endpoint.key)].pop(id)

    def find(self, key: t.Any) -> Wire | None:
        """The object of that name, or None. Raises Ambiguous."""
        found = self.by_key.get(key) or {}
        if len(found) > 1:
            ids = ", ".join(str(id) for id in sorted(found, key=str))
            raise Ambiguous(
                f"{len(found)} {self.endpoint.label}s are named '{key}' (ids {ids}); rename all but one, or give the id"
            )
        return next(iter(found.values()), None)


class Directory:
    """All indexes of a run. `missing` collects the kinds that were asked for and are not there yet."""

    def __init__(self) -> None:
        self._indexes: dict[str, Index] = {}
        self._lock = threading.Lock()
        self.missing: set[str] = set()

    def index(self, kind: str) -> Index:
        with self._lock:
            return self._indexes.setdefault(kind, Index(kind))

    def load(self, kind: str, items: t.Iterable[Wire], *, complete: bool) -> None:
        index = self.index(kind)
        for item in items:
            self.add(kind, item)
        index.complete = index.complete or complete

    def add(self, kind: str, wire: Wire) -> None:
        with self._lock:
            self._indexes.setdefault(kind, Index(kind)).add(wire)

    def drop(self, kind: str, id: t.Any) -> None:
        with self._lock:
            self._indexes[kind].drop(id)

    def find(self, kind: str, key: t.Any) -> Wire | None:
        return self.index(kind).find(key)

    def get(self, kind: str, id: t.Any) -> Wire | None:
        return self.index(kind).by_id.get(id)

    def locate(self, kind: str, id: t.Any, key: t.Any) -> Wire | None:
        """An object by its id if there is one, else by its name. Raises Ambiguous."""
        return self.find(kind, key) if id is None else self.get(kind, id)

    def is_complete(self, kind: str) -> bool:
        return self.index(kind).complete

    def name_of(self, kind: str, id: t.Any) -> t.Any:
        """The name of an object; its id where the name is not known, not unique or no name at all."""
        if isinstance(id, bool) or not isinstance(id, (int, str)):
            return id
        index = self.index(kind)
        wire = index.by_id.get(id)
        if wire is None:
            if not index.complete:
                self.missing.add(kind)
            return id
        key = wire.get(index.endpoint.key)
        return key if isinstance(key, str) and key and len(index.by_key[key]) == 1 else id

    def id_of(self, kind: str, name: t.Any) -> t.Any:
        """The id of a named object. Raises Unresolved, Ambiguous."""
        if isinstance(name, int):
            return name
        wire = self.find(kind, name) if isinstance(name, str) else None
        if wire is None:
            raise self.unresolved(kind, name)
        return wire[self.index(kind).endpoint.id]

    def unresolved(self, kind: str, name: t.Any, declared: t.Iterable[str] = ()) -> Unresolved:
        index = self.index(kind)
        known = {key for key in index.by_key if isinstance(key, str)} | set(declared)
        hint = nearest(name, known) if known else f"the project has no {index.endpoint.label}s"
        hint = hint if len(hint) < 300 else f"the project has {len(known)} of them, none with a similar name"
        return Unresolved(f"there is no {index.endpoint.label} '{name}'; {hint}")
