# SPDX-License-Identifier: GPL-3.0-or-later
"""Who was erased, as PostHog's PostgreSQL knows it: by what its API writes down on every deletion of a person.

`posthog_asyncdeletion` has whose events go (deletion_type 1, key: UUID of the person), whether or not the person stays;
`posthog_activitylog` has who was deleted (scope Person, activity deleted, the UUID in detail.name), with events or
without. Sources: posthog/models/async_deletion/async_deletion.py, posthog/models/person/bulk_delete.py.
"""

from __future__ import annotations

import typing as t
from datetime import datetime

from ..errors import RolloutError
from .ledger import MARGIN, Erasure, merged, text_of
from .place import Place
from .postgres import ASK, BETWEEN, STRICT, Postgres, databases

QUEUE, LOG, TEAMS = "posthog_asyncdeletion", "posthog_activitylog", "posthog_team"
#: The second while PostHog moves people from one table to another (posthog/models/person/person.py).
PEOPLE = ("posthog_person", "posthog_person_new")
TABLES = (
    "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relname LIKE 'posthog_%' AND pg_table_is_visible(oid)"
)
MOMENT = """to_char(max(created_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')"""
UUID = "'^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'"
QUEUED = f"""
SELECT team_id, key, {MOMENT} FROM {QUEUE}
WHERE deletion_type = 1 AND created_at >= :'since' AND key ~ {UUID} GROUP BY 1, 2;
"""
LOGGED = f"""
SELECT team_id, detail->>'name', {MOMENT} FROM {LOG}
WHERE scope = 'Person' AND activity = 'deleted' AND created_at >= :'since' AND detail->>'name' ~ {UUID} GROUP BY 1, 2;
"""
#: Those of a list that are there, and were when their events were erased.
STAYED = """
CREATE TEMP TABLE asked (team_id integer, person uuid, at timestamptz);
COPY asked FROM STDIN;
"""
THERE = "SELECT asked.team_id, asked.person FROM asked JOIN {} p ON p.team_id = asked.team_id AND p.uuid = asked.person"


def erased_since(postgres: Postgres, moment: datetime) -> list[Erasure]:
    """Everybody, of all projects. Raises RolloutError, also where PostHog keeps people but not who was erased."""
    place, since = postgres.place, text_of(moment - MARGIN)
    tables = tables_of(place)
    queued = [Erasure(team, who, events_at=at) for team, who, at in asked(place, tables, QUEUE, QUEUED, since)]
    logged = [Erasure(team, who, person_at=at) for team, who, at in asked(place, tables, LOG, LOGGED, since)]
    return merged(gone_too(place, tables, merged(queued, logged)))


def projects_of(postgres: Postgres) -> set[int]:
    """Raises RolloutError."""
    place = postgres.place
    tables = tables_of(place)
    return {
        int(line)
        for database, names in tables.items()
        if TEAMS in names
        for line in place.having(PGDATABASE=database).run(*ASK, f"SELECT id FROM {TEAMS}").splitlines()
    }


def tables_of(place: Place) -> dict[str, set[str]]:
    """database -> PostHog's tables in it. Raises RolloutError where it would not be known who was erased."""
    found = {name: set(place.having(PGDATABASE=name).run(*ASK, TABLES).splitlines()) for name in databases(place)}
    everything = set().union(*found.values())
    missing = {QUEUE, LOG} - everything
    if missing and everything & {*PEOPLE, QUEUE, LOG}:
        raise RolloutError(
            f"PostHog has people, but no {' and no '.join(sorted(missing))}: who is erased is not known, and would come"
            " back with a backup; use a newer release of the collection"
        )
    return found


def asked(
    place: Place, tables: t.Mapping[str, t.Collection[str]], table: str, query: str, since: str
) -> list[tuple[int, str, str]]:
    rows = []
    for database, names in tables.items():
        if table in names:
            command = [*STRICT, f"--set=since={since}"]
            said = place.having(PGDATABASE=database).run(*command, given=query.encode())
            rows += [line.split(BETWEEN) for line in said.splitlines() if BETWEEN in line]
    return [(int(team), person, at) for team, person, at in rows]


def gone_too(
    place: Place, tables: t.Mapping[str, t.Collection[str]], erasures: t.Sequence[Erasure]
) -> t.Iterator[Erasure]:
    """Whose events were erased is erased as a person, too, without a word of it in the log, unless still there."""
    unsure = [one for one in erasures if not one.person_at]
    stayed = set().union(*(there(place, tables, unsure))) if unsure else set()
    for one in erasures:
        gone = not one.person_at and (one.project, one.person) not in stayed
        yield Erasure(one.project, one.person, one.events_at, one.events_at) if gone else one


def there(
    place: Place, tables: t.Mapping[str, t.Collection[str]], erasures: t.Sequence[Erasure]
) -> t.Iterator[set[tuple[int, str]]]:
    """Not who was created again."""
    rows = "".join(f"{one.project}\t{one.person}\t{one.events_at}\n" for one in erasures)
    for database, names in tables.items():
        for table in sorted({*PEOPLE} & {*names}):
            query = f"{STAYED}{rows}\\.\n{THERE.format(table)} AND p.created_at <= asked.at;\n"
            said = place.having(PGDATABASE=database).run(*STRICT, given=query.encode())
            found = (line.split(BETWEEN) for line in said.splitlines() if BETWEEN in line)
            yield {(int(team), person) for team, person in found}
