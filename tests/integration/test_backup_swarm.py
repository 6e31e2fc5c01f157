"""A stack on a real swarm of two managers: what runs where, and services that stay stopped while data is put back."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from integration.backups import Host

from support.postgres import Postgres

pytestmark = pytest.mark.thorough
NODES = Path("/var/tmp/rollout-backup-swarm")
TOOL = Path(__file__).resolve().parents[1] / "tools" / "two_nodes.sh"
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

if os.geteuid() or not shutil.which("dockerd") or not shutil.which("restic"):
    pytest.skip("only root can make a swarm, and restic has to be there", allow_module_level=True)


def engine(node: int, *words: str, given: bytes = b"") -> str:
    command = ["docker", "--host", f"unix://{NODES}/node{node}/docker.sock", *words]
    return subprocess.run(command, input=given, capture_output=True, check=True).stdout.decode()


@pytest.fixture
def swarm(tmp_path: Path) -> Iterator[None]:
    saved = subprocess.run(["docker", "save", IMAGE], capture_output=True, check=False)
    if saved.returncode:
        pytest.skip(f"there is no image {IMAGE}; a scenario of molecule makes it")
    try:
        subprocess.run([TOOL, "up", NODES], check=True, stdout=subprocess.DEVNULL)
        for node in (1, 2):
            engine(node, "load", given=saved.stdout)
        file = tmp_path / "stack.json"
        file.write_text(json.dumps(STACK))
        engine(1, "stack", "deploy", "--resolve-image", "never", "--compose-file", str(file), "posthog")
        wait = "until docker exec $(docker ps -q -f label=com.docker.swarm.service.name=posthog_db) "
        wait += "pg_isready -h 127.0.0.1 -U posthog -d posthog; do sleep 0.2; done"
        environment = {**os.environ, "DOCKER_HOST": f"unix://{NODES}/node1/docker.sock"}
        subprocess.run(["timeout", "90", "sh", "-c", wait], env=environment, check=True, capture_output=True)
        yield
    finally:
        subprocess.run([TOOL, "down", NODES], check=True)


class Node(Host):
    """A host of the swarm."""

    def __init__(self, place: Path, number: int) -> None:
        place.mkdir(exist_ok=True)
        self.number = number
        # It has no stores of its own.
        super().__init__(place, cast(Postgres, SimpleNamespace(options={})), None)

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "DOCKER_HOST": f"unix://{NODES}/node{self.number}/docker.sock"}

    def keep(self, repository: Path) -> None:
        self.repository = repository
        self.install(stack={"project": "posthog", "home": str(self.home)}, postgres={}, objects=[])


def sql(statement: str) -> str:
    container = engine(1, "ps", "--quiet", "--filter", "label=com.docker.swarm.service.name=posthog_db").strip()
    return engine(1, "exec", container, "psql", "-XAtq", "-U", "posthog", "-d", "posthog", "-c", statement).strip()


def test_a_stack_on_a_swarm(tmp_path: Path, swarm: None) -> None:
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
    listed = engine(1, "service", "ls", "--format", "{{.Name}} {{.Replicas}}").split("\n")
    assert sorted(filter(None, listed)) == ["posthog_db 1/1", "posthog_web 0/0"]
