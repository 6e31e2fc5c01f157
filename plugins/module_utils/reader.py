# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads what a plan needs, in as few requests as possible: one list per kind, single objects where lists are basic."""

from __future__ import annotations

import typing as t

from .client import Client
from .directory import Directory
from .endpoint import Endpoint
from .errors import ApiError
from .kinds.registry import ENDPOINTS
from .plan import Entry
from .resource import Wire
from .scope import Scope, unknown_project


def read(client: Client, scope: Scope, entries: list[Entry]) -> Directory:
    """The directory of all objects that the entries are or name. Raises what the client raises."""
    reader = Reader(client, scope, entries)
    if scope.project is None:
        for kind in ENDPOINTS:
            reader.directory.load(kind, (), complete=True)
    else:
        reader.lists()
        reader.hidden()
        reader.single_objects()
        reader.what_decoding_asks_for()
    return reader.directory


class Reader:
    def __init__(self, client: Client, scope: Scope, entries: list[Entry]) -> None:
        self.client = client
        self.scope = scope
        self.entries = entries
        self.directory = Directory()

    def lists(self) -> None:
        """One list for every kind that is declared or named."""
        named = {kind for entry in self.entries for kind, _name, _place, _late in references(entry)}
        by_key = {entry.kind.name for entry in self.entries if entry.id is None and not entry.kind.container}
        for endpoint, items, complete in self.client.map(
            lambda kind: self.one_list(ENDPOINTS[kind], named), sorted(named | by_key)
        ):
            self.directory.load(endpoint.kind, items, complete=complete)

    def one_list(self, endpoint: Endpoint, named: set[str]) -> tuple[Endpoint, list[Wire], bool]:
        """The list of a kind; only what matches the name where a single object is wanted."""
        params = dict(endpoint.params)
        own = [entry for entry in self.entries if entry.kind.name == endpoint.kind]
        narrow = endpoint.searchable and len(own) == 1 and endpoint.kind not in named and len(str(own[0].key)) <= 200
        if narrow:
            params["search"] = str(own[0].key)
        return endpoint, self.fetch(endpoint, params), not narrow

    def fetch(self, endpoint: Endpoint, params: t.Mapping[str, str]) -> list[Wire]:
        try:
            return self.client.pages(self.scope.collection(endpoint), params, unpaged=endpoint.unpaged)
        except ApiError as problem:
            raise unknown_project(self.scope, problem) or problem from None

    def hidden(self) -> None:
        """The lists of what lists hide, for kinds of which a declared object was not found."""
        lacking = {
            entry.kind.name
            for entry in self.entries
            if entry.kind.endpoint.hidden and entry.id is None and self.find(entry) is None
        }
        for kind in sorted(lacking):
            endpoint = ENDPOINTS[kind]
            items = self.fetch(endpoint, {**endpoint.params, **endpoint.hidden})
            self.directory.load(kind, items, complete=False)

    def find(self, entry: Entry) -> Wire | None:
        return self.directory.locate(entry.kind.name, entry.id, entry.key)

    def single_objects(self) -> None:
        """The whole of objects whose list items are basic, and of those that are given by id."""
        wanted = [
            (entry, found[entry.kind.endpoint.id] if found else entry.id)
            for entry, found in ((entry, self.find(entry)) for entry in self.entries)
            if (found is not None and entry.kind.endpoint.basic) or (found is None and entry.id is not None)
        ]
        for entry, wire in self.client.map(lambda pair: (pair[0], self.one_object(*pair)), wanted):
            if wire is not None:
                self.directory.add(entry.kind.name, wire)

    def one_object(self, entry: Entry, id: t.Any) -> Wire | None:
        if entry.kind.container and self.scope.wire is not None:
            return self.scope.wire
        try:
            wire: Wire = self.client.get(self.scope.item(entry.kind.endpoint, id))
        except ApiError as problem:
            if entry.kind.container:
                raise unknown_project(self.scope, problem) or problem from None
            if problem.status != 404:
                raise
            return None
        return wire

    def what_decoding_asks_for(self) -> None:
        """The lists of kinds that stored objects name by id, until all of them can be shown by name."""
        while True:
            self.directory.missing.clear()
            for entry in self.entries:
                wire = self.find(entry)
                if wire is not None:
                    for key in wanted_fields(entry):
                        entry.kind.decode_field(key, wire, self.directory)
            missing = sorted(kind for kind in self.directory.missing if not self.directory.is_complete(kind))
            if not missing:
                return
            for kind in missing:
                endpoint = ENDPOINTS[kind]
                self.directory.load(kind, self.fetch(endpoint, endpoint.params), complete=True)


def references(entry: Entry) -> t.Iterator[tuple[str, t.Any, str, bool]]:
    return entry.kind.references(entry.desired) if entry.present else iter(())


def wanted_fields(entry: Entry) -> t.Iterator[str]:
    """The fields that are compared and may name others."""
    fields = entry.kind.fields
    return (key for key in entry.desired if entry.present and fields[key].shape.names_others)
