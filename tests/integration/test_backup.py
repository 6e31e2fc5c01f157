"""Backups that are proved by restoring them: real PostgreSQL, real restic, real objects over S3."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from integration.backups import KEYS, PASSWORD, Buckets, Host
from unit.web import Answer, Server

from support.places import needs
from support.postgres import PASSWORD as PG_PASSWORD
from support.postgres import Postgres, postgres_server

HERE = socket.gethostname()
SECRETS = (PASSWORD, PG_PASSWORD, KEYS["secret_key"], "stack-s3cret")

needs("restic", "psql", "pg_dump")


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres_server() as running:
        yield running


@pytest.fixture
def postgres(server: Postgres) -> Postgres:
    """With two databases, a role and rows, as new."""
    for name in server.sql("SELECT datname FROM pg_database WHERE NOT datistemplate", "template1").splitlines():
        quoted = name.replace('"', '""')
        server.sql(f'DROP DATABASE "{quoted}" WITH (FORCE)', "template1")
    for name in ("postgres", "posthog", 'odd "name"'):
        quoted = name.replace('"', '""')
        server.sql(f'CREATE DATABASE "{quoted}" TEMPLATE template0', "template1")
    server.sql("DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN PASSWORD 'x'", "template1")
    server.sql("CREATE TABLE posthog_team (id serial PRIMARY KEY, name text)")
    server.sql("INSERT INTO posthog_team (name) SELECT 'team ' || n FROM generate_series(1, 500) n")
    server.sql('CREATE SCHEMA "Other"; CREATE TABLE "Other"."a|b" AS SELECT 1 AS one')
    server.sql("GRANT SELECT ON posthog_team TO reader")
    server.sql("CREATE TABLE jobs AS SELECT n FROM generate_series(1, 7) n", 'odd "name"')
    return server


@pytest.fixture
def buckets() -> Iterator[Buckets]:
    found = Buckets()
    found.put("posthog", "session/été 1", b"blob" * 5000, ContentType="application/x-snappy", Metadata={"team": "1"})
    found.put("posthog", "empty", b"")
    found.put("ai-blobs", "b", os.urandom(300_000))
    found.client.create_bucket(Bucket="nothing")
    yield found
    found.stop()


@pytest.fixture
def host(tmp_path: Path, postgres: Postgres, buckets: Buckets) -> Host:
    found = Host(tmp_path, postgres, buckets)
    found.install()
    found.well("initialize")
    return found


def teams(postgres: Postgres) -> str:
    return postgres.sql("SELECT count(*), min(name), max(id) FROM posthog_team")


def destroy(host: Host) -> None:
    """The host is gone, with all that it had."""
    for name in ("posthog", "postgres"):
        host.postgres.sql(f"DROP DATABASE {name} WITH (FORCE)", "template1")
    host.postgres.sql('DROP DATABASE "odd ""name""" WITH (FORCE)', "template1")
    host.postgres.sql("DROP ROLE reader", "template1")
    host.postgres.sql("CREATE DATABASE posthog", "template1")
    host.buckets.empty()
    shutil.rmtree(host.home)
    host.status_path.unlink()


