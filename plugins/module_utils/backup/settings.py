# SPDX-License-Identifier: GPL-3.0-or-later
"""What is backed up, and where to: from the options of a task, kept in a file that only root may read."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ..files import read_private

Options = t.Mapping[str, t.Any]
LARGEST_NAME = 64


@dataclass(frozen=True)
class Settings:
    """Each mapping has all keys of its part in install.SPEC, defaults filled in."""

    #: What the snapshots of this PostHog are called in the repository, on whichever host it runs.
    name: str
    repository: Options
    stack: Options
    postgres: Options
    clickhouse: Options
    objects: t.Sequence[Options]
    files: t.Sequence[str]
    retention: Options
    check: Options
    drill: Options
    window: Options
    space: t.Sequence[Options]
    status_path: str
    notices: Options
    #: How it is started by hand, before the job.
    program: t.Sequence[str] = ()

    def __repr__(self) -> str:
        return f"Settings({self.name!r})"


def stored(path: str) -> Settings:
    """Raises RolloutError."""
    return read_private(path, lambda content: Settings(**content))
