# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Comments that head a group of lines, in files where # begins one."""

from __future__ import annotations

import re

from .edit import line_end, line_start
from .repository import says_sentry

_SWITCHED_OFF = re.compile(rb"\s*#\s*(?:export\s+)?[A-Za-z_][\w.-]*\s*=")


def above_heading(text: bytes, start: int, end: int, must_mention: bool) -> int:
    """Where the heading of the lines from start to end begins, if they have one and nothing else is under it."""
    behind = text[end : line_end(text, end)].strip()
    if behind and not (behind.startswith(b"#") and must_mention):
        return start
    top, found = start, start
    while top:
        above = line_start(text, top - 1)
        line = text[above:top]
        if not line.strip().startswith(b"#") or _SWITCHED_OFF.match(line):
            break
        top = above
        if not must_mention or says_sentry(line):
            found = top
    if not top and not must_mention:
        # What stands at the very beginning is about the whole file, unless it says otherwise.
        return above_heading(text, start, end, must_mention=True)
    return found


def with_gap(text: bytes, start: int, end: int) -> tuple[int, int]:
    """The lines with the empty line that separated them from what was above or below."""
    above = line_start(text, start - 1) if start else 0
    is_free_above = start == 0 or not text[above:start].strip()
    behind = line_end(text, end)
    if is_free_above and end < len(text) and not text[end:behind].strip():
        return start, behind
    if start and is_free_above and end == len(text):
        return above, end
    return start, end
