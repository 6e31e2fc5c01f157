# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts a run, or parts of one, back into stores that run; counts what is there then against the manifest."""

from __future__ import annotations

import socket
import typing as t
from contextlib import contextmanager
from datetime import datetime, timezone

from ..errors import RolloutError
from .manifest import Manifest, Piece, differences
from .part import Part
from .restic import Restic, Snapshot, dated
from .retention import MANIFEST
from .round import read_manifest
from .services import running
from .settings import Settings
from .stream import Checked, Measure

LATEST = "latest"
#: The secrets first: stores are made with them. PostgreSQL before ClickHouse, so that nothing is there which it lacks.
ORDER = ("secrets", "postgres", "clickhouse", "objects")


class Giver:
    """Streams out of the repository, which are compared with what was kept."""

    def __init__(self, restic: Restic) -> None:
        self.restic = restic

    @contextmanager
    def give(self, piece: Piece) -> t.Iterator[t.BinaryIO]:
        try:
            with self.restic.reading(piece.snapshot, piece.name) as source:
                checked = Checked(source)
                yield t.cast(t.BinaryIO, checked)
                found = checked.rest()
        except RolloutError as problem:
            # PostgreSQL's programs say only that their input is bad.
            raise RolloutError(f"{piece.name}: {problem}") from problem
        if found != Measure(piece.bytes, piece.sha256):
            raise RolloutError(f"{piece.name} is not what was kept: {found.bytes} bytes of {piece.bytes}; run a check")


def find(restic: Restic, at: str) -> tuple[Snapshot, Manifest]:
    """The run of that name, or the newest that was complete at that time. Raises RolloutError."""
    everything = restic.snapshots(MANIFEST)
    if not everything:
        raise RolloutError(f"the repository has no complete backup of {restic.name}")
    named = [one for one in everything if one.run == at]
    found, ahead = dated(everything)
    if not named and not found:
        raise RolloutError(
            f"all backups are dated after now: mend the clock of this host, or name one: {ahead[-1].run}"
        )
    if not named and at != LATEST:
        limit = time_of(at)
        named = [one for one in found if one.time <= limit]
        if not named:
            raise RolloutError(f"the first complete backup is {found[0].run}, which is later than {at}")
    chosen = (named or found)[-1]
    return chosen, read_manifest(restic, chosen)


def time_of(text: str) -> datetime:
    """Raises RolloutError."""
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise RolloutError(f"{text!r} is neither a run nor a time like 2026-11-26T03:00") from None
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)


def check_free(settings: Settings, parts: t.Sequence[Part], overwrite: str) -> None:
    """Data is replaced only where its host is named. Raises RolloutError."""
    host = socket.gethostname()
    if overwrite and overwrite != host:
        raise RolloutError(
            f"overwrite is {overwrite}, but this host is {host}: so says hostname, whatever the inventory calls it"
        )
    there = [words for words in (part.occupied() for part in parts) if words]
    if any(part.name != "secrets" for part in parts) and (awake := writers(settings)):
        there.append(f"{', '.join(awake)} run")
    if there and not overwrite:
        raise RolloutError(
            f"there is a live PostHog here: {'; '.join(there)}. It would be replaced, and what it has got since the"
            f" backup would be gone for ever; name the host {host} to overwrite it if that is meant"
        )


def writers(settings: Settings) -> list[str]:
    """The services that run beside the stores. Raises RolloutError."""
    project = settings.stack["project"]
    return [name for name in running(project) if name not in settings.stack["stores"]] if project else []


def restore(manifest: Manifest, giver: Giver, parts: t.Sequence[Part]) -> list[str]:
    """A line for each part. Raises RolloutError that names the part which failed, or is not what it was."""
    said = []
    for part in sorted(parts, key=lambda one: ORDER.index(one.name)):
        entry = manifest.parts.get(part.name)
        if entry is None:
            raise RolloutError(f"{manifest.run} has no {part.name}; it has {', '.join(manifest.parts)}")
        try:
            part.restore(entry, giver)
            wrong = differences(entry.counts, part.counts())
        except RolloutError as problem:
            raise RolloutError(f"{part.name}: {problem}") from problem
        if wrong:
            raise RolloutError(f"{part.name} is back, but is not what it was: {'; '.join(wrong[:5])}")
        said.append(f"{part.name}: {entry.bytes} bytes, {len(entry.counts)} counts as in the manifest")
    return said
