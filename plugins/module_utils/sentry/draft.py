# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A text that is edited in several rounds, and remembers which of its bytes are the original's.

Removing one thing makes the next one removable: a call, then the `if` around it, then the import that nobody reads.
Each round parses the text as it is and edits that; in the end there is one list of edits on the original bytes.
"""

from __future__ import annotations

import typing as t

from .edit import Edit, merged, tidy_range

if t.TYPE_CHECKING:
    from .tree import Node


class Draft:
    """Kept ranges of the original, and new bytes between them."""

    def __init__(self, original: bytes) -> None:
        self.original = original
        self.text = original
        # (start in the original, bytes) of what is kept; start is None for what is new.
        self._pieces: list[tuple[int | None, bytes]] = [(0, original)]

    def apply(self, edits: t.Iterable[Edit]) -> bool:
        """Applies edits on the present text; whether it changed. Raises Overlap."""
        before = self.text
        for edit in reversed(merged(edits)):
            self._replace(edit)
        self.text = b"".join(piece for _origin, piece in self._pieces)
        return self.text != before

    def _replace(self, edit: Edit) -> None:
        pieces: list[tuple[int | None, bytes]] = []
        place = 0
        placed = False
        for origin, piece in self._pieces:
            low = min(max(edit.start - place, 0), len(piece))
            high = min(max(edit.end - place, 0), len(piece))
            if low:
                pieces.append((origin, piece[:low]))
            if not placed and edit.start <= place + len(piece):
                placed = True
                if edit.replacement:
                    pieces.append((None, edit.replacement))
            if high < len(piece):
                pieces.append((None if origin is None else origin + high, piece[high:]))
            place += len(piece)
        self._pieces = pieces

    def touched(self, start: int, end: int) -> bool:
        """Whether something was removed or put in strictly inside a range of the present text."""
        place = 0
        for origin, piece in self._pieces:
            if place >= end:
                return False
            if origin is None and place < end and place + len(piece) > start:
                return True
            if start < place < end:
                return True
            place += len(piece)
        # What was removed at the very end has no piece behind it.
        origin, piece = self._pieces[-1] if self._pieces else (0, b"")
        return start < place < end and (origin is None or origin + len(piece) < len(self.original))

    def gone_at(self, offset: int) -> bytes:
        """The original bytes that are gone at a place of the present text, without others in their place."""
        place, last = 0, 0
        for origin, piece in [*self._pieces, (len(self.original), b"")]:
            if origin is not None:
                if place == offset:
                    return self.original[last:origin]
                last = origin + len(piece)
            place += len(piece)
        return b""

    def origin(self, offset: int) -> int:
        """The place in the original of a byte of the present text, or the nearest one before it."""
        place = nearest = 0
        for origin, piece in self._pieces:
            if origin is not None:
                nearest = origin + min(max(offset - place, 0), len(piece))
            if place + len(piece) > offset:
                return nearest
            place += len(piece)
        return nearest

    def removed(self) -> bytes:
        """All original bytes that are gone, as one text."""
        return b"\n".join(self.original[edit.start : edit.end] for edit in self.edits())

    def edits(self, reason: str = "") -> list[Edit]:
        """The same change as one list of edits on the original."""
        found: list[Edit] = []
        place, new = 0, b""
        for origin, piece in [*self._pieces, (len(self.original), b"")]:
            if origin is None:
                new += piece
                continue
            if origin > place or new:
                found.append(Edit(place, origin, new, reason))
            place, new = origin + len(piece), b""
        return found


class Round:
    """The edits of one round on the present text of a draft; a language's code is one."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.text = draft.text
        self.edits: list[Edit] = []

    def touched(self, node: Node) -> bool:
        return self.draft.touched(node.start, node.end)

    def free(self, start: int, end: int) -> bool:
        """Whether no edit of this round is there yet; what has to wait is found again in the next round."""
        return all(end <= edit.start or edit.end <= start for edit in self.edits)

    def cut(self, start: int, end: int) -> None:
        self.replace(start, end, b"")

    def replace(self, start: int, end: int, replacement: bytes) -> None:
        if self.free(start, end):
            self.edits.append(Edit(start, end, replacement))

    def tidy(self, start: int, end: int) -> tuple[int, int]:
        """The range to cut, with what would be left over beside it."""
        return tidy_range(self.text, start, end)

    def finish(self) -> list[Edit]:
        """This round's edits, with the blank lines that would be left over beside what is cut."""
        tidied = []
        for edit in merged(self.edits):
            start, end = (edit.start, edit.end) if edit.replacement else self.tidy(edit.start, edit.end)
            tidied.append(Edit(start, end, edit.replacement))
        return tidied
