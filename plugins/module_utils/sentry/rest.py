# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists the mentions of Sentry that an editor leaves in its file."""

from __future__ import annotations

from .edit import FileEdits, line_of, merged
from .repository import MENTION


def report_rest(file: FileEdits, kind: str, reason: str, advice: str) -> FileEdits:
    """Adds a note for every line that still mentions Sentry and has none yet; returns the file for convenience."""
    if file.delete:
        return file
    known = {note.line for note in file.residue if note.path == file.path}
    cuts = merged(file.edits, file.path)
    for found in MENTION.finditer(file.original):
        if any(edit.start <= found.start() < edit.end for edit in cuts):
            continue
        line = line_of(file.original, found.start())
        if line not in known:
            known.add(line)
            file.report(found.start(), kind, reason, advice)
    return file
