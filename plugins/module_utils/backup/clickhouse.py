# SPDX-License-Identifier: GPL-3.0-or-later
"""ClickHouse, by its own BACKUP: whole once in some days, and otherwise what differs from that.

A backup is made in a folder beside ClickHouse's data, or in a bucket where ClickHouse is elsewhere. It goes into the
repository as it is. Only the list of contents of the whole one stays, which is all that the next BACKUP reads of it.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import cached_property

from ..errors import RolloutError
from .asker import by_client, over_http
from .bucket import Bucket
from .folder import Folder
from .manifest import Counts, Entry
from .part import Giver, Keeper
from .place import Place, container_of
from .settings import Settings

ROWS = """
SELECT database, name, total_rows FROM system.tables WHERE engine LIKE '%MergeTree' AND database IN ({}) FORMAT TSV
"""


class ClickHouse:
    name = "clickhouse"

    def __init__(self, settings: Settings, project: str = "") -> None:
        self.options, self.project = settings.clickhouse, project or settings.stack["project"]
        self.elsewhere = bool(self.options["host"])

    @cached_property
    def place(self) -> Place:
        """Raises RolloutError."""
        options = self.options
        known = {"CLICKHOUSE_USER": options["user"], "CLICKHOUSE_PASSWORD": options["password"]}
        there = {name: value for name, value in known.items() if value}
        return Place(container_of(self.project, options["service"]), there)

    @cached_property
    def made(self) -> Folder | Bucket:
        """Where its backups are made. Raises RolloutError."""
        return Bucket(self.options["bucket"]) if self.elsewhere else Folder(self.place, self.options["folder"])

    def save(self, keeper: Keeper) -> Entry:
        before, made = self.count(), self.made
        base, entry = self.base(keeper)
        self.clean(base)
        name = f"rollout-{keeper.run}"
        since = f" SETTINGS base_backup = {made.base(base)}" if base else ""
        self.ask(f"BACKUP {self.databases} TO {made.target(name)}{since}")
        marks = {} if base else {"whole": "yes"}
        pieces = [*(entry.pieces if entry else ())]
        pieces.append(keeper.keep(f"clickhouse/{name}.tar", made.read(name), **marks))
        after = self.count()
        counts = {
            table: (min(before.get(table, 0), rows), max(before.get(table, 0), rows)) for table, rows in after.items()
        }
        facts = {"version": self.ask("SELECT version()").strip(), "base": base or name, "name": name}
        facts["base_made"] = entry.facts["base_made"] if entry else datetime.now(timezone.utc).isoformat()
        if base:
            made.remove(name)
        else:
            made.shrink(name)
        return Entry(tuple(pieces), counts, facts)

    def base(self, keeper: Keeper) -> tuple[str, Entry | None]:
        """What the next backup can say its differences from, and the part that has it; none where that is too old."""
        last = keeper.before(self.name)
        if not last:
            return "", None
        made = datetime.fromisoformat(last.facts["base_made"])
        base = str(last.facts["base"])
        age = datetime.now(timezone.utc) - made
        if not timedelta() <= age < timedelta(days=self.options["base_days"]) or base not in self.made.there():
            return "", None
        return base, Entry(tuple(last.pieces[:1]), {}, last.facts)

    def clean(self, base: str) -> None:
        """What a run has left that was killed."""
        self.made.remove(*(name for name in self.made.there() if name != base))

    def restore(self, entry: Entry, giver: Giver) -> None:
        self.clean("")
        for piece in entry.pieces:
            with giver.give(piece) as source:
                self.made.write(source)
        for database in self.options["databases"]:
            self.ask(f"DROP DATABASE IF EXISTS {named(database)} SYNC SETTINGS max_table_size_to_drop = 0")
        self.ask(f"RESTORE {self.databases} FROM {self.made.target(entry.facts['name'])}{self.made.SETTINGS}")
        self.clean("")

    def occupied(self) -> str:
        found = [table for table, (rows, _most) in self.counts().items() if rows]
        return f"ClickHouse has rows in {len(found)} tables" if found else ""

    def counts(self) -> Counts:
        return {table: (rows, rows) for table, rows in self.count().items()}

    def count(self) -> dict[str, int]:
        names = ", ".join(f"'{name}'" for name in self.options["databases"])
        lines = (line.split("\t") for line in self.ask(ROWS.format(names)).splitlines())
        return {f"{database}.{table}": int(rows) for database, table, rows in lines if rows.isdigit()}

    def ask(self, query: str) -> str:
        """Raises RolloutError."""
        if self.elsewhere:
            return over_http(self.options, query, self.options["bucket"]["secret_key"])
        return by_client(self.place, query)

    @property
    def databases(self) -> str:
        return ", ".join(f"DATABASE {named(name)}" for name in self.options["databases"])


def named(name: str) -> str:
    """Raises RolloutError for what would be more than a name."""
    if not name.replace("_", "").isalnum():
        raise RolloutError(f"clickhouse.databases has {name!r}, which is no name of a database")
    return f"`{name}`"
