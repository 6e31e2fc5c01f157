# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
""".gitignore, .dockerignore and their like: entries for Sentry's files, with the comment that heads them."""

from __future__ import annotations

from .config_env import runs
from .edit import FileEdits
from .headings import above_heading, with_gap
from .repository import Repository
from .rest import report_rest

# Files of Sentry's tools. Anything else with the word in it may be a directory of the project.
_ENTRIES = (".sentryclirc", "sentry.properties", ".env.sentry-build-plugin", ".env.sentry", "sentry-debug.log")


def edit(repository: Repository, path: str) -> FileEdits:
    """What goes from a list of ignored files."""
    file = FileEdits(path, repository.read(path))
    lines, at = [], 0
    for line in file.original.splitlines(keepends=True):
        if line.strip().decode("utf-8", "replace").rpartition("/")[2] in _ENTRIES:
            lines.append((at, at + len(line)))
        at += len(line)
    for start, end in runs(lines):
        top = above_heading(file.original, start, end, must_mention=True)
        file.cut(*with_gap(file.original, top, end), "files of Sentry's tools")
    return report_rest(
        file,
        "ignore",
        "this entry may be about files of the project's own",
        "Remove the entry when no such files exist any more.",
    )
