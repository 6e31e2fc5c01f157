"""Who was erased after a backup does not come back with it: real PostgreSQL, real restic, and a PostHog to erase in."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from integration.backups import KEYS, Host
from unit.web import Answer, Server

from support.api import Api
from support.clickhouse import PASSWORD as CLICKHOUSE_PASSWORD
from support.clickhouse import USER, clickhouse_server
from support.emulator import Emulator, start_emulator
from support.places import needs
from support.postgres import Postgres, postgres_server

HERE = socket.gethostname()
#: As far as they are read: posthog/models/async_deletion/async_deletion.py, activity_logging/activity_log.py.
TABLES = """
CREATE TABLE posthog_team (id serial PRIMARY KEY, name text);
INSERT INTO posthog_team (name) VALUES ('one');
CREATE TABLE posthog_person (id serial PRIMARY KEY, team_id integer, uuid uuid, created_at timestamptz DEFAULT now());
CREATE TABLE posthog_asyncdeletion (
    id bigserial PRIMARY KEY, deletion_type smallint NOT NULL, team_id integer NOT NULL, key varchar(400) NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(), delete_verified_at timestamptz
);
CREATE TABLE posthog_activitylog (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), team_id integer, scope varchar(79), activity varchar(79),
    item_id varchar(72), detail jsonb, created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
"""

#: posthog/models/person/sql.py
DISTINCT_IDS = """
CREATE TABLE posthog.person_distinct_id2 (
    team_id Int64, distinct_id String, person_id UUID, is_deleted Int8, version Int64
) ENGINE = ReplacingMergeTree(version) ORDER BY (team_id, distinct_id)
"""

needs("restic", "psql", "pg_dump")


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres_server() as running:
        yield running


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    emulator = start_emulator(tmp_path_factory.mktemp("emulator"))
    yield emulator
    emulator.stop()


class PostHog:
    """One that is backed up: its API is the emulator's, and what that would write down is written into PostgreSQL."""

    def __init__(self, host: Host, emulator: Emulator) -> None:
        self.host, self.emulator, self.api = host, emulator, Api(emulator)

    def come(self, *names: str) -> list[str]:
        found = []
        for name in names:
            body = {"api_key": self.emulator.token(), "event": "seen", "distinct_id": name}
            assert self.api.session.post(f"{self.api.url}/i/v0/e/", json=body, timeout=30).ok
            found.append(str(self.api.get("projects/1/persons/", distinct_id=name)["results"][0]["uuid"]))
            self.host.postgres.sql(f"INSERT INTO posthog_person (team_id, uuid) VALUES (1, '{found[-1]}')")
        return found

    def erase(self, person: str, *, events: bool = True, keep: bool = False, logged: bool = True) -> None:
        """In PostgreSQL alone: in the API everybody stays, as after a restore."""
        sql = self.host.postgres.sql
        if events:
            sql(f"INSERT INTO posthog_asyncdeletion (deletion_type, team_id, key) VALUES (1, 1, '{person}')")
        if keep:
            return
        sql(f"DELETE FROM posthog_person WHERE uuid = '{person}'")
        if logged:
            sql(
                "INSERT INTO posthog_activitylog (team_id, scope, activity, item_id, detail) VALUES"
                f""" (1, 'Person', 'deleted', '7', '{{"name": "{person}"}}')"""
            )

    @property
    def there(self) -> set[str]:
        return {one["uuid"] for one in self.api.get("projects/1/persons/")["results"]}

    @property
    def waiting(self) -> set[str]:
        """Whose events are to go."""
        return {one["person_uuid"] for one in self.api.get("projects/1/persons/deletion_status/")["results"]}

    def erase_again(self, *words: str) -> str:
        return self.host.well("erase", "--url", self.emulator.url, *words, given=f"{self.emulator.key}\n")


@pytest.fixture
def posthog(tmp_path: Path, server: Postgres, running: Emulator) -> PostHog:
    server.sql("DROP DATABASE posthog WITH (FORCE)", "postgres")
    server.sql("CREATE DATABASE posthog", "postgres")
    server.sql(TABLES)
    host = Host(tmp_path, server)
    host.install()
    host.well("initialize")
    running.reset()
    return PostHog(host, running)


def lost(host: Host) -> None:
    """The host is gone, and the database of the next one is empty."""
    host.postgres.sql("DROP DATABASE posthog WITH (FORCE)", "postgres")
    host.postgres.sql("CREATE DATABASE posthog", "postgres")
    shutil.rmtree(host.home)
    host.status_path.unlink()


