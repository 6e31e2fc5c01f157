# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells each channel what is due to it, and remembers what it has taken, so that a failed delivery is tried again."""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..errors import RolloutError
from ..files import read, write
from .channels import CHANNELS
from .message import TRIAL, Message, Told, due, grave
from .report import Report
from .settings import Options


@dataclass(frozen=True)
class Notices:
    """`channels` has the options of each channel that is used; `state_path` is what is remembered."""

    state_path: str
    reminder_hours: float
    warnings: bool
    channels: t.Mapping[str, Options]

    def tell(self, report: Report) -> list[str]:
        """Why deliveries failed, a sentence for each. Raises RolloutError where nothing can be remembered."""
        memory = self.remembered()
        unwell = grave(report, self.warnings)
        problems = []
        for name, options in self.channels.items():
            kind = due(memory.get(name), unwell, report.time, timedelta(hours=self.reminder_hours))
            if kind is None:
                continue
            problem = deliver(name, options, Message(kind, report))
            if problem:
                problems.append(problem)
            else:
                memory[name] = Told(unwell, report.time)
        self.remember(memory)
        return problems

    def try_out(self, report: Report) -> list[str]:
        """Why deliveries of a message failed that means nothing, and is not remembered."""
        problems = [deliver(name, options, Message(TRIAL, report)) for name, options in self.channels.items()]
        return [problem for problem in problems if problem]

    def remembered(self) -> dict[str, Told]:
        """What each channel was told last; nothing where that cannot be read, so that it is told again."""
        try:
            stored = json.loads(read(self.state_path) or b"{}")
            return {
                name: Told(dict(entry["unwell"]), datetime.fromisoformat(entry["at"]))
                for name, entry in stored.items()
                if name in self.channels
            }
        except (ValueError, KeyError, TypeError, AttributeError):
            return {}

    def remember(self, memory: t.Mapping[str, Told]) -> None:
        """Raises RolloutError."""
        stored = {name: {"unwell": dict(told.unwell), "at": told.at.isoformat()} for name, told in memory.items()}
        write(self.state_path, json.dumps(stored).encode(), 0o600)


def deliver(name: str, options: Options, message: Message) -> str:
    """Why it failed, or nothing."""
    try:
        CHANNELS[name](options, message)
    except RolloutError as problem:
        return f"{name}: nobody was told ({message.kind}): {problem}"
    return ""
