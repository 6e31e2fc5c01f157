# SPDX-License-Identifier: GPL-3.0-or-later
"""As whom else an erased person may be in a backup: as each person who was merged into that one afterwards.

ClickHouse knows the distinct ids of an erased person (posthog/models/person/sql.py, person_distinct_id2: rows stay,
marked as deleted), and each of them may have been a person before, whose UUID follows from project and distinct id
(posthog/models/person/missing_person.py). The ledger gets those UUIDs, and no distinct id.
"""

from __future__ import annotations

import typing as t
from uuid import UUID, uuid5

from ..errors import RolloutError
from .clickhouse import ClickHouse, named
from .ledger import Erasure

#: PERSON_UUIDV5_NAMESPACE.
NAMESPACE = UUID("932979b4-65c3-4424-8467-0b66ec27bc22")
TABLE = "person_distinct_id2"
#: What ClickHouse takes as one query is 256 kB.
AT_ONCE = 1000
#: In hexadecimal, for a distinct id may hold anything.
IDS = """
SELECT team_id, toString(owner), hex(distinct_id) FROM (
    SELECT team_id, distinct_id, argMax(person_id, version) AS owner FROM {table} GROUP BY team_id, distinct_id
    HAVING owner IN ({people})
) FORMAT TSV
"""


def merged_into(clickhouse: ClickHouse, erasures: t.Sequence[Erasure]) -> list[Erasure]:
    """Raises RolloutError."""
    databases = clickhouse.options["databases"]
    if not databases or not erasures:
        return []
    tables = [f"{named(name)}.{TABLE}" for name in databases]
    there = [table for table in tables if clickhouse.ask(f"EXISTS TABLE {table}").strip() == "1"]
    if not there:
        raise RolloutError(
            f"ClickHouse has no {TABLE}: who was merged into somebody who is erased is not known, and would come back"
            " with a backup; use a newer release of the collection"
        )
    by_person = {(one.project, one.person): one for one in erasures}
    found: list[Erasure] = []
    for table in there:
        for start in range(0, len(erasures), AT_ONCE):
            people = ", ".join(f"'{one.person}'" for one in erasures[start : start + AT_ONCE])
            rows = clickhouse.ask(IDS.format(table=table, people=people)).splitlines()
            found.extend(others(by_person, (row.split("\t") for row in rows)))
    return found


def others(by_person: t.Mapping[tuple[int, str], Erasure], rows: t.Iterable[t.Sequence[str]]) -> t.Iterator[Erasure]:
    """Rows are project, UUID of the person, and a distinct id in hexadecimal."""
    for project, person, distinct_id in rows:
        erasure = by_person.get((int(project), person))
        if erasure:
            name = bytes.fromhex(distinct_id).decode(errors="replace")
            other = str(uuid5(NAMESPACE, f"{project}:{name}"))
            yield Erasure(erasure.project, other, erasure.person_at, erasure.events_at)
