"""A stack on a real swarm of two managers: what runs where, and services that stay stopped while data is put back."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from integration.backups import Host

from support.places import needs
from support.postgres import Postgres
from support.two_nodes import Nodes, two_nodes

pytestmark = pytest.mark.thorough
NODES = Path("/var/tmp/rollout-backup-swarm")
IMAGE = "rollout-test/postgres"
STACK = {
    "version": "3.8",
    "services": {
        "db": {
            "image": IMAGE,
            "environment": {"POSTGRES_USER": "posthog", "POSTGRES_DB": "posthog", "POSTGRES_PASSWORD": "posthog"},
            "deploy": {"placement": {"constraints": ["node.hostname == node1"]}, "endpoint_mode": "dnsrr"},
        },
        "web": {"image": IMAGE, "entrypoint": ["sleep", "infinity"], "deploy": {"endpoint_mode": "dnsrr"}},
    },
}

needs("restic")


@pytest.fixture
def swarm(tmp_path: Path) -> Iterator[Nodes]:
    with two_nodes(NODES, IMAGE) as nodes:
        file = tmp_path / "stack.json"
        file.write_text(json.dumps(STACK))
        nodes.engine(1, "stack", "deploy", "--resolve-image", "never", "--compose-file", str(file), "posthog")
        wait = "until docker exec $(docker ps -q -f label=com.docker.swarm.service.name=posthog_db) "
        wait += "pg_isready -h 127.0.0.1 -U posthog -d posthog; do sleep 0.2; done"
        environment = {**os.environ, "DOCKER_HOST": nodes.address(1)}
        subprocess.run(["timeout", "90", "sh", "-c", wait], env=environment, check=True, capture_output=True)
        yield nodes


class Node(Host):
    """A host of the swarm."""

    def __init__(self, place: Path, number: int) -> None:
        place.mkdir(exist_ok=True)
        self.number = number
        # It has no stores of its own.
        super().__init__(place, cast(Postgres, SimpleNamespace(options={})), None)

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "DOCKER_HOST": Nodes(NODES).address(self.number)}

    def keep(self, repository: Path) -> None:
        self.repository = repository
        self.install(stack={"project": "posthog", "home": str(self.home)}, postgres={}, objects=[])


def sql(statement: str) -> str:
    engine = Nodes(NODES).engine
    container = engine(1, "ps", "--quiet", "--filter", "label=com.docker.swarm.service.name=posthog_db").strip()
    return engine(1, "exec", container, "psql", "-XAtq", "-U", "posthog", "-d", "posthog", "-c", statement).strip()


def test_a_stack_on_a_swarm(tmp_path: Path, swarm: Nodes) -> None:
    sql("CREATE TABLE posthog_team AS SELECT n AS id FROM generate_series(1, 500) n")
    first, second = Node(tmp_path / "first", 1), Node(tmp_path / "second", 2)
    for node in (first, second):
        node.keep(tmp_path / "repository")
    first.well("initialize")
    first.well("run")
    done = second.run("run")
    assert (done.returncode, "db of posthog runs on node1, and not on this host" in done.stderr) == (1, True), (
        done.stderr
    )
    sql("DELETE FROM posthog_team WHERE id > 7")
    refused = first.run("restore", "--part", "postgres")
    assert (refused.returncode, "web run" in refused.stderr) == (2, True), refused.stderr
    first.well("restore", "--part", "postgres", "--overwrite", socket.gethostname())
    assert sql("SELECT count(*) FROM posthog_team") == "500"
    listed = swarm.engine(1, "service", "ls", "--format", "{{.Name}} {{.Replicas}}").split("\n")
    assert sorted(filter(None, listed)) == ["posthog_db 1/1", "posthog_web 0/0"]
