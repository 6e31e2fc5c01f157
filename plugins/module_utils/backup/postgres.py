# SPDX-License-Identifier: GPL-3.0-or-later
"""PostgreSQL: roles and every database, each dumped and counted in one and the same snapshot of the database.

Dumps are not compressed, for the repository compresses, and finds what it has already only where nothing was before.
"""

from __future__ import annotations

import re
import typing as t
from contextlib import contextmanager

from ..errors import RolloutError
from . import process
from .manifest import Counts, Entry
from .part import Giver, Keeper
from .place import Place, container_of
from .settings import Settings

GLOBALS = "postgres/globals.sql"
#: Has no data of anybody, and is always there: other databases are dropped and made from it.
HOME = "template1"
DATABASES = "SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate ORDER BY datname"
COUNT = """
SELECT format('SELECT %L, count(*) FROM %I.%I', nspname || '.' || relname, nspname, relname)
FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE relkind = 'r' AND relpersistence <> 't' AND nspname <> 'information_schema' AND nspname !~ '^pg_'
ORDER BY 1 \\gexec
"""
BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL idle_in_transaction_session_timeout = 0;"
#: Between the columns of an answer; no name of a table has it.
BETWEEN = "\x1f"


class Postgres:
    name = "postgres"

    def __init__(self, settings: Settings, project: str = "") -> None:
        """`project` is the stack that is meant, where that is another than the settings name."""
        self.options, self.project = settings.postgres, project or settings.stack["project"]

    @property
    def place(self) -> Place:
        """Raises RolloutError."""
        options = self.options
        known = {"PGUSER": options["user"], "PGDATABASE": HOME, "PGPASSWORD": options["password"] or ""}
        if options["host"]:
            return Place("", {**known, "PGHOST": options["host"], "PGPORT": str(options["port"])})
        return Place(container_of(self.project, options["service"]), known)

    def save(self, keeper: Keeper) -> Entry:
        place = self.place
        there = databases(place)
        keeper.expect(GLOBALS, *map(piece_of, there))
        pieces = [keeper.keep(GLOBALS, place.reading("pg_dumpall", "--globals-only"))]
        counts: dict[str, tuple[int, int]] = {}
        for database in there:
            with frozen(place.having(PGDATABASE=database)) as (snapshot, counted):
                dump = ["pg_dump", "--format=custom", "--compress=0", f"--snapshot={snapshot}"]
                source = place.having(PGDATABASE=database).reading(*dump)
                pieces.append(keeper.keep(piece_of(database), source))
                counts.update(named(database, counted()))
        return Entry(pieces, counts, {"version": place.run(*ASK, "SHOW server_version").strip()})

    def restore(self, entry: Entry, giver: Giver) -> None:
        place = self.place
        by_name = {piece.name: piece for piece in entry.pieces}
        with giver.give(by_name.pop(GLOBALS)) as source:
            statements = source.read().decode()
        there = set(place.run(*ASK, "SELECT rolname FROM pg_roles").splitlines())
        place.run(*STRICT, given=without_roles(statements, there).encode())
        for name, piece in by_name.items():
            database = name[len("postgres/") : -len(".dump")]
            place.run(*ASK, f"DROP DATABASE IF EXISTS {quoted(database)} WITH (FORCE)")
            restore = ["pg_restore", "--create", "--exit-on-error", f"--dbname={HOME}"]
            with giver.give(piece) as source, place.writing(*restore) as sink:
                copy(source, sink)

    def occupied(self) -> str:
        found = [name for name, (rows, _most) in self.counts().items() if rows]
        return f"PostgreSQL has rows in {len(found)} tables" if found else ""

    def counts(self) -> Counts:
        place = self.place
        found: dict[str, tuple[int, int]] = {}
        for database in databases(place):
            there = place.having(PGDATABASE=database)
            found.update(named(database, rows_in(there.run(*STRICT, given=COUNT.encode()))))
        return found


#: No file of the user that changes what psql prints.
STRICT = ["psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", f"--field-separator={BETWEEN}"]
STRICT += ["--set=ON_ERROR_STOP=1"]
ASK = [*STRICT, "--command"]


def databases(place: Place) -> list[str]:
    return place.run(*ASK, DATABASES).splitlines()


def piece_of(database: str) -> str:
    if "/" in database:
        raise RolloutError(f"the database {database!r} has a slash in its name, which no snapshot can have")
    return f"postgres/{database}.dump"


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def named(database: str, rows: t.Mapping[str, int]) -> dict[str, tuple[int, int]]:
    return {f"{database}.{table}": (count, count) for table, count in rows.items()}


def rows_in(text: str) -> dict[str, int]:
    found = (line.rsplit(BETWEEN, 1) for line in text.splitlines() if BETWEEN in line)
    return {name: int(count) for name, count in found}


@contextmanager
def frozen(place: Place) -> t.Iterator[tuple[str, t.Callable[[], dict[str, int]]]]:
    """A moment of one database: its name for pg_dump, and the rows of its tables, which are counted meanwhile."""
    command = place.command(*STRICT)
    with process.talking(command, place.environment) as session:
        sink, source = session.sink, session.source
        sink.write(f"{BEGIN} SELECT pg_export_snapshot();\n".encode())
        snapshot = b""
        while not snapshot.endswith(b"\n"):
            found = source.read(64)
            if not found:
                session.finish()
                raise RolloutError("psql ended before it gave a snapshot")
            snapshot += found
        sink.write(COUNT.encode())

        def counted() -> dict[str, int]:
            sink.close()
            text = b"".join(iter(lambda: source.read(65536), b""))
            session.finish()
            return rows_in(text.decode())

        yield snapshot.decode().strip(), counted


def without_roles(statements: str, there: t.Collection[str]) -> str:
    """The statements of pg_dumpall, without those that make a role that is there already."""
    made = re.compile(r'^CREATE ROLE ("(?:[^"]|"")+"|\S+);$')

    def known(line: str) -> bool:
        found = made.match(line)
        return bool(found and found[1].strip('"').replace('""', '"') in there)

    return "\n".join(line for line in statements.splitlines() if not known(line)) + "\n"


def copy(source: t.BinaryIO, sink: t.BinaryIO) -> None:
    while found := source.read(1024 * 1024):
        view = memoryview(found)
        while view:
            view = view[sink.write(view) :]
