"""Repositories on other machines: made, filled, checked, thinned out and read back, over the real protocols."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from integration.backups import KEYS, PASSWORD, Buckets, Host

from support.places import PASSWORD as REST_PASSWORD
from support.places import Place, needs, rest_server, sftp_server
from support.postgres import Postgres, postgres_server

HERE = socket.gethostname()
SECRETS = (PASSWORD, REST_PASSWORD, KEYS["secret_key"])
NEEDS = {"rest": ("rclone",), "sftp": ("sshd", "ssh", "ssh-keygen"), "s3": ()}
REPOSITORY = "repository"

needs("restic", "psql", "pg_dump")


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with postgres_server() as running:
        running.sql("CREATE TABLE posthog_team AS SELECT n AS id FROM generate_series(1, 500) n")
        yield running


@pytest.fixture
def buckets() -> Iterator[Buckets]:
    found = Buckets()
    found.put("posthog", "session/1", b"blob" * 5000)
    found.client.create_bucket(Bucket=REPOSITORY)
    yield found
    found.empty()
    found.stop()


@pytest.fixture
def host(tmp_path: Path, postgres: Postgres, buckets: Buckets) -> Host:
    return Host(tmp_path, postgres, buckets)


def place_of(kind: str, host: Host, stack: ExitStack) -> Place:
    needs(*NEEDS[kind])
    if kind == "rest":
        return stack.enter_context(rest_server(host.place / "rest"))
    if kind == "sftp":
        return stack.enter_context(sftp_server(host.place / "sftp"))
    keys = {"AWS_ACCESS_KEY_ID": KEYS["access_key"], "AWS_SECRET_ACCESS_KEY": KEYS["secret_key"]}
    return Place(f"s3:{host.buckets.url}/{REPOSITORY}/posthog", {**keys, "AWS_DEFAULT_REGION": "us-east-1"})


RULES = {"last": 2, "daily": 0, "weekly": 0, "monthly": 0}


@pytest.mark.parametrize("kind", ["rest", *(pytest.param(name, marks=pytest.mark.thorough) for name in ("sftp", "s3"))])
def test_a_repository_elsewhere(host: Host, kind: str) -> None:
    """All that is done with one, and no secret in arguments or output."""
    log = host.place / "arguments"
    with ExitStack() as stack:
        host.keep_at(place_of(kind, host, stack), retention=RULES)
        for program in ("restic", "ssh"):
            if shutil.which(program):
                host.in_place_of(program, f'echo "$*" >> {log}; exec "$real" "$@"')
        said = [host.well("initialize"), host.well("initialize")]
        assert said == ["made\n", "there\n"]
        first, *later = (host.well("run").split(":")[0] for _ in range(3))
        said += [host.well("status"), host.well("check")]
        assert first not in said[-2]
        assert all(run in said[-2] for run in later)
        host.postgres.sql("DELETE FROM posthog_team WHERE id > 7")
        host.buckets.client.delete_object(Bucket="posthog", Key="session/1")
        said.append(host.well("restore", "--overwrite", HERE))
        assert host.postgres.sql("SELECT count(*) FROM posthog_team") == "500"
        assert host.buckets.all()["posthog/session/1"][0] == b"blob" * 5000
        host.in_place_of("pg_dump", "exit 3")
        failed = host.run("run")
        assert failed.returncode == 1
        shown = "\n".join([*said, failed.stdout, failed.stderr, log.read_text(), json.dumps(host.status)])
        assert not [secret for secret in SECRETS if secret in shown]


@pytest.mark.thorough
def test_a_server_that_only_takes(host: Host) -> None:
    """Whoever has broken into the host cannot make away with the backups, and neither can the program."""
    needs("rclone")
    with rest_server(host.place / "rest", "--append-only") as place:
        host.keep_at(place, retention={"enabled": False})
        host.well("initialize")
        runs = [host.well("run").split(":")[0] for _ in range(2)]
        host.well("check")
        before = host.snapshots()
        assert "403" in host.restic("forget", before[0]["id"], check=False)
        assert host.snapshots() == before
        host.keep_at(place, retention={**RULES, "last": 1})
        done = host.run("run")
        assert (done.returncode, host.status["last_run"]["result"]) == (0, "ok")
        assert host.status["last_retention"]["result"] == "failed"
        said = host.well("status")
        assert all(run in said for run in runs)
        host.well("restore", "--at", runs[0], "--overwrite", HERE)


@pytest.mark.thorough
@pytest.mark.parametrize("kind", NEEDS)
def test_a_place_that_is_away_for_a_while(host: Host, kind: str) -> None:
    """The run fails, says so without a secret, and makes nothing; the next one is well."""
    with ExitStack() as stack:
        place = place_of(kind, host, stack)
        host.keep_at(place)
        done = host.run("run")
        assert done.returncode == 1, "there is no repository yet"
        host.well("initialize")
        host.well("run")
        away = Place(place.url.replace("127.0.0.1:", "127.0.0.1:1" if kind != "sftp" else "127.0.0.1:/proc/"))
        host.keep_at(Place(away.url, place.environment, place.options))
        failed = host.run("run")
        assert failed.returncode == 1
        assert not [secret for secret in SECRETS if secret in failed.stdout + failed.stderr]
        host.keep_at(place)
        host.well("run")
