# SPDX-License-Identifier: GPL-3.0-or-later
"""The program that a timer starts on the host: the same round of checks without Ansible, and then telling of it.

    health.pyz --settings /etc/rollout-posthog/health.json [--quiet] [--try-notifications]

Ends with 0 when no check failed, 1 when one did, and 2 when it could not do its own work, such as telling somebody.
"""

from __future__ import annotations

import argparse
import sys
import typing as t

from ..client import REQUESTS_ERROR
from ..errors import RolloutError
from ..files import read_private, write
from .alone import alone
from .checks import look
from .notify import Notices
from .report import lines
from .result import FAILED, OK, SKIPPED
from .settings import Settings

NAME = "rollout-posthog-health"
UNWELL = 1
BROKEN = 2


def main(arguments: t.Sequence[str] | None = None) -> int:
    try:
        return carry_out(parser().parse_args(arguments))
    except RolloutError as problem:
        complain(str(problem))
        return BROKEN


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(prog=NAME, description="Prove that a PostHog serves.")
    found.add_argument("--settings", required=True, help="the file that Ansible made")
    found.add_argument("--quiet", action="store_true", help="say nothing when all is well, as cron likes it")
    found.add_argument("--try-notifications", action="store_true", help="send a message that means nothing")
    return found


def carry_out(options: argparse.Namespace) -> int:
    """Raises RolloutError."""
    if REQUESTS_ERROR:
        raise RolloutError(f"{sys.executable} has no requests; install python3-requests")
    settings, notices = stored(options.settings)
    with alone(notices.state_path + ".lock") as first:
        if not first:
            complain("another round is under way")
            return 0
        report = look(settings, may_write=True)
        if settings.document_path:
            write(settings.document_path, report.as_json().encode(), 0o644)
        if not options.quiet or report.verdict not in (OK, SKIPPED):
            sys.stdout.write("\n".join(lines(report.as_data())) + "\n")
            # Before what goes wrong next.
            sys.stdout.flush()
        problems = notices.try_out(report) if options.try_notifications else notices.tell(report)
    for problem in problems:
        complain(problem)
    return BROKEN if problems else UNWELL if report.verdict == FAILED else 0


def stored(path: str) -> tuple[Settings, Notices]:
    """Raises RolloutError."""
    return read_private(path, lambda content: (Settings(**content["settings"]), Notices(**content["notices"])))


def complain(text: str) -> None:
    sys.stderr.write(f"{NAME}: {text}\n")
