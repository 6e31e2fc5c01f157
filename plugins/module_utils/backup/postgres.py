# SPDX-License-Identifier: GPL-3.0-or-later
"""PostgreSQL: roles and every database, each dumped and counted in one and the same snapshot of the database.

Dumps are not compressed, for the repository compresses, and finds what it has already only where nothing was before.
"""

from __future__ import annotations

import io
import re
import typing as t
from contextlib import contextmanager, suppress

from ..errors import RolloutError
from . import process
from .manifest import Counts, Entry
from .part import Giver, Keeper, Source
from .place import Place, container_of
from .settings import Settings
from .stream import write_all

GLOBALS = "postgres/globals.sql"
#: Has no data of anybody, and is always there: other databases are dropped and made from it.
HOME = "template1"
#: What is put back has this name until all of it is there, and as it was kept; a restore that was killed leaves it.
TEMPORARY = "rollout_restore"
DATABASES = f"""
SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate AND datname <> '{TEMPORARY}'
  AND pg_has_role(datdba, 'USAGE') ORDER BY datname
"""
#: Who is none can neither read passwords of roles nor put back databases of others.
SUPERUSER = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
THERE = "SELECT 'ROLE ' || rolname FROM pg_roles UNION ALL SELECT 'TABLESPACE ' || spcname FROM pg_tablespace"
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
        if not there:
            raise RolloutError(f"{self.options['user']} may keep no database: it is no superuser, and owns none")
        keeper.expect(GLOBALS, *map(piece_of, there))
        pieces = [keeper.keep(GLOBALS, place.reading(*globals_of(place)))]
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
        wanted = without_known(statements, set(place.run(*ASK, THERE).splitlines()))
        place.run(*STRICT, given=(wanted if superuser(place) else permitted(wanted)).encode())
        for name, piece in by_name.items():
            replace(place, name[len("postgres/") : -len(".dump")], giver.give(piece))

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


def superuser(place: Place) -> bool:
    return place.run(*ASK, SUPERUSER).strip() == "t"


def globals_of(place: Place) -> list[str]:
    return ["pg_dumpall", "--globals-only", *([] if superuser(place) else ["--no-role-passwords"])]


NAME = r'("(?:[^"]|"")+"|[^\s;]+)'
#: With its password, which may have been another since, and be the one that this connection has.
MAKES = re.compile(rf"^(?:CREATE (ROLE|TABLESPACE) {NAME}[ ;]|ALTER (ROLE) {NAME} WITH )")
#: What only a superuser may say, be it that somebody is none.
REFUSED = re.compile(r" (?:NOSUPERUSER|NOREPLICATION|NOBYPASSRLS)\b")


def without_known(statements: str, there: t.Collection[str]) -> str:
    """The statements of pg_dumpall, without those that make a role or tablespace that is there already."""

    def known(line: str) -> bool:
        found = MAKES.match(line)
        if not found:
            return False
        name = found[2] or found[4]
        plain = name[1:-1].replace('""', '"') if name.startswith('"') else name
        return f"{found[1] or found[3]} {plain}" in there

    return "\n".join(line for line in statements.splitlines() if not known(line)) + "\n"


def permitted(statements: str) -> str:
    """Those that make roles, for somebody who is no superuser and may do that."""
    lines = (line for line in statements.splitlines() if MAKES.match(line) and "TABLESPACE" not in line.split()[:2])
    return "".join(REFUSED.sub("", line) + "\n" for line in lines)


def replace(place: Place, database: str, dump: Source) -> None:
    """The live one goes when the other is there, and was compared with what was kept. Raises RolloutError."""
    try:
        with dump as source:
            properties, begin = opened(place, source)
            create, rest = renamed(properties)
            drop(place, TEMPORARY)
            place.run(*ASK, create)
            with place.writing("pg_restore", "--exit-on-error", f"--dbname={TEMPORARY}") as sink:
                copy(io.BytesIO(begin), sink)
                copy(source, sink)
        drop(place, database)
        place.run(*ASK, f"ALTER DATABASE {quoted(TEMPORARY)} RENAME TO {quoted(database)}")
        place.run(*STRICT, given=rest.encode())
    finally:
        # Gone or not, it is the cause that is told, and the next restore begins with the same.
        with suppress(RolloutError):
            drop(place, TEMPORARY)


def drop(place: Place, database: str) -> None:
    place.run(*ASK, f"DROP DATABASE IF EXISTS {quoted(database)} WITH (FORCE)")


def opened(place: Place, source: t.BinaryIO) -> tuple[str, bytes]:
    """The statements on the database itself, and what had to be read for them, which is the dump's list of contents.

    pg_restore gives them with `--create` whatever else was chosen, and no schema begins with pg_: "Database properties
    react to createDB, not selectivity options" (PostgreSQL, src/bin/pg_dump/pg_backup_archiver.c, _tocEntryRequired).
    """
    only = ["pg_restore", "--create", "--schema-only", "--schema=pg_none", "--file=-"]
    begin = bytearray()
    with process.talking(place.command(*only), place.environment) as session:
        # It ends without reading on once it has what it needs.
        with suppress(BrokenPipeError):
            while found := source.read(64 * 1024):
                begin += found
                write_all(session.sink, memoryview(found))
            session.sink.close()
        text = b"".join(iter(lambda: session.source.read(65536), b""))
        session.finish()
    return text.decode(), bytes(begin)


def renamed(properties: str) -> tuple[str, str]:
    """What makes the database, with the other name, and what is for when it has its own. Raises RolloutError."""
    found = re.search(r'^CREATE DATABASE ("(?:[^"]|"")+"|\S+) (WITH [^;]*;)$', properties, re.MULTILINE)
    if not found:
        raise RolloutError("the dump does not say how its database is made")
    rest = properties[: found.start()] + properties[found.end() :]
    return f"CREATE DATABASE {quoted(TEMPORARY)} {found[2]}", rest


def copy(source: t.BinaryIO, sink: t.BinaryIO) -> None:
    while found := source.read(1024 * 1024):
        write_all(sink, memoryview(found))