def test_who_was_erased_after_the_backup_is_erased_again(posthog: PostHog) -> None:
    host = posthog.host
    ann, bob, cid, dan, eve = posthog.come("ann", "bob", "cid", "dan", "eve")
    host.well("run")
    posthog.erase(ann)
    posthog.erase(bob, events=False)
    posthog.erase(cid, keep=True)
    posthog.erase(dan, logged=False)
    host.well("ledger")
    assert host.status["last_ledger"]["people"] == 4
    lost(host)
    host.well("restore")
    assert host.postgres.sql("SELECT count(*) FROM posthog_person") == "5", "all of them are back"
    said = posthog.erase_again()
    assert said.splitlines() == [
        "3 erased people were erased again",
        "of 1 more, only the events were erased again",
        "0 are not in this backup, and 0 were created again after they had been erased",
    ]
    assert posthog.there == {cid, eve}
    assert posthog.waiting == {ann, cid, dan}
    assert host.status["last_erasure"]["proof"] == said.splitlines()
    # As a restore that is repeated would: those who are gone are passed over.
    assert "0 erased people were erased again" in posthog.erase_again()
    assert posthog.there == {cid, eve}


@pytest.mark.thorough
def test_the_newest_ledger_counts_whatever_is_put_back(posthog: PostHog) -> None:
    """Entries outlive the database that they are from, and each one concerns the backups before it alone."""
    host = posthog.host
    first = host.well("run").split(":")[0]
    ann, bob = posthog.come("ann", "bob")
    host.well("run")
    posthog.erase(ann)
    host.well("run")
    host.well("restore", "--at", first, "--overwrite", HERE)
    assert host.postgres.sql("SELECT count(*) FROM posthog_activitylog") == "0"
    host.well("ledger")
    assert host.status["last_ledger"]["people"] == 1
    assert "1 erased people were erased again" in posthog.erase_again("--at", first)
    assert posthog.there == {bob}


def test_a_last_look_is_taken_before_a_live_posthog_is_replaced(posthog: PostHog) -> None:
    host = posthog.host
    ann, bob = posthog.come("ann", "bob")
    host.well("run")
    posthog.erase(ann)
    host.well("restore", "--overwrite", HERE)
    assert "1 erased people were erased again" in posthog.erase_again()
    assert posthog.there == {bob}


def test_who_was_created_again_is_left(posthog: PostHog) -> None:
    """The same distinct id, and so the same UUID."""
    host = posthog.host
    posthog.come("ann")
    host.well("run")
    [ann] = posthog.come("ann")
    posthog.erase(ann)
    assert posthog.api("DELETE", f"projects/1/persons/{ann}/").status_code == 202
    assert posthog.come("ann") == [ann]
    host.well("ledger")
    assert "1 were created again after they had been erased" in posthog.erase_again()
    assert (posthog.there, posthog.waiting) == ({ann}, set())


@pytest.mark.thorough
def test_the_ledger_is_written_when_it_changes_and_knows_nobody_by_name(posthog: PostHog) -> None:
    host = posthog.host
    [ann, *_] = posthog.come("ann@example.com", "bob@example.com")
    host.well("run")
    first = host.ledgers()
    host.in_place_of("restic", "echo nobody is to open the repository >&2; exit 3")
    host.well("ledger")
    host.as_before()
    assert (host.ledgers(), len(first)) == (first, 1)
    posthog.erase(ann)
    shown = host.well("ledger") + host.well("run") + posthog.erase_again() + host.well("status")
    [ledger] = host.ledgers()
    assert ledger != first[0]
    text = host.restic("dump", ledger, "/ledger.json")
    assert (ann in text, "example.com" in text) == (True, False)
    shown += host.status_path.read_text() + str(host.all_snapshots())
    assert not [word for word in (ann, "example.com", posthog.emulator.key) if word in shown]


def test_without_a_ledger_nobody_says_that_all_is_well(posthog: PostHog) -> None:
    host = posthog.host
    host.well("run")
    host.restic("forget", *host.ledgers())
    with Server(lambda _: Answer(200)) as hook:
        host.install(webhook={"url": hook.url})
        done = host.run("erase", "--url", posthog.emulator.url, given=posthog.emulator.key)
        assert (done.returncode, "has no ledger" in done.stderr) == (1, True)
        assert [request.body["kind"] for request in hook.seen] == ["unwell"]


