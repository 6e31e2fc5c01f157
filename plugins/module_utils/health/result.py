# SPDX-License-Identifier: GPL-3.0-or-later
"""What a check says: a verdict, what was measured, and what to do."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

OK = "ok"
WARNING = "warning"
FAILED = "failed"
SKIPPED = "skipped"
#: From what needs no eye to what needs one at once.
SEVERITY = (SKIPPED, OK, WARNING, FAILED)


@dataclass(frozen=True)
class Result:
    """`measured` is a few words for a person, or why the check was skipped; `facts` are the same for machines."""

    name: str
    verdict: str
    measured: str
    advice: str = ""
    facts: t.Mapping[str, t.Any] = field(default_factory=dict)

    def as_data(self) -> dict[str, t.Any]:
        """With every key, so that readers need not ask which are there."""
        return {
            "name": self.name,
            "verdict": self.verdict,
            "measured": self.measured,
            "advice": self.advice,
            "facts": dict(self.facts),
        }


def skipped(name: str, reason: str) -> Result:
    return Result(name, SKIPPED, reason)


def failed(name: str, measured: str, advice: str = "", **facts: t.Any) -> Result:
    return Result(name, FAILED, measured, advice, facts)


def worst(verdicts: t.Iterable[str]) -> str:
    """The most severe of them; skipped if there is none."""
    return max(verdicts, key=SEVERITY.index, default=SKIPPED)


def at_least(value: float, warning: float, limit: float) -> str:
    """The verdict on a value that is bad when it is high."""
    return FAILED if value >= limit else WARNING if value >= warning else OK
