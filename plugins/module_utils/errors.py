# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong, as one tree of exceptions; module.py and ending.py alone turn them into a failure of the task."""

from __future__ import annotations

import typing as t


class RolloutError(Exception):
    """Something that the user can act on; the text is one sentence."""

    def details(self) -> dict[str, t.Any]:
        """Facts for the task's result beside the sentence."""
        return {}


class Invalid(RolloutError):
    """A value in the user's input is wrong; the place grows while the exception climbs."""

    def __init__(self, problem: str, place: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.place = place

    def under(self, step: str) -> Invalid:
        """The same problem, seen from one level further out."""
        joint = "" if not self.place or self.place.startswith("[") else "."
        return Invalid(self.problem, f"{step}{joint}{self.place}")

    def at(self, where: str) -> Invalid:
        """The same problem at an outer place that is said in words."""
        return Invalid(str(self), where)

    def __str__(self) -> str:
        return f"{self.place}: {self.problem}" if self.place else self.problem


class Unresolved(Invalid):
    """A name that the input uses is not there."""


class Ambiguous(RolloutError):
    """Several objects bear the name that should identify one."""


class Unreachable(RolloutError):
    """No answer came from the host."""


class OutcomeUnknown(RolloutError):
    """A write was sent, but whether the server applied it is not known."""


class Orphaned(RolloutError):
    """Ansible was stopped; its module noticed."""


class Throttled(RolloutError):
    """The server asked for a longer wait than the user allows."""


class ApiError(RolloutError):
    """The server answered with an error; the fields are those of PostHog's error envelope."""

    def __init__(
        self,
        message: str,
        *,
        method: str,
        path: str,
        status: int,
        code: str | None = None,
        attr: str | None = None,
        detail: str = "",
        extra: dict[str, t.Any] | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.method = method
        self.path = path
        self.status = status
        self.code = code
        self.attr = attr
        self.detail = detail
        self.extra = extra or {}
        self.request_id = request_id

    def details(self) -> dict[str, t.Any]:
        return {
            "failure": {
                name: getattr(self, name)
                for name in ("method", "path", "status", "code", "attr", "detail", "request_id")
            }
        }


class Partial(RolloutError):
    """Some objects could not be changed; the others were."""

    def __init__(self, failures: list[tuple[str, RolloutError]]) -> None:
        titles: dict[str, list[str]] = {}
        for title, error in failures:
            titles.setdefault(str(error), []).append(title)
        super().__init__("; ".join(f"{few(those)}: {text}" for text, those in titles.items()))
        self.failures = failures

    def details(self) -> dict[str, t.Any]:
        first = self.failures[0][1].details()
        return {**first, "failures": [{"object": title, "msg": str(error)} for title, error in self.failures]}


def few(titles: list[str]) -> str:
    """A list of objects that fits into a sentence."""
    return ", ".join(titles) if len(titles) < 4 else f"{titles[0]}, {titles[1]} and {len(titles) - 2} more"
