# SPDX-License-Identifier: GPL-3.0-or-later
"""What every part of a backup is: something that gives streams, takes them back, and can be counted."""

from __future__ import annotations

import typing as t
from contextlib import AbstractContextManager

from .manifest import Counts, Entry, Piece

Source = AbstractContextManager[t.BinaryIO]


class Keeper(t.Protocol):
    """What takes the streams of a part."""

    run: str

    def expect(self, *names: str) -> None:
        """The streams that come next, in their order, and with no marks. Raises RolloutError."""

    def keep(self, name: str, source: Source, **marks: str) -> Piece:
        """Raises RolloutError where the source, or the repository, fails."""

    def before(self, part: str) -> t.Optional[Entry]:
        """The same part in the last good run."""


class Giver(t.Protocol):
    """What gives the streams back."""

    def give(self, piece: Piece) -> Source:
        """Raises RolloutError at its end where it is not what was kept."""


class Part(t.Protocol):
    name: str

    def save(self, keeper: Keeper) -> Entry:
        """Raises RolloutError."""

    def restore(self, entry: Entry, giver: Giver) -> None:
        """In place of what is there. Raises RolloutError."""

    def occupied(self) -> str:
        """What is there and would be replaced, in words, or nothing. Raises RolloutError."""

    def counts(self) -> Counts:
        """Raises RolloutError."""
