# SPDX-License-Identifier: GPL-3.0-or-later
"""The two things that are done with the ledger: it is brought up to date, and its people are erased again."""

from __future__ import annotations

import hashlib
import typing as t
from datetime import datetime, timedelta, timezone

from ..client import Client, Connection
from ..errors import RolloutError
from .clickhouse import ClickHouse
from .erased import erased_since, projects_of
from .erasing import Eraser
from .ledger import begun, concerned, digest_of, keep_ledger, ledgers, merged, read_ledger, text_of, those_since
from .merges import merged_into
from .place import address_of, container_of
from .postgres import Postgres
from .restic import Restic
from .retention import LEDGER
from .settings import Settings

#: Where PostHog's application listens in its container (docker-compose.base.yml, `web`).
PORT = 8000
#: How long it is believed that the ledger is in the repository.
LOOKED_FOR = timedelta(hours=20)
FACTS = ("people", "since", "told", "looked_at", "place")
Facts = t.Mapping[str, t.Any]


class Access(t.NamedTuple):
    """How PostHog is reached; `url` is empty where that is the container of `web`."""

    url: str
    key: str
    recordings: bool

    def __repr__(self) -> str:
        return f"Access({self.url!r})"


def keep_books(settings: Settings, restic: Restic, last: Facts) -> Facts:
    """Adds who was erased to who is in the ledger -> what the next time is told as `last`; `people` are how many.

    Whoever was erased before the oldest backup began is in none, and leaves it. To open the repository takes restic
    a second each time, so it is left alone where PostHog tells nothing new. Raises RolloutError.
    """
    place = hashlib.sha256(f"{settings.repository['url']} {settings.name}".encode()).hexdigest()
    if nothing_new(settings, place, last):
        return {name: last[name] for name in FACTS}
    looked_at = datetime.now(timezone.utc)
    there = restic.snapshots()
    oldest = min([looked_at, *(begun(one.run) for one in there if one.part == "manifest")])
    before = read_ledger(restic, there)
    told = erased_since(Postgres(settings), oldest)
    known = merged(before or [], told)
    fresh = [one for one in those_since(known, oldest) if one not in (before or [])]
    now = those_since(merged(known, merged_into(ClickHouse(settings), fresh)), oldest)
    if now != before:
        keep_ledger(restic, now)
        # Only now that the next one is there; a repository that only takes keeps all of them.
        restic.forget([one.id for one in ledgers(there)] if settings.retention["enabled"] else [])
    since, looked = text_of(oldest), text_of(looked_at)
    return {"people": len(now), "since": since, "told": digest_of(told), "looked_at": looked, "place": place}


def nothing_new(settings: Settings, place: str, last: Facts) -> bool:
    """Whether PostHog tells what it told the last time, and it is not long ago that the ledger was seen."""
    if last.get("result") != "ok" or last.get("place") != place or not {*FACTS} <= {*last}:
        return False
    age = datetime.now(timezone.utc) - datetime.fromisoformat(last["looked_at"])
    if not timedelta() <= age < LOOKED_FOR:
        return False
    told = erased_since(Postgres(settings), datetime.fromisoformat(last["since"]))
    return digest_of(told) == str(last["told"])


def erase_again(settings: Settings, restic: Restic, run: str, access: Access) -> list[str]:
    """Whom the backup of that run has brought back -> what became of them, a line each. Raises RolloutError."""
    ledger = read_ledger(restic, restic.snapshots(f"part={LEDGER}"))
    if ledger is None:
        raise RolloutError("the repository has no ledger: who was erased after the backup is not known, and is back")
    people = concerned(ledger, run)
    if not people:
        return ["nobody was erased after the backup began"]
    url = access.url or f"http://{address_of(container_of(settings.stack['project'], 'web'))}:{PORT}"
    client = Client(Connection(url, access.key, concurrency=4))
    outcome = Eraser(client, recordings=access.recordings).carry_out(people, projects_of(Postgres(settings)))
    return outcome.lines()
