# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes members and elements out of JSON: commas stay right, and nothing else moves."""

from __future__ import annotations

import re
import typing as t

from .edit import FileEdits, line_end, line_start, whole_lines
from .jsonc import Entry, Node

# Of JSON with comments, and of TOML, whose arrays are cut by the same rules.
_COMMENT = re.compile(rb"//|/\*|#")
_BEHIND = re.compile(rb"[ \t]*(?://|#)[^\n]*")

Doomed = t.Callable[[Entry], bool]


def cut_entries(file: FileEdits, node: Node | None, doomed: Doomed, reason: str) -> bool:
    """Cuts the entries that are doomed; says whether any was. A container that has none left closes up."""
    gone = {entry.start for entry in node.entries if doomed(entry)} if node else set()
    if node is None or not gone:
        return False
    left = [entry for entry in node.entries if entry.start not in gone]
    if not left and not _has_comment(file.original, node):
        file.cut(node.start + 1, node.end - 1, reason)
        return True
    for index, entry in enumerate(node.entries):
        if entry.start in gone:
            is_tail = bool(left) and left[-1].start < entry.start
            file.cut(*_reach(file.original, entry, is_tail, node.entries[index - 1]), reason)
    # The last one that stays must not be followed by a comma, unless that is the style of the file.
    if left and left[-1].comma is not None and node.entries[-1].comma is None:
        file.cut(left[-1].comma - 1, left[-1].comma, reason)
    return True


def cut_tree(file: FileEdits, root: Node, doomed: set[int], reason: str, drop_emptied: bool = True) -> None:
    """Cuts the entries that start at the given places, and the containers that are emptied by it."""
    if drop_emptied:
        doomed = doomed | _emptied(root, doomed)
    cut_entries(file, root, lambda entry: entry.start in doomed, reason)
    for entry in root.entries:
        if entry.start not in doomed and entry.value.entries:
            cut_tree(file, entry.value, doomed, reason, drop_emptied=False)


def _emptied(node: Node, doomed: set[int]) -> set[int]:
    """Entries whose containers have only doomed entries left, or only such as are emptied themselves."""
    found: set[int] = set()
    for entry in node.entries:
        if entry.start in doomed or not entry.value.entries:
            continue
        found |= _emptied(entry.value, doomed)
        if all(inner.start in doomed or inner.start in found for inner in entry.value.entries):
            found.add(entry.start)
    return found


def _has_comment(text: bytes, node: Node) -> bool:
    gaps = (
        [node.start + 1, *(entry.end for entry in node.entries)],
        [*(entry.start for entry in node.entries), node.end],
    )
    return any(_COMMENT.search(text, start, end) for start, end in zip(*gaps))


def _reach(text: bytes, entry: Entry, is_tail: bool, before: Entry) -> tuple[int, int]:
    """The entry with its comma: whole lines, or with the blanks up to its neighbour.

    `is_tail` says that no entry behind it stays; `before` is the one in front of it, whether it stays or not."""
    start, end = entry.start, entry.end if entry.comma is None else entry.comma
    if not text[line_start(text, start) : start].strip() and (comment := _BEHIND.match(text, end)):
        # What is said behind an entry on its line is said about it.
        end = comment.end()
    wide = whole_lines(text, start, end)
    if wide == (start, end):
        return _with_blanks(text, start, end, is_tail)
    start, end = wide
    # bun.lock has an empty line between packages; exactly one has to stay between two neighbours, and none at the end.
    if is_tail:
        while start > before.end and not text[(above := line_start(text, start - 1)) : start].strip():
            start = above
        return start, end
    above_is_open = text[line_start(text, start - 1) : start].strip()[-1:] in (b"", b"{", b"[")
    behind = line_end(text, end)
    return start, behind if above_is_open and not text[end:behind].strip() else end


def _with_blanks(text: bytes, start: int, end: int, is_tail: bool) -> tuple[int, int]:
    if is_tail:
        while text[start - 1 : start] in (b" ", b"\t"):
            start -= 1
    else:
        while text[end : end + 1] in (b" ", b"\t"):
            end += 1
    return start, end
