"""PostgreSQL put back over one that lives: what is lost where it fails, and what stays."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from integration.backups import Host

from support.places import needs
from support.postgres import postgres_server

OVER = ("restore", "--part", "postgres", "--overwrite", socket.gethostname())
TEAMS = "SELECT count(*) FROM posthog_team"
DATABASES = "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database WHERE NOT datistemplate"

needs("restic", "psql", "pg_dump")


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    """With a server of its own, for roles and passwords change."""
    with postgres_server() as server:
        server.sql("CREATE TABLE posthog_team (id serial PRIMARY KEY, name text)")
        server.sql("INSERT INTO posthog_team (name) SELECT 'team ' || n FROM generate_series(1, 500) n")
        found = Host(tmp_path, server)
        found.install()
        found.well("initialize")
        yield found


def spoil(host: Host) -> None:
    """The pack with the dump of the database, in its middle."""
    snapshot = next(one["id"] for one in host.all_snapshots() if one["paths"] == ["/postgres-posthog.dump"])
    tree = json.loads(host.restic("cat", "snapshot", snapshot))["tree"]
    blob = json.loads(host.restic("cat", "blob", tree))["nodes"][0]["content"][0]
    indexes = [json.loads(host.restic("cat", "index", name)) for name in host.restic("list", "index").split()]
    packs = [pack for index in indexes for pack in index["packs"]]
    name, offset = next((pack["id"], one["offset"]) for pack in packs for one in pack["blobs"] if one["id"] == blob)
    path = next((host.repository / "data").rglob(name))
    content = bytearray(path.read_bytes())
    content[offset + 30] ^= 0xFF
    path.chmod(0o600)
    path.write_bytes(content)


def test_a_rotten_repository_leaves_the_live_database(host: Host) -> None:
    host.well("run")
    spoil(host)
    host.postgres.sql("INSERT INTO posthog_team (name) VALUES ('since')")
    done = host.run(*OVER)
    assert done.returncode == 1, done.stdout
    assert host.postgres.sql(DATABASES, "template1") == "postgres posthog"
    assert host.postgres.sql(TEAMS) == "501"


@pytest.mark.thorough
def test_a_restore_that_fails_or_is_killed_leaves_the_live_database(host: Host, tmp_path: Path) -> None:
    """And the next one, or the next backup, does not stumble over what is left of it."""
    host.well("run")
    marker = tmp_path / "reached"
    into = 'case "$*" in *--dbname*)'
    host.in_place_of("pg_restore", f'{into} head -c 9 >/dev/null; exit 3;; esac; exec "$real" "$@"')
    assert host.run(*OVER).returncode == 1
    assert host.postgres.sql(DATABASES, "template1") == "postgres posthog"
    host.in_place_of("pg_restore", f'{into} touch {marker}; exec sleep 300;; esac; exec "$real" "$@"')
    host.killed_at(marker, *OVER)
    host.as_before()
    assert host.postgres.sql(TEAMS) == "500"
    assert "rollout_restore" in host.postgres.sql(DATABASES, "template1")
    host.well("run", "--as-it-is")
    assert "rollout_restore" not in host.well("find")
    host.well(*OVER)
    assert (host.postgres.sql(TEAMS), host.postgres.sql(DATABASES, "template1")) == ("500", "postgres posthog")


@pytest.mark.thorough
def test_killed_before_it_has_its_name(host: Host, tmp_path: Path) -> None:
    host.well("run")
    marker = tmp_path / "reached"
    host.in_place_of(
        "psql", f'case "$*" in *"TO \\"posthog\\""*) touch {marker}; exec sleep 300;; esac; exec "$real" "$@"'
    )
    host.killed_at(marker, *OVER)
    host.as_before()
    assert host.postgres.sql(DATABASES, "template1") == "postgres rollout_restore"
    host.well(*OVER)
    assert (host.postgres.sql(TEAMS), host.postgres.sql(DATABASES, "template1")) == ("500", "postgres posthog")


PROPERTIES = """
SELECT pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate, datctype, datconnlimit,
  ARRAY(SELECT privilege::text FROM unnest(datacl) privilege ORDER BY 1),
  shobj_description(oid, 'pg_database'), (SELECT array_agg((setrole::regrole, setconfig)::text ORDER BY 1)
  FROM pg_db_role_setting WHERE setdatabase = pg_database.oid)