@pytest.mark.thorough
def test_a_posthog_that_says_not_who_is_erased_is_told_of(posthog: PostHog) -> None:
    host = posthog.host
    host.postgres.sql("DROP TABLE posthog_activitylog")
    with Server(lambda _: Answer(200)) as hook:
        host.install(webhook={"url": hook.url})
        done = host.run("run")
        assert (done.returncode, "no posthog_activitylog: who is erased is not known" in done.stderr) == (0, True)
        assert host.status["last_run"]["result"] == "ok", "the backup is a good one for all that"
        assert host.run("ledger").returncode == 1
        assert [request.body["kind"] for request in hook.seen] == ["unwell"]


@pytest.mark.thorough
def test_a_key_that_does_not_open_the_project_is_no_proof(posthog: PostHog) -> None:
    host = posthog.host
    [ann] = posthog.come("ann")
    host.well("run")
    posthog.erase(ann)
    host.well("ledger")
    for key in (posthog.emulator.new_key(teams=[77]), posthog.emulator.new_key(["project:read"]), "phx_unknown"):
        done = host.run("erase", "--url", posthog.emulator.url, given=key)
        assert done.returncode == 1, done.stdout
        assert not [word for word in (ann, key) if word in done.stdout + done.stderr]
    assert posthog.there == {ann}
    assert "1 erased people" in posthog.erase_again()
    assert host.status["last_erasure"]["result"] == "ok"


@pytest.mark.thorough
def test_who_was_merged_into_somebody_who_was_erased_is_erased_too(posthog: PostHog, tmp_path: Path) -> None:
    """Not who was split off again before."""
    host = posthog.host
    ann, anonymous, bob = posthog.come("ann", "anonymous", "bob")
    host.well("run")
    with clickhouse_server(tmp_path / "clickhouse") as clickhouse:
        clickhouse.ask("CREATE DATABASE posthog")
        clickhouse.ask(DISTINCT_IDS)
        rows = [("ann", ann, 1, 100), ("anonymous", anonymous, 0, 0), ("anonymous", ann, 1, 101)]
        rows += [("bob", ann, 0, 0), ("bob", bob, 0, 1)]
        clickhouse.ask(f"INSERT INTO posthog.person_distinct_id2 VALUES {', '.join(str((1, *row)) for row in rows)}")
        place = {"host": "127.0.0.1", "port": clickhouse.port, "user": USER, "password": CLICKHOUSE_PASSWORD}
        host.install(clickhouse={**place, "bucket": {"endpoint": "http://127.0.0.1:1", "bucket": "none", **KEYS}})
        posthog.erase(ann)
        host.postgres.sql(f"DELETE FROM posthog_person WHERE uuid = '{anonymous}'")
        host.well("ledger")
        assert host.status["last_ledger"]["people"] == 2
        assert "anonymous" not in host.restic("dump", host.ledgers()[0], "/ledger.json")
    host.install()
    host.well("restore", "--overwrite", HERE)
    assert "2 erased people were erased again" in posthog.erase_again()
    assert posthog.there == {bob}


@pytest.mark.thorough
def test_a_backup_waits_for_the_ledger(posthog: PostHog, tmp_path: Path) -> None:
    host = posthog.host
    marker, go = tmp_path / "reached", tmp_path / "go"
    host.in_place_of("psql", f'touch {marker}; until [ -e {go} ]; do sleep 0.1; done; exec "$real" "$@"')
    ledger = subprocess.Popen(host.command("ledger"), env=host.environment, cwd="/")
    while not marker.exists():
        assert ledger.poll() is None
        time.sleep(0.02)
    run = subprocess.Popen(host.command("run"), env=host.environment, cwd="/", stdout=subprocess.DEVNULL)
    second = host.run("ledger")
    assert (second.returncode, "not now" in second.stdout) == (0, True)
    assert run.poll() is None
    go.touch()
    assert (ledger.wait(60), run.wait(60)) == (0, 0)
    assert [host.status[name]["result"] for name in ("last_run", "last_ledger")] == ["ok", "ok"]


@pytest.mark.thorough
def test_a_project_that_is_not_in_the_backup_has_nobody_in_it(posthog: PostHog) -> None:
    host = posthog.host
    host.well("run")
    host.postgres.sql(
        f"INSERT INTO posthog_asyncdeletion (deletion_type, team_id, key) VALUES (1, 99, '{uuid.uuid4()}')"
    )
    host.well("ledger")
    assert "1 are not in this backup" in posthog.erase_again()
