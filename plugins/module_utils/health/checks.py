# SPDX-License-Identifier: GPL-3.0-or-later
"""All checks, their options, and a round through them."""

from __future__ import annotations

import typing as t
from concurrent.futures import ThreadPoolExecutor

from . import (
    backup,
    certificate,
    consumer_lag,
    containers,
    disk,
    event,
    flags,
    readiness,
    remote_config,
    workers,
)
from .context import Context, context_of
from .report import Report
from .result import Result, skipped
from .settings import Options, Settings

Look = t.Callable[[Context, Options], "list[Result]"]
CHECKS: dict[str, tuple[Look, Options]] = {
    "readiness": (readiness.look, readiness.OPTIONS),
    "event": (event.look, event.OPTIONS),
    "flags": (flags.look, flags.OPTIONS),
    "remote_config": (remote_config.look, remote_config.OPTIONS),
    "workers": (workers.look, workers.OPTIONS),
    "consumer_lag": (consumer_lag.look, consumer_lag.OPTIONS),
    "containers": (containers.look, containers.OPTIONS),
    "disk": (disk.look, disk.OPTIONS),
    "certificate": (certificate.look, certificate.OPTIONS),
    "backup": (backup.look, backup.OPTIONS),
}
ENABLED = {"enabled": {"type": "bool", "default": True}}
#: How many checks run at a time; most wait for somebody's answer.
TOGETHER = 4
SWITCHED_OFF = "switched off"


def check_options() -> dict[str, t.Any]:
    """The options of the checks as a module declares them."""
    return {
        name: {"type": "dict", "apply_defaults": True, "options": {**ENABLED, **options}}
        for name, (_check, options) in CHECKS.items()
    }


def look(settings: Settings, may_write: bool) -> Report:
    """One round; `may_write` is whether an event may be sent."""
    context = context_of(settings, may_write)

    def results(name: str) -> list[Result]:
        options = settings.checks[name]
        if not options["enabled"]:
            return [skipped(name.replace("_", " "), SWITCHED_OFF)]
        return CHECKS[name][0](context, options)

    with ThreadPoolExecutor(TOGETHER) as pool:
        found = [result for some in pool.map(results, CHECKS) for result in some]
    return Report(settings.host, context.now, tuple(found))
