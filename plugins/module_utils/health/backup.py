# SPDX-License-Identifier: GPL-3.0-or-later
"""How old the last good backup is, by the status file that whoever makes backups writes after each run.

    {"version": 1,
     "last_run": {"finished_at": "2026-11-26T03:12:45Z", "result": "ok" or "failed", "message": "..."},
     "last_success": {"finished_at": "2026-11-26T03:12:45Z", "bytes": 48318382080, "previous_bytes": 48100000000}}

A failed run changes `last_run` alone, so that it never hides how old the last good one is. `message`, `bytes` and
`previous_bytes` may be left out. Times are ISO 8601 with an offset.
"""

from __future__ import annotations

import json
import typing as t
from datetime import datetime

from ..errors import RolloutError
from .context import Context
from .result import FAILED, OK, WARNING, Result, at_least, failed, skipped, worst
from .settings import Options

OPTIONS = {
    "status_file": {"type": "path"},
    "warning_hours": {"type": "float", "default": 26.0},
    "failed_hours": {"type": "float", "default": 50.0},
}
NAME = "backup"
VERSION = 1
#: Clocks may differ by so many hours before a time in the future is held against the file.
SKEW = 0.1


def look(context: Context, options: Options) -> list[Result]:
    path = options["status_file"]
    if not path:
        return [skipped(NAME, "no backup.status_file is given")]
    try:
        with open(path, encoding="utf-8") as file:
            status = json.load(file)
        return [judge(status, context.now, options)]
    except FileNotFoundError:
        return [failed(NAME, f"there is no {path}: no backup was ever made", "See the timer of the backup.")]
    except OSError as problem:
        return [failed(NAME, f"cannot read {path}: {problem.strerror}", "See who may read it.")]
    except (ValueError, RolloutError) as problem:
        return [failed(NAME, f"{path} is no status of a backup: {problem}", "See what writes it.")]


def judge(status: t.Any, now: datetime, options: Options) -> Result:
    """Raises RolloutError for what is not of the form above."""
    if not isinstance(status, dict) or status.get("version") != VERSION:
        raise RolloutError(f"it is not of version {VERSION}")
    good, run = part(status, "last_success"), part(status, "last_run")
    if not good:
        said = f" ({run['message']})" if run.get("message") else ""
        return failed(NAME, f"no backup ever succeeded{said}", "See the log of the backup.")
    hours = (now - moment(good, "last_success")).total_seconds() / 3600
    facts = {"hours": round(hours, 1), "bytes": good.get("bytes")}
    if hours < -SKEW:
        return failed(NAME, "the last good backup lies in the future", "Mend the clock of this host.", **facts)
    findings = [(at_least(hours, options["warning_hours"], options["failed_hours"]), f"the last is {age(hours)} old")]
    if run.get("result") == "failed":
        findings.append((WARNING, f"the last run failed ({run.get('message') or 'without a reason'})"))
    findings += size(good)
    verdict = worst(verdict for verdict, _text in findings)
    advice = "" if verdict == OK else "See the timer and the log of the backup, and the space where it is kept."
    return Result(NAME, verdict, ", ".join(text for _verdict, text in findings), advice, facts)


def size(good: Options) -> list[tuple[str, str]]:
    """What is suspicious about the size: nothing in it, or half of it gone."""
    now, before = good.get("bytes"), good.get("previous_bytes")
    if now == 0:
        return [(FAILED, "it is empty")]
    if now and before and now < before / 2:
        return [(WARNING, f"it has only {100 * now / before:.0f} % of the size of the one before")]
    return []


def part(status: Options, name: str) -> Options:
    found = status.get(name) or {}
    if not isinstance(found, dict):
        raise RolloutError(f"{name} is not an object")
    return found


def moment(entry: Options, name: str) -> datetime:
    try:
        # Python 3.9 and 3.10 do not know the Z.
        found = datetime.fromisoformat(str(entry.get("finished_at")).replace("Z", "+00:00"))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise RolloutError(f"{name}.finished_at is no time with an offset")
    return found


def age(hours: float) -> str:
    return f"{hours:.0f} hours" if hours < 72 else f"{hours / 24:.0f} days"
