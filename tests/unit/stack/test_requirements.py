"""What a host is told before a stack is put on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rollout.posthog.plugins.module_utils.stack.host import (
    Host,
    listening_in,
    meminfo,
    published,
    volume,
)
from ansible_collections.rollout.posthog.plugins.module_utils.stack.requirements import Wanted, problems

GOOD = {
    "name": "analytics",
    "cpus": 8,
    "memory": 31.2,
    "swap": 4.0,
    "disk_free": 100.0,
    "disk_used_percent": 30,
    "docker": "28.2.2",
    "compose": "2.40.3-3",
    "kernel": {"fs.aio-max-nr": 1048576},
    "ports": [22],
    "volumes": {"postgres-data": {"postgres": "15"}},
    "swarm": "active",
    "manager": True,
}
WANTED = {
    "cpus": 4,
    "memory": 15,
    "swap": 2,
    "disk_free": 30,
    "disk_used_percent": 85,
    "docker": "20.10",
    "compose": "2.33.1",
    "kernel": {"fs.aio-max-nr": 1048576},
    "ports": [8010],
    "postgres": "15",
    "swarm": True,
}


def told(change: dict[str, Any], **wanted: Any) -> list[str]:
    return [str(problem) for problem in problems(Host(**{**GOOD, **change}), Wanted(**{**WANTED, **wanted}))]


def test_a_good_host_is_told_nothing() -> None:
    assert told({}) == []


@pytest.mark.parametrize(
    ("change", "what", "mend"),
    [
        ({"cpus": 2}, "2 processors", "stack_minimum: {cpus: 2.0}"),
        ({"memory": 7.6}, "7.6 GiB of memory, and PostHog needs 15", "stack_minimum: {memory: 7.6}"),
        ({"swap": 0.0}, "0 GiB of swap", "stack_minimum: {swap: 0.0}"),
        ({"disk_free": 12.0}, "12 GiB free", "stack_minimum"),
        ({"disk_used_percent": 91}, "91 % full", "docker image prune"),
        ({"docker": "19.3.5"}, "docker is 19.3.5, older than 20.10", "Upgrade it"),
        ({"compose": "2.9.0"}, "compose is 2.9.0, older than 2.33.1", "Upgrade it"),
        ({"compose": ""}, "Compose v2 is not installed", "docker-compose-plugin"),
        ({"kernel": {"fs.aio-max-nr": 65536}}, "fs.aio-max-nr is 65536", "/etc/sysctl.d/90-posthog.conf"),
        ({"ports": [22, 8010]}, "port 8010", "stack_publish"),
        ({"volumes": {"postgres-data": {"postgres": "12"}}}, "made by PostgreSQL 12", "ALTER USER"),
        (
            {"volumes": {"clickhouse-data": {"disk_used_percent": 97}}},
            "the volume clickhouse-data is 97 %",
            "Make room",
        ),
        ({"volumes": {"objectstorage": {"postgres": ""}}}, "MinIO", "stack_accepted: [objectstorage]"),
        ({"swarm": "inactive"}, "no swarm", "docker swarm init"),
        ({"manager": False}, "a worker of its swarm", "docker node promote"),
    ],
)
def test_what_is_missing_is_told_with_how_to_mend_it(change: dict[str, Any], what: str, mend: str) -> None:
    [problem] = told(change)
    assert what in problem
    assert mend in problem


def test_everything_is_told_at_once() -> None:
    assert len(told({"cpus": 1, "memory": 1.0, "ports": [8010]})) == 3


def test_a_database_without_its_secrets_is_a_problem() -> None:
    [problem] = told({}, has_secrets=False)
    assert "secrets.json" in problem
    assert told({"volumes": {}}, has_secrets=False) == []
    # One that somebody has made on a disk of its own, before anything was installed
    assert told({"volumes": {"postgres-data": {"empty": True}}}, has_secrets=False) == []


def test_what_the_user_has_seen_is_no_problem() -> None:
    assert told({"volumes": {"objectstorage": {"postgres": ""}}}, accepted=["objectstorage"]) == []


def test_zero_switches_a_check_off() -> None:
    nothing = {"cpus": 0, "memory": 0, "swap": 0, "disk_free": 0, "disk_used_percent": 0}
    poor = {"cpus": 1, "memory": 0.5, "swap": 0.0, "disk_free": 0.1, "disk_used_percent": 99}
    assert told(poor, **nothing) == []


def test_what_the_kernel_tells_is_read() -> None:
    assert meminfo("MemTotal:       16777216 kB\nHugePages_Total:       0\nSwapTotal: 0 kB\n") == {
        "MemTotal": 16.0,
        "SwapTotal": 0.0,
    }
    table = (
        "  sl  local_address rem_address   st tx_queue\n"
        "   0: 0100007F:1F4A 00000000:0000 0A 00000000:00000000\n"
        "   1: 0100007F:C350 0100007F:1F4A 01 00000000:00000000\n"
    )
    assert listening_in(table) == {8010}


def test_ports_of_the_own_containers_are_none_of_others() -> None:
    assert published([{"Ports": "127.0.0.1:8010->80/tcp, [::1]:9000->90/tcp, 443/tcp"}, {"Ports": ""}]) == {8010, 9000}


def test_a_volume_on_a_disk_of_its_own_tells_of_that_disk(tmp_path: Path) -> None:
    elsewhere = Path("/dev/shm")
    assert elsewhere.stat().st_dev != tmp_path.stat().st_dev
    told_by_engine = {"Name": "p_postgres-data", "CreatedAt": "2026-11-26T19:22:40Z", "Mountpoint": str(tmp_path)}
    bound = {**told_by_engine, "Options": {"device": str(elsewhere), "o": "bind", "type": "none"}}
    known = {"created": "2026-11-26T19:22:40Z", "empty": True, "postgres": ""}
    assert volume(told_by_engine, tmp_path) == known
    assert set(volume(bound, tmp_path)) == {*known, "disk_free", "disk_used_percent"}
    (tmp_path / "PG_VERSION").write_text("15\n")
    assert volume(told_by_engine, tmp_path) == {**known, "empty": False, "postgres": "15"}