def test_what_was_destroyed_comes_back_as_it_was(host: Host) -> None:
    before = teams(host.postgres), host.buckets.all()
    said = host.well("run")
    assert "are new" in said
    destroy(host)
    said = host.well("restore")
    assert [line.split(":")[0] for line in said.splitlines()[1:]] == ["secrets", "postgres", "objects"]
    assert (teams(host.postgres), host.buckets.all()) == before
    kept, there = json.loads(host.well("find"))["counts"], json.loads(host.well("count", "--part", "postgres"))
    assert there == {"postgres": kept["postgres"]}
    assert host.postgres.sql("SELECT count(*) FROM jobs", 'odd "name"') == "7"
    assert host.postgres.sql('SELECT one FROM "Other"."a|b"') == "1"
    assert host.postgres.sql("SELECT has_table_privilege('reader', 'posthog_team', 'SELECT')") == "t"
    assert host.postgres.sql("INSERT INTO posthog_team (name) VALUES ('next') RETURNING id") == "501"
    assert json.loads((host.home / "secrets.json").read_text()) == {"posthog_secret": "stack-s3cret"}
    assert (host.home / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_a_live_posthog_is_replaced_only_where_its_host_is_named(host: Host) -> None:
    host.well("run")
    host.postgres.sql("DELETE FROM posthog_team WHERE id > 1")
    for words in ((), ("--overwrite", "some-other-host")):
        done = host.run("restore", "--part", "postgres", *words)
        assert done.returncode == 2
        assert f"name the host {HERE}" in done.stderr or f"this host is {HERE}" in done.stderr
    assert host.postgres.sql("SELECT count(*) FROM posthog_team") == "1"
    host.well("restore", "--part", "postgres", "--overwrite", HERE)
    assert host.postgres.sql("SELECT count(*) FROM posthog_team") == "500"


def test_objects_since_the_backup_are_gone_where_a_posthog_is_replaced(host: Host) -> None:
    """But for buckets that the backup does not know, and for what was left out of it."""
    host.install(objects=[{**host.object_store, "left_out": ["cache/"]}])
    host.well("run")
    before = host.buckets.all()
    host.buckets.put("posthog", "since", b"since")
    kept = [("posthog", "cache/since"), ("another", "since")]
    for bucket, key in kept:
        host.buckets.put(bucket, key, b"since")
    host.well("restore", "--part", "objects", "--overwrite", HERE)
    there = host.buckets.all()
    assert all(there.pop(f"{bucket}/{key}") for bucket, key in kept)
    assert there == {**before, "another/": there["another/"]}


def test_what_a_restore_has_left_half_done_is_no_backup(host: Host) -> None:
    """Nor is it what a repeated restore takes for the newest."""
    host.well("run")
    with Server(lambda _: Answer(200)) as hook:
        host.install(webhook={"url": hook.url})
        host.in_place_of("pg_restore", 'kill -9 "$PPID"')
        assert host.run("restore", "--overwrite", HERE).returncode == -signal.SIGKILL
        host.in_place_of("pg_restore", 'echo "pg_restore: error: no" >&2; exit 1')
        assert host.run("restore", "--overwrite", HERE).returncode == 1
        host.as_before()
        done = host.run("run")
        assert (done.returncode, "a restore did not end well" in done.stderr) == (1, True)
        assert [request.body["kind"] for request in hook.seen] == ["unwell", "changed"]
        host.well("restore", "--part", "secrets", "--overwrite", HERE)
        assert host.run("run").returncode == 1
        host.well("restore", "--overwrite", HERE)
        assert host.postgres.sql("SELECT count(*) FROM posthog_team") == "500"
        host.well("run")
        host.in_place_of("pg_restore", "exit 1")
        assert host.run("restore", "--overwrite", HERE, "--part", "postgres").returncode == 1
        host.as_before()
        host.well("run", "--as-it-is")
        host.well("run")


def test_a_drill_lets_stores_alone_that_no_stack_has(host: Host) -> None:
    host.well("run")
    host.postgres.sql("INSERT INTO posthog_team (name) VALUES ('since')")
    done = host.run("drill")
    assert (done.returncode, "postgres, objects store: outside of the stack" in done.stderr) == (1, True)
    assert host.postgres.sql("SELECT count(*) FROM posthog_team") == "501"


@pytest.mark.thorough
def test_an_earlier_moment_comes_back(host: Host) -> None:
    first = host.well("run").split(":")[0]
    host.postgres.sql("INSERT INTO posthog_team (name) VALUES ('later')")
    host.well("run")
    host.well("restore", "--at", first, "--overwrite", HERE)
    assert host.postgres.sql("SELECT count(*) FROM posthog_team") == "500"
    host.well("restore", "--overwrite", HERE)
    assert host.postgres.sql("SELECT count(*) FROM posthog_team") == "501"
    done = host.run("restore", "--at", "2001-01-01T00:00", "--overwrite", HERE)
    assert (done.returncode, "which is later than" in done.stderr) == (2, True)


def test_rows_are_counted_in_the_moment_that_is_dumped(host: Host) -> None:
    """While somebody writes without end."""
    writer = subprocess.Popen(
        ["psql", "-XAtq", "-f", "-"],
        stdin=subprocess.PIPE,
        env={**os.environ, **host.postgres.environment, "PGDATABASE": "posthog"},
        text=True,
        stdout=subprocess.DEVNULL,
    )
    assert writer.stdin
    writer.stdin.write("INSERT INTO posthog_team (name) SELECT 'load' FROM generate_series(1, 20) \\watch 0.01\n")
    writer.stdin.flush()
    try:
        host.well("run")
    finally:
        writer.terminate()
        writer.wait()
    done = host.postgres.sql("SELECT count(*) FROM posthog_team")
    said = host.well("restore", "--part", "postgres", "--overwrite", HERE)
    assert "counts as in the manifest" in said
    assert 500 <= int(host.postgres.sql("SELECT count(*) FROM posthog_team")) < int(done)


@pytest.mark.thorough
def test_a_second_backup_is_small(host: Host) -> None:
    # Much more than restic's largest piece of 8 MB, since by chance the changed rows are in one of those.
    row = "md5(n::text) || md5((n + 1)::text) || md5((n + 2)::text) || md5((n + 3)::text)"
    host.postgres.sql(f"INSERT INTO posthog_team (name) SELECT {row} FROM generate_series(1, 500000) n")
    host.well("run")
    whole = host.status["last_success"]
    changed = 1000 * 4 * 32
    host.postgres.sql(f"INSERT INTO posthog_team (name) SELECT {row} FROM generate_series(1, 1000) n")
    host.well("run")
    added = host.status["last_success"]["added_bytes"]
    sys.stdout.write(f"changed {changed} bytes, stored {added} of {whole['bytes']}\n")
    assert added < whole["added_bytes"] / 5
    assert host.status["last_success"]["previous_bytes"] == whole["bytes"]


@pytest.mark.parametrize("program", ["pg_dump", pytest.param("pg_dumpall", marks=pytest.mark.thorough)])
def test_a_dump_that_fails_half_way_is_no_backup(host: Host, program: str) -> None:
    host.well("run")
    good, before = host.status["last_success"], host.snapshots()
    with Server(lambda _: Answer(200)) as hook:
        host.install(webhook={"url": hook.url})
        host.in_place_of(program, '"$real" "$@" | head -c 2000; echo "the disk burns" >&2; exit 3')
        done = host.run("run")
        assert (done.returncode, f"{program} ended with 3: the disk burns" in done.stderr) == (1, True)
        assert [request.body["kind"] for request in hook.seen] == ["unwell"]
        assert "the disk burns" in hook.seen[0].body["text"]
        host.as_before()
        assert host.status["last_success"] == good
        assert host.status["last_run"]["result"] == "failed"
        assert [one["id"] for one in before] == [one["id"] for one in host.snapshots()][: len(before)]
        assert not [one for one in host.snapshots() if f"part=manifest,run={good['run']}" in one["tags"]]
        destroy(host)
        host.well("restore")
        host.well("run")
        assert [request.body["kind"] for request in hook.seen] == ["unwell", "well"]
    assert teams(host.postgres).startswith("500|")


@pytest.mark.parametrize(
    "program", ["restic", *(pytest.param(name, marks=pytest.mark.thorough) for name in ("pg_dumpall", "pg_dump"))]
)
def test_killed_at_any_stage(host: Host, tmp_path: Path, program: str) -> None:
    """In the first stream, before PostgreSQL, and in the middle of a database."""
    host.well("run")
    good = host.status["last_success"]
    marker = tmp_path / "reached"
    body = "exec sleep 300" if program != "restic" else 'exec "$real" "$@"'
    when = f"touch {marker}; {body}" if program != "restic" else f'case "$*" in *backup*) touch {marker};; esac; {body}'
    host.in_place_of(program, when)
    host.killed_at(marker, "run")
    host.as_before()
    assert host.status["running"]
    with Server(lambda _: Answer(200)) as hook:
        host.install(webhook={"url": hook.url})
        # As systemd does when the program has ended in whatever way.
        assert host.run("settle").returncode == 1
        assert "was killed before its end" in " ".join(hook.seen[0].body["text"].split())
        assert host.status["last_success"] == good
        host.well("run")
        assert [request.body["kind"] for request in hook.seen] == ["unwell", "well"]
    host.restic("check")


def test_killed_where_there_is_no_systemd(host: Host, tmp_path: Path) -> None:
    """The next run tells of it, once, though it is good itself."""
    marker = tmp_path / "reached"
    host.in_place_of("restic", f'case "$*" in *backup*) touch {marker};; esac; exec "$real" "$@"')
    host.killed_at(marker, "run")
    host.as_before()
    with Server(lambda _: Answer(200)) as hook:
        host.install(webhook={"url": hook.url})
        host.well("run")
        assert [request.body["kind"] for request in hook.seen] == ["unwell", "well"]
        told = " ".join(hook.seen[0].body["text"].split())
        assert "was killed before its end" in told
        # Where cron started it, there is no unit to start.
        assert f"run it again: {' '.join(host.command('run'))}" in told


def test_a_disk_without_room_for_the_status(host: Host) -> None:
    """The backup is made, and people are told, though none of it can be written down."""
    place = host.status_path.parent
    place.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(place)]
    if os.geteuid() or subprocess.run(mount, check=False).returncode:
        pytest.skip("only root can mount a small file system")
    try:
        with Server(lambda _: Answer(200)) as hook:
            host.install(webhook={"url": hook.url})
            host.well("run")
            fill = place / "fill"
            with suppress(OSError), fill.open("wb", buffering=0) as file:
                while True:
                    file.write(b"x" * 4096)
            before = len(host.snapshots())
            done = host.run("run")
            assert (done.returncode, "No space left" in done.stderr) == (2, True), done.stderr
            assert len(host.snapshots()) > before
            assert "No space left" in " ".join(hook.seen[0].body["text"].split())
            fill.unlink()
            host.well("run")
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_killed_while_it_tidies_up(host: Host) -> None:
    """The lock that restic leaves then would be in the way of every later run."""
    host.well("run")
    locks = host.repository / "locks"
    # A file that is not yet whole has another name.
    kill = f"until ls {locks} | grep -qE '^[0-9a-f]{{64}}$'; do :; done; kill -9 $! $PPID; exit 1"
    host.in_place_of("restic", f'case "$*" in *prune*) "$real" "$@" & {kill};; esac\nexec "$real" "$@"')
    assert host.run("check").returncode == -signal.SIGKILL
    host.as_before()
    assert "locked" in host.restic("backup", "--stdin", check=False)
    host.well("run")
    host.well("run")
    assert not list(locks.iterdir())


