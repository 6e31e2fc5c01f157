# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of one piece of code, in whatever language, and what other files need to know of it."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from .draft import Draft

# Whether a name of a module is Sentry's: (module as the code writes it, name or None for all of it).
Modules = t.Callable[[bytes, t.Optional[bytes]], bool]
# Whether a name is mentioned in another file of the repository.
Elsewhere = t.Callable[[bytes], bool]
# Whether another file imports a name of this module, now or (True) before all edits.
Wanted = t.Callable[[bytes, bool], bool]
# Each round removes something, so this is only there to end what should never happen.
ROUNDS = 200


@dataclass
class Note:
    """Something to report: a place in the original text, and why."""

    offset: int
    reason: str
    advice: str


@dataclass(frozen=True)
class Facts:
    """What can be said of a text's names: those that are read but nowhere declared, and those for other files."""

    unknown: dict[bytes, int]  # With the place where each is read first
    top: frozenset[bytes]


@dataclass
class Script:
    """One text after the rules."""

    draft: Draft
    before: Facts
    after: Facts
    notes: list[Note] = field(default_factory=list)
    hollow: bool = False  # Nothing is left in it but imports and functions that do nothing
    # What others import that is Sentry's, or does nothing any more; `*` is all that the module does not name itself
    hollow_exports: frozenset[bytes] = frozenset()
    reads_sentry: bool = False
    needs: frozenset[str] = frozenset()  # Packages that the text uses now, and did not before
    helpers: frozenset[str] = frozenset()  # The sides on which it uses a file that sets PostHog up


def lost_names(draft: Draft, reads: t.Iterable[tuple[bytes, int]]) -> frozenset[bytes]:
    """The names that were read in what is gone."""
    gone = draft.edits()
    return frozenset(name for name, start in reads if any(edit.start <= start < edit.end for edit in gone))


def always(name: bytes, before: bool) -> bool:
    return True


def nowhere(name: bytes) -> bool:
    return False
