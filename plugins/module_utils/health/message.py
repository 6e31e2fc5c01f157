# SPDX-License-Identifier: GPL-3.0-or-later
"""When somebody is told of something, and what: once when it changes, again when it lasts, and when it is over."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from datetime import datetime, timedelta

from .report import Report, lines
from .result import WARNING

UNWELL = "unwell"
CHANGED = "changed"
REMINDER = "reminder"
WELL = "well"
TRIAL = "trial"


@dataclass(frozen=True)
class Told:
    """What somebody was told last: name and verdict of each check that was not well."""

    unwell: t.Mapping[str, str]
    at: datetime


@dataclass(frozen=True)
class Message:
    kind: str
    report: Report

    @property
    def subject(self) -> str:
        host, unwell = self.report.host, ", ".join(self.report.unwell)
        if self.kind == TRIAL:
            return f"{host}: a trial, to see whether messages arrive"
        if self.kind == WELL:
            return f"{host} is well again"
        return f"{host} is {'still ' if self.kind == REMINDER else ''}not well: {unwell}"

    @property
    def text(self) -> str:
        return "\n".join([self.subject, "", *lines(self.report.as_data())])

    def as_data(self) -> dict[str, t.Any]:
        """The document, with `kind` and, for chats that show nothing else, `text`."""
        return {"kind": self.kind, "text": self.text, **self.report.as_data()}


def grave(report: Report, with_warnings: bool) -> dict[str, str]:
    """What is worth telling of."""
    return {name: verdict for name, verdict in report.unwell.items() if with_warnings or verdict != WARNING}


def due(told: Told | None, unwell: t.Mapping[str, str], now: datetime, reminder: timedelta) -> str | None:
    """The kind of message that is due, if any."""
    before = told.unwell if told else {}
    if dict(unwell) != dict(before):
        return WELL if not unwell else CHANGED if before else UNWELL
    if told and unwell and now - told.at >= reminder:
        return REMINDER
    return None
