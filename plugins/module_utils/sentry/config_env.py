# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
""".env files, of whatever ending: assignments whose name has the word SENTRY, also those that are switched off."""

from __future__ import annotations

import re
import typing as t

from .edit import FileEdits, line_end
from .headings import above_heading, with_gap
from .repository import Repository
from .rest import report_rest

_ASSIGNMENT = re.compile(rb"[ \t]*(?:#[ \t]*)?(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.]*)[ \t]*(?:=|:[ \t])")
_QUOTE = re.compile(rb"=[ \t]*([\"'`])")


def edit(repository: Repository, path: str) -> FileEdits:
    """What goes from a file of environment variables. Notes never say what a variable holds."""
    file = FileEdits(path, repository.read(path))
    for start, end in runs(assignments(file.original, repository.needed.frees)):
        top = above_heading(file.original, start, end, must_mention=False)
        file.cut(*with_gap(file.original, top, end), "variables of Sentry")
    return report_rest(
        file,
        "environment",
        "the word is in a comment or a value, or names a variable of another kind or one that code still reads",
        "Check whether the variable is still wanted without Sentry.",
    )


def assignments(text: bytes, frees: t.Callable[[str], bool]) -> list[tuple[int, int]]:
    """The lines of Sentry's variables; a quoted value may go over several."""
    found, at = [], 0
    while at < len(text):
        start, at = at, line_end(text, at)
        name = _ASSIGNMENT.match(text, start, at)
        if not name:
            continue
        quote = _QUOTE.search(text, start, at)
        if quote and text[start:at].lstrip()[:1] != b"#":
            closing = text.find(quote.group(1), quote.end())
            at = line_end(text, closing) if closing >= 0 else at
        if frees(name.group(1).decode("ascii", "replace").replace(".", "_")):
            found.append((start, at))
    return found


def runs(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges that touch are one."""
    joined: list[tuple[int, int]] = []
    for start, end in ranges:
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined
