# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From one text to another by whole lines: what is common stays, so that a diff shows what a person would call changed.

Python's difflib alone takes minutes for locks of 40,000 lines, which repeat a few lines over and over. Lines that occur
once in either text are certain, and between those there is little to compare."""

from __future__ import annotations

import bisect
import difflib
import typing as t
from collections import Counter

from .edit import Edit


def line_edits(before: bytes, after: bytes, reason: str = "") -> list[Edit]:
    """The edits of `before` that make it `after`."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line))
    edits = []
    done_old = done_new = 0
    for first, second in [*_anchors(old, new), (len(old), len(new))]:
        blocks = difflib.SequenceMatcher(None, old[done_old:first], new[done_new:second]).get_opcodes()
        for tag, start, end, new_start, new_end in blocks:
            if tag != "equal":
                text = b"".join(new[done_new + new_start : done_new + new_end])
                edits.append(Edit(starts[done_old + start], starts[done_old + end], text, reason))
        done_old, done_new = first + 1, second + 1
    return edits


def _anchors(old: list[bytes], new: list[bytes]) -> list[tuple[int, int]]:
    """The places in both of the lines that are unique in both: the longest row of them in the same order."""
    in_old, in_new = Counter(old), Counter(new)
    place = {line: number for number, line in enumerate(new) if in_new[line] == 1}
    pairs = [(number, place[line]) for number, line in enumerate(old) if in_old[line] == 1 and line in place]
    # Of rows of the same length the one that ends first; each pair knows the one before it.
    ends: list[int] = []
    last: list[int] = []
    above: list[t.Optional[int]] = []
    for index, (_number, second) in enumerate(pairs):
        length = bisect.bisect_left(ends, second)
        above.append(last[length - 1] if length else None)
        ends[length : length + 1] = [second]
        last[length : length + 1] = [index]
    row = []
    step = last[-1] if last else None
    while step is not None:
        row.append(pairs[step])
        step = above[step]
    return row[::-1]
