# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every editor produces: byte ranges on a file's original bytes, and notes on what it left for a person."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ..errors import RolloutError

BOM = b"\xef\xbb\xbf"


class Overlap(RolloutError):
    """Two rules want to change the same bytes in different ways."""


@dataclass(frozen=True, order=True)
class Edit:
    """Replaces `original[start:end]`. Nothing to put there means that the bytes are deleted."""

    start: int
    end: int
    replacement: bytes = b""
    reason: str = ""


@dataclass(frozen=True, order=True)
class Residue:
    """A place that a person should look at. Holds no text of the file, so that no secret can be in it."""

    path: str
    line: int
    kind: str
    reason: str
    advice: str


@dataclass
class FileEdits:
    """All that one editor wants with one file."""

    path: str
    original: bytes
    edits: list[Edit] = field(default_factory=list)
    residue: list[Residue] = field(default_factory=list)
    delete: bool = False
    create: bool = False  # Not there yet; the original is empty

    def cut(self, start: int, end: int, reason: str = "") -> None:
        self.edits.append(Edit(start, end, b"", reason))

    def replace(self, start: int, end: int, replacement: bytes, reason: str = "") -> None:
        self.edits.append(Edit(start, end, replacement, reason))

    def report(self, offset: int, kind: str, reason: str, advice: str) -> None:
        self.residue.append(Residue(self.path, line_of(self.original, offset), kind, reason, advice))

    @property
    def action(self) -> str:
        return "deleted" if self.delete else "created" if self.create else "edited"

    @property
    def changed(self) -> bool:
        return self.delete or self.result() != self.original

    def result(self) -> bytes:
        """The bytes after all edits. Raises Overlap."""
        text = self.original
        for edit in reversed(merged(self.edits, self.path)):
            text = text[: edit.start] + edit.replacement + text[edit.end :]
        return text


def new_file(path: str, text: str) -> FileEdits:
    """A file that is not there yet."""
    return FileEdits(path, b"", [Edit(0, 0, text.encode())], create=True)


def merged(edits: t.Iterable[Edit], path: str = "") -> list[Edit]:
    """The edits in order, with deletions that touch or contain one another made into one. Raises Overlap."""
    done: list[Edit] = []
    for edit in sorted(set(edits), key=lambda edit: (edit.start, edit.end)):
        last = done[-1] if done else None
        if last is None or edit.start > last.end or (edit.start == last.end and (edit.replacement or last.replacement)):
            done.append(edit)
        elif not edit.replacement and not last.replacement:
            done[-1] = Edit(last.start, max(last.end, edit.end), b"", last.reason or edit.reason)
        else:
            raise Overlap(
                f"{path}: the rules '{last.reason}' and '{edit.reason}' want the same bytes, from {edit.start}"
            )
    return done


# -- lines ------------------------------------------------------------------------------------------------------------


def line_of(text: bytes, offset: int) -> int:
    """The number of the line that a byte is in, from 1."""
    return text.count(b"\n", 0, offset) + 1


def line_start(text: bytes, offset: int) -> int:
    """Where the line of a byte starts; the mark at the start of some files is no part of the line."""
    found = text.rfind(b"\n", 0, offset) + 1
    return len(BOM) if not found and text.startswith(BOM) else found


def line_end(text: bytes, offset: int) -> int:
    """Behind the line break of the line that a byte is in."""
    found = text.find(b"\n", offset)
    return len(text) if found < 0 else found + 1


def whole_lines(text: bytes, start: int, end: int) -> tuple[int, int]:
    """The range widened to whole lines when nothing else but blanks is on them; otherwise the range itself."""
    first = line_start(text, start)
    # A range that already ends with a line break does not reach into the next line.
    last = end if end > start and text[end - 1 : end] == b"\n" else line_end(text, end)
    if text[first:start].strip(b" \t") or text[end:last].strip():
        return start, end
    return first, last


def with_blank_line(text: bytes, start: int, end: int) -> tuple[int, int]:
    """Whole lines together with the blank line behind them, when one (or the start of the file) is before them too."""
    if start != line_start(text, start) or (end and text[end - 1 : end] != b"\n"):
        return start, end
    before = text[line_start(text, start - 1) : start] if start else b""
    after = line_end(text, end)
    if before.strip() or end >= len(text) or text[end:after].strip():
        return start, end
    return start, after


def tidy_range(text: bytes, start: int, end: int) -> tuple[int, int]:
    """The range to cut for a statement: whole lines, and a blank line that would be left over beside it."""
    start, end = whole_lines(text, start, end)
    if start != line_start(text, start) or (end < len(text) and text[end - 1 : end] != b"\n"):
        return start, end
    before = text[line_start(text, start - 1) : start].strip() if start else b"{"
    after = text[end : line_end(text, end)]
    if not before and (end >= len(text) or after.strip()[:1] in (b"}", b")", b"]")):
        return line_start(text, start - 1), end
    if end < len(text) and not after.strip() and (not before or before[-1:] in (b"{", b"(", b"[")):
        return start, line_end(text, end)
    return start, end
