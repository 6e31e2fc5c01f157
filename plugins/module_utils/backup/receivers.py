# SPDX-License-Identifier: GPL-3.0-or-later
"""The streams that come next, each with a restic that is ready for it.

To derive its key, restic needs a second of computing for each stream. It does so while other streams are on their way.
"""

from __future__ import annotations

import typing as t

from .restic import Receipt, Receiver, Restic
from .stream import Source

#: How many wait at a time; each takes some 60 MB.
AHEAD = 2
Marks = t.Mapping[str, str]


class Receivers:
    def __init__(self, restic: Restic) -> None:
        self.restic = restic
        self.announced: list[tuple[str, Marks]] = []
        self.waiting: dict[str, Receiver] = {}

    def expect(self, names: t.Iterable[str], marks: Marks) -> None:
        """Raises RolloutError."""
        self.announced += [(name, marks) for name in names]
        self.go_on()

    def go_on(self) -> None:
        while self.announced and len(self.waiting) < AHEAD:
            name, marks = self.announced.pop(0)
            self.waiting[name] = self.restic.receiver(name, marks)

    def take(self, name: str, marks: Marks, source: Source) -> Receipt:
        """A stream that was announced or not. Raises RolloutError."""
        receiver = self.waiting.pop(name, None) or self.restic.receiver(name, marks)
        try:
            self.go_on()
            return receiver.take(source)
        finally:
            receiver.drop()

    def drop(self) -> None:
        """Nothing more comes."""
        self.announced = []
        while self.waiting:
            self.waiting.popitem()[1].drop()
