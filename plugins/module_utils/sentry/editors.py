# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which editor takes which file: the first row that matches the path."""

from __future__ import annotations

import re
import typing as t

from .edit import FileEdits
from .repository import Repository

Editor = t.Callable[[Repository, str], FileEdits]

# (pattern searched in the path, editor). One file has one editor; the order decides.
EDITORS: list[tuple[t.Pattern[str], Editor]] = []


def row(pattern: str, editor: Editor) -> tuple[t.Pattern[str], Editor]:
    return re.compile(pattern), editor


def editor_of(path: str) -> Editor | None:
    """The editor for a path, or None when such files are only reported."""
    return next((editor for pattern, editor in EDITORS if pattern.search(path)), None)