def test_no_secret_is_shown(host: Host) -> None:
    """Not in arguments, output, tags, or the status."""
    log = host.place / "arguments"
    for program in ("pg_dump", "pg_dumpall", "restic"):
        host.in_place_of(program, f'echo "$*" >> {log}; exec "$real" "$@"')
    said = host.run("run")
    assert said.returncode == 0, said.stderr
    shown = "\n".join(
        [log.read_text(), said.stdout, said.stderr, json.dumps(host.snapshots()), json.dumps(host.status)]
    )
    assert "pg_dump" not in shown or "--snapshot" in shown
    assert not [secret for secret in SECRETS if secret in shown]
    assert (host.place / "etc" / "backup.json").stat().st_mode & 0o777 == 0o600


BROKEN_PLACES = {
    "unreachable": ({"url": "rest:http://127.0.0.1:1/"}, "connection refused"),
    "wrong password": ({"password": "another-one"}, "wrong password"),
    "gone": ({"url": "/nowhere/at/all"}, "no such file|unable to open config file"),
}


@pytest.mark.thorough
@pytest.mark.parametrize("case", BROKEN_PLACES)
def test_a_repository_that_cannot_be_used(host: Host, case: str) -> None:
    host.well("run")
    good = host.status["last_success"]
    repository = {"url": str(host.repository), "password": PASSWORD, "cache": str(host.place / "cache")}
    change, says = BROKEN_PLACES[case]
    with Server(lambda _: Answer(200)) as hook:
        host.install(repository={**repository, **change}, webhook={"url": hook.url})
        done = host.run("run")
        assert done.returncode == 1
        assert re.search(says, done.stderr), done.stderr
        assert (host.status["last_success"], len(hook.seen)) == (good, 1)
        assert not Path("/nowhere").exists(), "a run must not make a repository"
        host.install(webhook={"url": hook.url})
        host.well("run")
        assert [request.body["kind"] for request in hook.seen] == ["unwell", "well"]


