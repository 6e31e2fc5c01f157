# SPDX-License-Identifier: GPL-3.0-or-later
"""One backup: every part in its order, then the manifest, without which nothing of it counts."""

from __future__ import annotations

import io
import os
import secrets
import typing as t
from datetime import datetime, timezone
from functools import cached_property

from ..errors import RolloutError
from ..health import disk
from ..health.result import FAILED
from .manifest import NAME, Entry, Manifest, Piece, manifest_of
from .part import Part
from .parts import parts_of
from .receivers import Receivers
from .restic import Restic, Snapshot, dated
from .retention import MANIFEST
from .services import images
from .settings import Settings
from .stream import Source


def new_run() -> str:
    """Sorts by time, and is nobody else's."""
    return datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ") + "-" + secrets.token_hex(3)


class Round:
    """The Keeper of the parts."""

    def __init__(self, settings: Settings, restic: Restic, run: str, doubtful: bool = False) -> None:
        """`doubtful` where an earlier job did not end well, and may have left locks in the repository."""
        self.settings, self.restic, self.run, self.doubtful = settings, restic, run, doubtful
        self.part = ""
        self.receivers = Receivers(restic)

    def carry_out(self) -> Manifest:
        """Raises RolloutError that names the part which failed."""
        started = moment()
        self.check_space()
        if self.doubtful:
            self.restic.unlock()
        try:
            entries = {part.name: self.entry_of(part) for part in parts_of(self.settings)}
        finally:
            self.receivers.drop()
        stack = self.settings.stack
        manifest = Manifest(
            self.run,
            started,
            moment(),
            release_of(stack["home"]),
            images(stack["project"]) if stack["project"] else {},
            entries,
        )
        base = str(entries["clickhouse"].facts["base"]) if "clickhouse" in entries else ""
        marks = {"run": self.run, "part": "manifest", "base": base[len("rollout-") :]}
        self.restic.receiver(NAME, marks).take(io.BytesIO(manifest.as_json().encode()))
        return manifest

    def entry_of(self, part: Part) -> Entry:
        self.part = part.name
        try:
            return part.save(self)
        except RolloutError as problem:
            raise RolloutError(f"{part.name}: {problem}") from problem

    def expect(self, *names: str) -> None:
        """Raises RolloutError."""
        self.receivers.expect(names, {"run": self.run, "part": self.part})

    def keep(self, name: str, source: Source, **marks: str) -> Piece:
        """Raises RolloutError."""
        receipt = self.receivers.take(name, {"run": self.run, "part": self.part, **marks}, source)
        if not receipt.measure.bytes:
            raise RolloutError(f"{name} is empty")
        return Piece(name, self.run, receipt.snapshot, receipt.measure.bytes, receipt.added, receipt.measure.sha256)

    def before(self, part: str) -> t.Optional[Entry]:
        """Raises RolloutError."""
        return self.last.parts.get(part) if self.last else None

    @cached_property
    def last(self) -> Manifest | None:
        """The last good one. Only asked for by who has use of it: it takes restic two seconds."""
        found, _ahead = dated(self.restic.snapshots(MANIFEST))
        return read_manifest(self.restic, found[-1]) if found else None

    def check_space(self) -> None:
        """Raises RolloutError."""
        for place in self.settings.space:
            limits = {"warning_percent": 101.0, "failed_percent": 101.0, "warning_free_gb": 0.0}
            found = disk.measure(place["path"], {**limits, "failed_free_gb": place["free_gb"]})
            if found.verdict == FAILED:
                raise RolloutError(
                    f"{place['path']}: {found.measured}, and {place['free_gb']:g} GB are to be free; nothing was begun"
                )


def read_manifest(restic: Restic, snapshot: Snapshot) -> Manifest:
    """Raises RolloutError."""
    return manifest_of(restic.text(snapshot.id, NAME))


def moment() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")


def release_of(home: str) -> str:
    """The commit that the role `stack` has brought up last."""
    current = os.path.join(home, "current")
    return os.path.basename(os.readlink(current)) if os.path.islink(current) else ""
