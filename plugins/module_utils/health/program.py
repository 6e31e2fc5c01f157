# SPDX-License-Identifier: GPL-3.0-or-later
"""The program that a timer starts on the host: the same round of checks without Ansible, and then telling of it.

    health.pyz --settings /etc/rollout-posthog/health.json [--quiet] [--try-notifications]

Ends with 0 when no check failed, 1 when one did, and 2 when it could not do its own work, such as telling somebody.
"""

from __future__ import annotations

import argparse
import typing as t

from ..console import BROKEN, Console
from ..files import read_private, write
from .alone import alone
from .checks import look
from .notify import Notices
from .report import lines
from .result import FAILED, OK, SKIPPED
from .settings import Settings

NAME = "rollout-posthog-health"
CONSOLE = Console(NAME)
UNWELL = 1


def main(arguments: t.Sequence[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    return CONSOLE.run(lambda: carry_out(options))


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(prog=NAME, description="Prove that a PostHog serves.")
    found.add_argument("--settings", required=True, help="the file that Ansible made")
    found.add_argument("--quiet", action="store_true", help="say nothing when all is well, as cron likes it")
    found.add_argument("--try-notifications", action="store_true", help="send a message that means nothing")
    return found


def carry_out(options: argparse.Namespace) -> int:
    """Raises RolloutError."""
    settings, notices = stored(options.settings)
    with alone(notices.state_path + ".lock") as first:
        if not first:
            CONSOLE.complain("another round is under way")
            return 0
        report = look(settings, may_write=True)
        if settings.document_path:
            write(settings.document_path, report.as_json().encode(), 0o644)
        if not options.quiet or report.verdict not in (OK, SKIPPED):
            CONSOLE.say(*lines(report.as_data()))
        problems = notices.try_out(report) if options.try_notifications else notices.tell(report)
    for problem in problems:
        CONSOLE.complain(problem)
    return BROKEN if problems else UNWELL if report.verdict == FAILED else 0


def stored(path: str) -> tuple[Settings, Notices]:
    """Raises RolloutError."""
    return read_private(path, lambda content: (Settings(**content["settings"]), Notices(**content["notices"])))
