# SPDX-License-Identifier: GPL-3.0-or-later
"""ClickHouse, by its own BACKUP: whole once in some days, and otherwise what differs from that.

A backup is a folder beside ClickHouse's data. It goes into the repository as it is, and only the list of contents of
the whole one stays in ClickHouse, which is all that the next BACKUP reads of it.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from ..errors import RolloutError
from . import process
from .manifest import Counts, Entry
from .part import Giver, Keeper
from .place import Place, container_of
from .postgres import copy
from .settings import Settings

ROWS = """
SELECT database, name, total_rows FROM system.tables WHERE engine LIKE '%MergeTree' AND database IN ({}) FORMAT TSV
"""
#: Seconds: as long as a backup may take without a word of the server.
TIMEOUT = 86400


class ClickHouse:
    name = "clickhouse"

    def __init__(self, settings: Settings, project: str = "") -> None:
        self.options, self.project = settings.clickhouse, project or settings.stack["project"]

    @property
    def place(self) -> Place:
        """Raises RolloutError."""
        options = self.options
        known = {"CLICKHOUSE_USER": options["user"], "CLICKHOUSE_PASSWORD": options["password"]}
        there = {name: value for name, value in known.items() if value}
        return Place(container_of(self.project, options["service"]), there)

    def save(self, keeper: Keeper) -> Entry:
        place = self.place
        before = self.count(place)
        base, entry = self.base(place, keeper)
        self.clean(place, base)
        name = f"rollout-{keeper.run}"
        since = f" SETTINGS base_backup = {self.folder(base)}" if base else ""
        self.ask(place, f"BACKUP {self.databases} TO {self.folder(name)}{since}")
        marks = {} if base else {"whole": "yes"}
        pieces = [*(entry.pieces if entry else ())]
        source = process.reading(["docker", "cp", f"{place.container}:{self.path(name)}", "-"])
        pieces.append(keeper.keep(f"clickhouse/{name}.tar", source, **marks))
        after = self.count(place)
        counts = {
            table: (min(before.get(table, 0), rows), max(before.get(table, 0), rows)) for table, rows in after.items()
        }
        facts = {"version": self.ask(place, "SELECT version()").strip(), "base": base or name, "name": name}
        facts["base_made"] = entry.facts["base_made"] if entry else datetime.now(timezone.utc).isoformat()
        if base:
            place.run("rm", "-rf", self.path(name))
        else:
            place.run("rm", "-rf", f"{self.path(name)}/data", f"{self.path(name)}/metadata")
        return Entry(tuple(pieces), counts, facts)

    def base(self, place: Place, keeper: Keeper) -> tuple[str, Entry | None]:
        """What the next backup can say its differences from, and the part that has it; none where that is too old."""
        last = keeper.before(self.name)
        if not last:
            return "", None
        made = datetime.fromisoformat(last.facts["base_made"])
        base = str(last.facts["base"])
        age = datetime.now(timezone.utc) - made
        if not timedelta() <= age < timedelta(days=self.options["base_days"]) or base not in self.there(place):
            return "", None
        return base, Entry(tuple(last.pieces[:1]), {}, last.facts)

    def there(self, place: Place) -> list[str]:
        """The folders of ours."""
        place.run("mkdir", "-p", self.options["folder"])
        return [name for name in place.run("ls", self.options["folder"]).splitlines() if name.startswith("rollout-")]

    def clean(self, place: Place, base: str) -> None:
        """What a run has left that was killed."""
        left = [self.path(name) for name in self.there(place) if name != base]
        if left:
            place.run("rm", "-rf", *left)

    def restore(self, entry: Entry, giver: Giver) -> None:
        place = self.place
        self.clean(place, "")
        for piece in entry.pieces:
            command = ["docker", "cp", "--archive", "-", f"{place.container}:{self.options['folder']}"]
            with giver.give(piece) as source, process.writing(command) as sink:
                copy(source, sink)
        for database in self.options["databases"]:
            self.ask(place, f"DROP DATABASE IF EXISTS {named(database)} SYNC SETTINGS max_table_size_to_drop = 0")
        self.ask(place, f"RESTORE {self.databases} FROM {self.folder(entry.facts['name'])}")
        self.clean(place, "")

    def occupied(self) -> str:
        found = [table for table, (rows, _most) in self.counts().items() if rows]
        return f"ClickHouse has rows in {len(found)} tables" if found else ""

    def counts(self) -> Counts:
        return {table: (rows, rows) for table, rows in self.count(self.place).items()}

    def count(self, place: Place) -> dict[str, int]:
        names = ", ".join(f"'{name}'" for name in self.options["databases"])
        lines = (line.split("\t") for line in self.ask(place, ROWS.format(names)).splitlines())
        return {f"{database}.{table}": int(rows) for database, table, rows in lines if rows.isdigit()}

    def ask(self, place: Place, query: str) -> str:
        """Raises RolloutError."""
        return place.run("clickhouse-client", "--receive_timeout", str(TIMEOUT), "--query", query)

    @property
    def databases(self) -> str:
        return ", ".join(f"DATABASE {named(name)}" for name in self.options["databases"])

    def path(self, name: str) -> str:
        return f"{self.options['folder'].rstrip('/')}/{name}"

    def folder(self, name: str) -> str:
        return f"File('{self.path(name)}')"


def named(name: str) -> str:
    """Raises RolloutError for what would be more than a name."""
    if not name.replace("_", "").isalnum():
        raise RolloutError(f"clickhouse.databases has {name!r}, which is no name of a database")
    return f"`{name}`"
