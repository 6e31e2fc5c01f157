# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that are nothing but Sentry's: they go as a whole, unless something that stays wants to find them."""

from __future__ import annotations

import posixpath
import re

from .edit import FileEdits
from .repository import Repository

# Lists of files to ignore, and texts, name files without needing them.
_HARMLESS = re.compile(r"ignore$|\.(md|mdx|rst|txt|adoc)$|(^|/)(LICEN[CS]E|NOTICE)")


def edit(repository: Repository, path: str) -> FileEdits:
    """A file to delete. Its own text is never looked at: it holds tokens."""
    file = FileEdits(path, repository.read(path))
    name = posixpath.basename(path)
    users = [
        other
        for other in repository.mentioning()
        if posixpath.basename(other) != name
        and not _HARMLESS.search(other)
        and re.search(rb"(?<![\w.-])%s(?![\w.-])" % re.escape(name.encode()), repository.read(other))
    ]
    if users:
        reason = f"{', '.join(users[:3])} names this file"
        file.report(0, "configuration", reason, "Take the file out of there, then delete it.")
    file.delete = not users
    return file
