# SPDX-License-Identifier: GPL-3.0-or-later
"""What there is, for a person: runs with their age, size and growth, and how the last run, check and drill went."""

from __future__ import annotations

import typing as t
from datetime import datetime, timedelta, timezone

from .restic import Restic, dated
from .retention import MANIFEST, ahead_of_now
from .round import read_manifest
from .status import Status

HEAD = ("run", "age", "size", "new", "release")
#: Reading each manifest takes restic a second.
SHOWN = 20


def lines(restic: Restic, status: Status) -> list[str]:
    """Raises RolloutError."""
    found = restic.snapshots(MANIFEST)
    now = datetime.now(timezone.utc)
    rows = [HEAD]
    for snapshot in reversed(found[-SHOWN:]):
        manifest = read_manifest(restic, snapshot)
        release = manifest.release[:12] or "-"
        rows.append((snapshot.run, age(now - snapshot.time), size(manifest.bytes), size(manifest.added), release))
    text = columns(rows) if found else [f"there is no complete backup of {restic.name}"]
    if len(found) > SHOWN:
        text.append(f"and {len(found) - SHOWN} older")
    text += ahead_of_now([one.run for one in dated(found)[1]])
    return [*text, *(line for name in ("run", "ledger", "check", "drill") for line in last(name, status, now))]


def last(name: str, status: Status, now: datetime) -> t.Iterator[str]:
    entry = status.data.get(f"last_{name}")
    if not entry:
        yield f"last {name}: never"
        return
    since = age(now - datetime.fromisoformat(entry["finished_at"]))
    said = entry.get("message", "")
    yield f"last {name}: {entry['result']}, {since} ago" + (f" ({said})" if said else "")


def columns(rows: t.Sequence[t.Sequence[str]]) -> list[str]:
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))]
    return ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths)).rstrip() for row in rows]


def size(count: float) -> str:
    """Bytes for a person."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def age(since: timedelta) -> str:
    hours = since.total_seconds() / 3600
    if hours < 1:
        return f"{max(hours, 0) * 60:.0f} min"
    return f"{hours:.0f} h" if hours < 72 else f"{hours / 24:.0f} days"
