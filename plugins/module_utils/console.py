# SPDX-License-Identifier: GPL-3.0-or-later
"""How a program on a host, which knows nothing of Ansible, begins, speaks, and ends."""

from __future__ import annotations

import sys
import typing as t
from dataclasses import dataclass

from .client import REQUESTS_ERROR
from .errors import RolloutError

#: The exit code of a program that could not do its own work
BROKEN = 2


@dataclass(frozen=True)
class Console:
    """`name` is what the program calls itself in its complaints."""

    name: str

    def run(self, work: t.Callable[[], int]) -> int:
        """The exit code. What raises RolloutError has said why."""
        try:
            if REQUESTS_ERROR:
                raise RolloutError(f"{sys.executable} has no requests; install python3-requests")
            return work()
        except RolloutError as problem:
            self.complain(str(problem))
            return BROKEN

    def say(self, *lines: str) -> None:
        sys.stdout.write("".join(f"{line}\n" for line in lines))
        # Before what goes wrong next.
        sys.stdout.flush()

    def complain(self, text: str) -> None:
        sys.stderr.write(f"{self.name}: {text}\n")
