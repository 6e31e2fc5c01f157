# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run has kept: only a run with a manifest is a backup. Its form is what `version` says; readers check it."""

from __future__ import annotations

import json
import typing as t
from dataclasses import asdict, dataclass, field

from ..errors import RolloutError

VERSION = 1
NAME = "manifest.json"

#: name of a table or bucket -> how many rows or objects, at least and at most. They differ where a store cannot count
#: and copy at one moment.
Counts = t.Mapping[str, tuple[int, int]]


@dataclass(frozen=True)
class Piece:
    """One stream: `bytes` long, of which the repository grew by `added`."""

    name: str
    #: The run that has kept it: a later one may have use of it, too.
    run: str
    snapshot: str
    bytes: int
    added: int
    sha256: str


@dataclass(frozen=True)
class Entry:
    """A part. `facts` are its own: versions, names."""

    pieces: t.Sequence[Piece]
    counts: Counts
    facts: t.Mapping[str, t.Any] = field(default_factory=dict)

    @property
    def bytes(self) -> int:
        return sum(piece.bytes for piece in self.pieces)


@dataclass(frozen=True)
class Manifest:
    """Times are ISO 8601 in UTC."""

    run: str
    started: str
    finished: str
    #: The commit that ran, or nothing where no release is known.
    release: str
    #: service -> image
    images: t.Mapping[str, str]
    parts: t.Mapping[str, Entry]

    @property
    def bytes(self) -> int:
        return sum(entry.bytes for entry in self.parts.values())

    @property
    def added(self) -> int:
        """Bytes that the repository grew by in this run."""
        return sum(piece.added for entry in self.parts.values() for piece in entry.pieces if piece.run == self.run)

    def as_json(self) -> str:
        return json.dumps({"version": VERSION, **asdict(self)}, indent=1, sort_keys=True) + "\n"


def manifest_of(text: str) -> Manifest:
    """Raises RolloutError."""
    try:
        data = json.loads(text)
        if data.pop("version") != VERSION:
            raise RolloutError(f"the manifest is not of version {VERSION}: use the collection that made it")
        parts = {name: entry_of(entry) for name, entry in data.pop("parts").items()}
        return Manifest(parts=parts, **data)
    except (ValueError, KeyError, TypeError) as problem:
        raise RolloutError(f"the manifest cannot be read ({problem})") from None


def entry_of(data: dict[str, t.Any]) -> Entry:
    pieces = tuple(Piece(**piece) for piece in data["pieces"])
    counts = {name: (int(least), int(most)) for name, (least, most) in data["counts"].items()}
    return Entry(pieces, counts, data["facts"])


def differences(kept: Counts, found: Counts) -> list[str]:
    """What is not as it was kept, a sentence each."""
    wrong = []
    for name, (least, most) in kept.items():
        count = found.get(name)
        if count is None:
            wrong.append(f"{name} is missing")
        elif not least <= count[0] <= most:
            wrong.append(f"{name} has {count[0]}, not {least if least == most else f'{least} to {most}'}")
    return wrong
