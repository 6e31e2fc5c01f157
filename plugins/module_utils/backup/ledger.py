# SPDX-License-Identifier: GPL-3.0-or-later
"""Who was erased since the oldest backup, so that nobody of them comes back with one.

The ledger is a snapshot of its own beside the backups. Each one has what the last one had, for PostHog's own list of
them goes back with its database. It knows people by nothing but PostHog's UUID, and nobody who is in no backup.
"""

from __future__ import annotations

import hashlib
import io
import json
import typing as t
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, timezone

from ..errors import RolloutError
from .restic import Restic, Snapshot, dated
from .retention import LEDGER

NAME = "ledger.json"
VERSION = 1
#: What clocks of hosts and databases may differ by, and more: an entry too many is harmless.
MARGIN = timedelta(days=1)


@dataclass(frozen=True)
class Erasure:
    """When a person was last erased, and when the person's events were; empty for never. Times sort as text."""

    project: int
    person: str
    person_at: str = ""
    events_at: str = ""

    def since(self, moment: str) -> Erasure:
        """What of it is of that moment, or later."""
        person_at = self.person_at if self.person_at >= moment else ""
        return Erasure(self.project, self.person, person_at, self.events_at if self.events_at >= moment else "")

    def __repr__(self) -> str:
        return f"Erasure({self.project})"


def text_of(moment: datetime) -> str:
    """As the ledger writes it, and PostgreSQL for it: always of the same length."""
    return moment.astimezone(timezone.utc).isoformat(timespec="microseconds")


def begun(run: str) -> datetime:
    """When a run began, by its name. Raises RolloutError."""
    try:
        return datetime.strptime(run.split("-")[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
    except ValueError:
        raise RolloutError(f"{run!r} is no name of a run") from None


def merged(*lists: t.Iterable[Erasure]) -> list[Erasure]:
    """Everybody once, with the newest date."""
    found: dict[tuple[int, str], Erasure] = {}
    for one in (erasure for erasures in lists for erasure in erasures):
        known = found.get((one.project, one.person), one)
        newest = max(one.person_at, known.person_at), max(one.events_at, known.events_at)
        found[one.project, one.person] = Erasure(one.project, one.person, *newest)
    return [found[key] for key in sorted(found)]


def those_since(erasures: t.Iterable[Erasure], moment: datetime) -> list[Erasure]:
    """What a backup that began then may not know of."""
    limit = text_of(moment - MARGIN)
    found = (one.since(limit) for one in erasures)
    return [one for one in found if one.person_at or one.events_at]


def concerned(erasures: t.Iterable[Erasure], run: str) -> list[Erasure]:
    """Whom the backup of that run has brought back. Raises RolloutError.

    Without the margin where the person is to stay: events from between erasure and backup are not to be lost.
    """
    moment = begun(run)
    limit = text_of(moment)
    return [one for one in those_since(erasures, moment) if one.person_at or one.events_at >= limit]


def digest_of(erasures: t.Sequence[Erasure]) -> str:
    """By which the same ones are known again, and nobody else."""
    return hashlib.sha256(json.dumps([asdict(one) for one in erasures]).encode()).hexdigest()


def read_ledger(restic: Restic, there: t.Sequence[Snapshot]) -> list[Erasure] | None:
    """The newest of those snapshots, or None where there was never one. Raises RolloutError.

    One that is dated after now is not the newest, but may be all that there is of some: an entry too many is harmless.
    """
    found, ahead = dated(ledgers(there))
    known = [erasures_of(restic.text(one.id, NAME)) for one in [*found[-1:], *ahead]]
    return merged(*known) if known else None


def ledgers(there: t.Sequence[Snapshot]) -> list[Snapshot]:
    return [one for one in there if one.part == LEDGER]


def keep_ledger(restic: Restic, erasures: t.Sequence[Erasure]) -> None:
    """Raises RolloutError."""
    content = json.dumps({"version": VERSION, "erased": [asdict(one) for one in erasures]}, indent=0) + "\n"
    restic.receiver(NAME, {"part": LEDGER}).take(io.BytesIO(content.encode()))


def erasures_of(text: str) -> list[Erasure]:
    """Raises RolloutError, which shows nothing of it."""
    try:
        data = json.loads(text)
        if data["version"] != VERSION:
            raise RolloutError(f"the ledger is not of version {VERSION}: use the collection that made it")
        return [Erasure(**one) for one in data["erased"]]
    except (ValueError, KeyError, TypeError) as problem:
        raise RolloutError(f"the ledger of erased people cannot be read ({type(problem).__name__})") from None