@pytest.mark.thorough
def test_a_disk_that_is_full_in_the_middle(host: Host, tmp_path: Path) -> None:
    """A file system of its own, with less room than the dump needs."""
    if (
        os.geteuid()
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", "/mnt"], check=False).returncode
    ):
        pytest.skip("only root can mount a small file system")
    subprocess.run(["umount", "/mnt"], check=True)
    host.repository.rename(tmp_path / "before")
    host.repository.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "none", host.repository], check=True)
    try:
        shutil.copytree(tmp_path / "before", host.repository, dirs_exist_ok=True)
        host.well("run")
        good = host.status["last_success"]
        host.postgres.sql("CREATE TABLE noise AS SELECT gen_random_uuid() FROM generate_series(1, 400000)")
        done = host.run("run")
        assert (done.returncode, "no space left" in done.stderr) == (1, True), done.stderr
        assert host.status["last_success"] == good
        subprocess.run(["mount", "-o", "remount,size=200m", host.repository], check=True)
        host.well("run")
        host.restic("check", "--read-data")
    finally:
        subprocess.run(["umount", host.repository], check=True)


@pytest.mark.thorough
def test_two_at_once(host: Host, tmp_path: Path) -> None:
    marker, go = tmp_path / "reached", tmp_path / "go"
    host.in_place_of("pg_dumpall", f'touch {marker}; until [ -e {go} ]; do sleep 0.1; done; exec "$real" "$@"')
    first = subprocess.Popen(host.command("run"), env=host.environment, cwd="/", stdout=subprocess.DEVNULL)
    while not marker.exists():
        assert first.poll() is None
        time.sleep(0.02)
    for job in ("run", "restore", "check"):
        second = host.run(job)
        assert (second.returncode, "another run is under way" in second.stderr) == (2, True)
    go.touch()
    assert first.wait(60) == 0
    assert host.status["last_run"]["result"] == "ok"


