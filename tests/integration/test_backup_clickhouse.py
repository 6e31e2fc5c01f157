"""A ClickHouse that is no container of the stack: by its own BACKUP over a bucket into the repository, and back."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from integration.backups import KEYS, PASSWORD, Buckets, Host

from support.clickhouse import PASSWORD as CLICKHOUSE_PASSWORD
from support.clickhouse import USER, ClickHouse, clickhouse_server
from support.places import needs
from support.postgres import Postgres, postgres_server

SECRETS = (PASSWORD, CLICKHOUSE_PASSWORD, KEYS["secret_key"])
STAGING = "staging"
pytestmark = pytest.mark.thorough

needs("restic", "psql", "pg_dump")


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    with postgres_server() as running:
        running.sql("CREATE TABLE posthog_team AS SELECT 1 AS id")
        yield running


@pytest.fixture
def buckets() -> Iterator[Buckets]:
    found = Buckets()
    found.client.create_bucket(Bucket=STAGING)
    yield found
    found.empty()
    found.stop()


@pytest.fixture
def clickhouse(tmp_path: Path) -> Iterator[ClickHouse]:
    with clickhouse_server(tmp_path / "clickhouse") as running:
        running.ask("CREATE DATABASE posthog")
        running.ask("CREATE TABLE posthog.events (id UInt64, text String) ENGINE = MergeTree ORDER BY id")
        insert(running, 0, 100_000)
        yield running


def insert(clickhouse: ClickHouse, first: int, count: int) -> None:
    clickhouse.ask(
        f"INSERT INTO posthog.events SELECT number, hex(MD5(toString(number))) FROM numbers({first}, {count})"
    )


def truth(clickhouse: ClickHouse) -> str:
    return clickhouse.ask("SELECT count(), sum(cityHash64(id, text)) FROM posthog.events")


def options(clickhouse: ClickHouse, buckets: Buckets, **more: Any) -> dict[str, Any]:
    bucket = {"endpoint": buckets.url, "bucket": STAGING, **KEYS}
    return {
        "host": "127.0.0.1",
        "port": clickhouse.port,
        "user": USER,
        "password": CLICKHOUSE_PASSWORD,
        "bucket": bucket,
        **more,
    }


def test_whole_then_what_differs_and_back(
    tmp_path: Path, postgres: Postgres, buckets: Buckets, clickhouse: ClickHouse
) -> None:
    host = Host(tmp_path, postgres, buckets)
    host.install(clickhouse=options(clickhouse, buckets), objects=[])
    host.well("initialize")
    said = [host.well("run")]
    whole = host.status["last_success"]
    insert(clickhouse, 100_000, 1000)
    said.append(host.well("run"))
    assert host.status["last_success"]["added_bytes"] < whole["added_bytes"] / 10
    left = buckets.all()
    assert [name for name in left if name != f"{STAGING}/"] == [f"{STAGING}/rollout-{whole['run']}/.backup"]
    before = truth(clickhouse)
    clickhouse.ask("DROP DATABASE posthog SYNC")
    said.append(host.well("restore", "--overwrite", socket.gethostname()))
    assert "clickhouse: " in said[-1]
    assert truth(clickhouse) == before
    assert list(buckets.all()) == [f"{STAGING}/"]
    shown = "\n".join([*said, json.dumps(host.status), str(list(left.values()))])
    assert not [secret for secret in SECRETS if secret in shown]


def test_what_it_refuses_is_said_without_secrets(
    tmp_path: Path, postgres: Postgres, buckets: Buckets, clickhouse: ClickHouse
) -> None:
    host = Host(tmp_path, postgres, buckets)
    host.install(objects=[])
    host.well("initialize")
    cases = {
        "Authentication failed": {"password": "another"},
        "cannot be asked": {"port": 1},
        "bucket": {"bucket": {**options(clickhouse, buckets)["bucket"], "bucket": "nowhere"}},
    }
    for says, change in cases.items():
        host.install(clickhouse=options(clickhouse, buckets, **change), objects=[])
        done = host.run("run")
        assert (done.returncode, says in done.stderr) == (1, True), done.stderr
        assert not [secret for secret in SECRETS if secret in done.stderr]
