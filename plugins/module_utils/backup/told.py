# SPDX-License-Identifier: GPL-3.0-or-later
"""Telling people how a run, a check or a drill went: by the ways of the health checks, in the same words."""

from __future__ import annotations

import shlex
import socket
import sys
import typing as t
from datetime import datetime, timezone

from ..health.notify import Notices
from ..health.report import Report
from ..health.result import FAILED, OK, WARNING, Result
from .settings import Settings
from .status import Status

ADVICE = {
    "backup": "The last good backup is untouched. Mend this, and run it again: {again}",
    "check": "The repository is damaged or out of reach: make a new backup to another place, then see restic check.",
    "retention": "Old backups were not removed, and the repository grows.",
    "ledger": "Who is erased meanwhile would come back with a restore: mend this before people are erased.",
    "erasure": "People who were erased are back: mend this, and run restore.yml, or the program's erase, again.",
    "restore": "What is here is no whole PostHog: mend this, and restore it again, by the name of the same run.",
    "drill": "A backup that cannot be restored is none: restore it by hand to see why.",
    "status": "Nobody sees how the backups go until it can be written again: free space on the disk of this file.",
}


def report_of(settings: Settings, status: Status) -> Report:
    """The last word on each of them."""
    results = [Result("status", FAILED, status.problem, ADVICE["status"])] if status.problem else []
    for name in ("backup", "retention", "check", "restore", "drill", "ledger", "erasure"):
        results += result_of(settings, name, status.data.get("last_run" if name == "backup" else f"last_{name}"))
    return Report(f"{settings.name} on {socket.gethostname()}", datetime.now(timezone.utc), tuple(results))


def result_of(settings: Settings, name: str, entry: t.Any) -> list[Result]:
    if not entry:
        return []
    if entry.get("result") == "ok":
        return [Result(name, OK, f"well at {entry['finished_at']}")]
    verdict = WARNING if name == "retention" else FAILED
    # Also where cron starts it, and not systemd.
    again = shlex.join([sys.executable, *settings.program, "run"])
    return [Result(name, verdict, str(entry.get("message", "")), ADVICE[name].replace("{again}", again))]


def tell(settings: Settings, status: Status) -> list[str]:
    """Why people were not told, a sentence each. Raises RolloutError."""
    return Notices(**settings.notices).tell(report_of(settings, status))