@pytest.mark.thorough
def test_a_pack_that_rots_is_found_and_told(host: Host) -> None:
    host.well("run")
    packs = sorted((host.repository / "data").rglob("*"), key=lambda path: path.is_file() and path.stat().st_size)
    content = bytearray(packs[-1].read_bytes())
    content[len(content) // 2] ^= 0xFF
    packs[-1].chmod(0o600)
    packs[-1].write_bytes(content)
    with Server(lambda _: Answer(200)) as hook:
        host.install(webhook={"url": hook.url}, check={"subset": "100%"})
        done = host.run("check")
        assert done.returncode == 1
        assert host.status["last_check"]["result"] == "failed"
        assert [request.body["kind"] for request in hook.seen] == ["unwell"]
        # What comes back from it is refused.
        restored = host.run("restore", "--overwrite", HERE)
        assert restored.returncode == 1


@pytest.mark.thorough
def test_a_clock_that_jumps_forgets_nothing(host: Host) -> None:
    host.install(retention={"last": 1, "daily": 1, "weekly": 0, "monthly": 0, "max_days": 3})
    for _ in range(2):
        host.well("run")
    before = {one["id"] for one in host.snapshots()}
    status = host.status
    long_ago = (datetime.now(UTC) - timedelta(days=400)).isoformat()
    # As it looks to a host that has jumped more than a year ahead.
    host.status_path.write_text(
        json.dumps({**status, "last_success": {**status["last_success"], "finished_at": long_ago}})
    )
    with Server(lambda _: Answer(200)) as hook:
        host.install(
            webhook={"url": hook.url}, retention={"last": 1, "daily": 1, "weekly": 0, "monthly": 0, "max_days": 3}
        )
        assert "nothing is forgotten" in host.run("run").stderr
        assert before <= {one["id"] for one in host.snapshots()}
        assert "nothing is forgotten" in " ".join(hook.seen[0].body["text"].split())


def test_what_a_failed_run_has_left_goes_with_the_next_good_one(host: Host) -> None:
    host.in_place_of("pg_dump", "exit 3")
    assert host.run("run").returncode == 1
    host.as_before()
    left = {one["id"] for one in host.snapshots()}
    assert left, "the buckets were kept before PostgreSQL failed"
    host.well("run")
    assert not left & {one["id"] for one in host.snapshots()}


@pytest.mark.thorough
def test_it_begins_by_itself_in_quiet_hours_only(host: Host) -> None:
    hour = datetime.now(UTC)
    begin, end = (hour + timedelta(hours=2)).strftime("%H:00"), (hour + timedelta(hours=4)).strftime("%H:00")
    host.install(window={"begin": begin, "end": end})
    host.well("run", "--scheduled")
    first = host.status["last_success"]
    assert "not the quiet hours" in host.well("run", "--scheduled")
    assert host.status["last_success"] == first
    host.well("run")
    assert host.status["last_success"] != first


@pytest.mark.thorough
def test_too_little_space_is_said_before_anything_is_begun(host: Host) -> None:
    host.install(space=[{"path": "/", "free_gb": 1e6}])
    done = host.run("run")
    assert (done.returncode, "are to be free; nothing was begun" in done.stderr) == (1, True)
    assert host.snapshots() == []