FROM pg_database WHERE NOT datistemplate ORDER BY datname
"""


def test_what_a_database_has_of_its_own_comes_back(host: Host) -> None:
    """Owner, encoding, locale, privileges, settings, comment."""
    sql = host.postgres.sql
    sql("CREATE ROLE owner; CREATE ROLE reader LOGIN; ALTER DATABASE posthog OWNER TO owner")
    sql("REVOKE CONNECT ON DATABASE posthog FROM PUBLIC; GRANT CONNECT ON DATABASE posthog TO reader")
    sql("ALTER DATABASE posthog SET work_mem = '8MB'; ALTER DATABASE posthog CONNECTION LIMIT 50")
    sql("ALTER ROLE reader IN DATABASE posthog SET statement_timeout = '1h'")
    sql("COMMENT ON DATABASE posthog IS E'of \\n CREATE DATABASE odd WITH;'")
    odd = '"odd ""na=me;"'
    sql(f"CREATE DATABASE {odd} TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'", "template1")
    before = sql(PROPERTIES)
    assert "8MB" in before
    assert "reader=c" in before
    host.well("run")
    host.well(*OVER)
    assert sql(PROPERTIES) == before
    for name in ("posthog", odd):
        sql(f"DROP DATABASE {name}", "template1")
    sql("DROP ROLE owner, reader", "template1")
    host.well("restore", "--part", "postgres")
    assert sql(PROPERTIES) == before


@pytest.mark.thorough
def test_passwords_since_the_backup_stay(host: Host) -> None:
    """Of roles that are there; and a tablespace that is there is no reason to end."""
    sql = host.postgres.sql
    folder = host.postgres.sql("SHOW data_directory") + "/../fast"
    sql(f"COPY (SELECT 1) TO PROGRAM 'mkdir {folder}'; CREATE ROLE gone LOGIN PASSWORD 'gone'")
    sql(f"CREATE TABLESPACE fast LOCATION '{folder}'")
    host.well("run")
    sql("ALTER ROLE posthog PASSWORD 'rotated'; DROP ROLE gone")
    host.install(postgres={**host.postgres.options, "password": "rotated"})
    host.well(*OVER)
    host.well("count", "--part", "postgres")
    answer = host.run("restore", "--part", "postgres")
    assert "there is a live PostHog here" in answer.stderr, "it gets in with the live one's password"


MANAGED = {"user": "managed", "password": "m"}


def test_who_is_no_superuser_keeps_and_puts_back_what_is_its_own(host: Host) -> None:
    """As with a PostgreSQL that somebody else runs; passwords of roles are not kept."""
    sql = host.postgres.sql
    sql("CREATE ROLE managed LOGIN CREATEDB CREATEROLE PASSWORD 'm'; CREATE ROLE reader LOGIN PASSWORD 'r'")
    host.install(postgres={**host.postgres.options, **MANAGED})
    done = host.run("run")
    assert (done.returncode, "managed may keep no database" in done.stderr) == (1, True)
    sql("ALTER DATABASE posthog OWNER TO managed; ALTER TABLE posthog_team OWNER TO managed")
    sql("GRANT SELECT ON posthog_team TO reader; GRANT CONNECT ON DATABASE posthog TO reader")
    host.well("run")
    assert list(json.loads(host.well("find"))["counts"]["postgres"]) == ["posthog.public.posthog_team"]
    sql("DELETE FROM posthog_team")
    host.well(*OVER)
    assert sql(TEAMS) == "500"
    sql("DROP DATABASE posthog", "template1")
    sql("DROP ROLE reader", "template1")
    host.well("restore", "--part", "postgres")
    assert sql(TEAMS) == "500"
    reads = "SELECT has_table_privilege(oid, 'posthog_team', 'SELECT'), rolcanlogin FROM pg_roles"
    assert sql(f"{reads} WHERE rolname = 'reader'") == "t|t"
