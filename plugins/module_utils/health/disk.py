# SPDX-License-Identifier: GPL-3.0-or-later
"""How full the file systems are, in bytes and in files."""

from __future__ import annotations

import os

from .context import Context
from .result import Result, at_least, failed, worst
from .settings import Options

GB = 10**9
OPTIONS = {
    "paths": {"type": "list", "elements": "path", "default": ["/"]},
    "warning_percent": {"type": "float", "default": 80.0},
    "failed_percent": {"type": "float", "default": 90.0},
    "warning_free_gb": {"type": "float", "default": 0.0},
    "failed_free_gb": {"type": "float", "default": 0.0},
}
ADVICE = (
    "Remove images of earlier releases (docker image prune), see the retention of Kafka and of ClickHouse's own logs,"
    " or give it more space."
)


def look(context: Context, options: Options) -> list[Result]:
    return [measure(path, options) for path in options["paths"]]


def measure(path: str, options: Options) -> Result:
    name = f"disk {path}"
    try:
        found = os.statvfs(path)
    except OSError as problem:
        return failed(name, f"cannot be measured: {problem.strerror}", "Mend disk.paths.")
    used = found.f_blocks - found.f_bfree
    return judge(
        name,
        # As df counts: what is reserved for root is neither used nor free.
        percent(used, used + found.f_bavail),
        percent(found.f_files - found.f_ffree, found.f_files),
        found.f_bavail * found.f_frsize,
        options,
    )


def percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0


def judge(name: str, used: float, files: float, free: int, options: Options) -> Result:
    """`used` and `files` are percent, `free` is bytes."""
    limits = options["warning_percent"], options["failed_percent"]
    bytes_used, files_used = at_least(used, *limits), at_least(files, *limits)
    # Less is worse here, hence the signs.
    room = at_least(-free, -options["warning_free_gb"] * GB, -options["failed_free_gb"] * GB) if free else "failed"
    verdict = worst([bytes_used, files_used, room])
    measured = f"{used:.0f} % used{crossed(bytes_used, options, 'percent', '% on')}"
    measured += f", {free / GB:.1f} GB free{crossed(room, options, 'free_gb', 'GB down')}"
    if files_used != "ok":
        measured += f", {files:.0f} % of its files used{crossed(files_used, options, 'percent', '% on')}"
    facts = {"percent": round(used, 1), "free_bytes": free, "files_percent": round(files, 1)}
    return Result(name, verdict, measured, "" if verdict == "ok" else ADVICE, facts)


def crossed(verdict: str, options: Options, limit: str, unit: str) -> str:
    """The limit that led to a verdict."""
    return "" if verdict == "ok" else f" ({verdict} from {options[f'{verdict}_{limit}']:g} {unit})"
