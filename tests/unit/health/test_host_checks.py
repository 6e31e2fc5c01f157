"""What the host itself tells: disks, backups, lag and containers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import typing as t
from datetime import timedelta
from pathlib import Path

import pytest
from unit.health.world import NOW, context_at, looked, one, options_of

from ansible_collections.rollout.posthog.plugins.module_utils.health import disk
from ansible_collections.rollout.posthog.plugins.module_utils.health.consumer_lag import lag_of
from ansible_collections.rollout.posthog.plugins.module_utils.health.containers import (
    Container,
    containers_of,
    findings_of,
)

HERE = context_at("http://127.0.0.1:9")
GB = 10**9


# -- disk --------------------------------------------------------------------------------------------------------------


def test_a_disk_is_measured_as_df_measures_it(tmp_path: Path) -> None:
    result = one("disk", HERE, paths=[str(tmp_path)], warning_percent=100, failed_percent=100)
    shown = subprocess.run(["df", "-B1", tmp_path], capture_output=True, text=True, check=True).stdout.splitlines()[1]
    used, free = (int(word) for word in shown.split()[2:4])
    # Others write meanwhile.
    assert result.facts["free_bytes"] == pytest.approx(free, rel=0.02)
    assert result.facts["percent"] == pytest.approx(100 * used / (used + free), abs=1)


@pytest.mark.parametrize(
    ("used", "files", "free", "written", "verdict"),
    [
        (79.9, 10, 50 * GB, {}, "ok"),
        (80, 10, 50 * GB, {}, "warning"),
        (90, 10, 50 * GB, {}, "failed"),
        (10, 81, 50 * GB, {}, "warning"),
        (10, 95, 50 * GB, {}, "failed"),
        (10, 10, 19 * GB, {"warning_free_gb": 20}, "warning"),
        (10, 10, 19 * GB, {"warning_free_gb": 30, "failed_free_gb": 20}, "failed"),
        (10, 10, 0, {}, "failed"),
    ],
)
def test_how_full_is_too_full(used: float, files: float, free: int, written: dict[str, t.Any], verdict: str) -> None:
    assert disk.judge("disk /", used, files, free, options_of("disk", **written)).verdict == verdict


@pytest.mark.parametrize(
    ("used", "files", "free", "written", "says"),
    [
        (41, 10, 64.5, {"failed_percent": 40}, "41 % used (failed from 40 % on), 64.5 GB free"),
        (81, 10, 64.5, {}, "81 % used (warning from 80 % on), 64.5 GB free"),
        (39.9, 10, 64.5, {"failed_percent": 40}, "40 % used, 64.5 GB free"),
        (10, 10, 19, {"failed_free_gb": 20}, "10 % used, 19.0 GB free (failed from 20 GB down)"),
        (10, 10, 19, {"warning_free_gb": 20.5}, "10 % used, 19.0 GB free (warning from 20.5 GB down)"),
        (10, 10, 0, {}, "10 % used, 0.0 GB free (failed from 0 GB down)"),
        (10, 95, 50, {}, "10 % used, 50.0 GB free, 95 % of its files used (failed from 90 % on)"),
    ],
)
def test_the_limit_that_was_crossed_is_named(
    used: float, files: float, free: float, written: dict[str, t.Any], says: str
) -> None:
    assert disk.judge("disk /", used, files, int(free * GB), options_of("disk", **written)).measured == says


def test_a_limit_above_what_is_free_fails(tmp_path: Path) -> None:
    result = one("disk", HERE, paths=[str(tmp_path)], failed_free_gb=10**9)
    assert (result.verdict, result.name) == ("failed", f"disk {tmp_path}")
    assert "docker image prune" in result.advice


def test_a_path_that_is_not_there_fails() -> None:
    results = looked("disk", HERE, paths=["/", "/nowhere"])
    assert [result.name for result in results] == ["disk /", "disk /nowhere"]
    assert (results[1].verdict, "No such file" in results[1].measured) == ("failed", True)


# -- backup ------------------------------------------------------------------------------------------------------------


def status(hours: float = 3, **more: t.Any) -> dict[str, t.Any]:
    finished = (NOW - timedelta(hours=hours)).isoformat().replace("+00:00", "Z")
    run = {"finished_at": finished, "result": "ok"}
    return {"version": 1, "last_run": run, "last_success": {"finished_at": finished, "bytes": 100}, **more}


FAILED_RUN = {"last_run": {"finished_at": NOW.isoformat(), "result": "failed", "message": "repository is locked"}}


def size(now: int, before: int) -> dict[str, t.Any]:
    return {"last_success": {"finished_at": NOW.isoformat(), "bytes": now, "previous_bytes": before}}


@pytest.mark.parametrize(
    ("content", "verdict", "words"),
    [
        (status(), "ok", "3 hours old"),
        (status(26), "warning", "26 hours old"),
        (status(50), "failed", "50 hours old"),
        (status(200), "failed", "8 days old"),
        (status(**FAILED_RUN), "warning", "the last run failed (repository is locked)"),
        (status(60, **FAILED_RUN), "failed", "60 hours old, the last run failed"),
        ({"version": 1, **FAILED_RUN}, "failed", "ever succeeded (repository is locked)"),
        (status(**size(0, 100)), "failed", "it is empty"),
        (status(**size(49, 100)), "warning", "49 % of the size"),
        (status(**size(51, 100)), "ok", "0 hours"),
        (status(-2), "failed", "lies in the future"),
        ({"version": 2}, "failed", "not of version 1"),
        ({"version": 1, "last_success": "yesterday"}, "failed", "last_success is not an object"),
        ({"version": 1, "last_success": {"finished_at": "2026-11-26"}}, "failed", "no time with an offset"),
        ({"version": 1, "last_success": {"finished_at": "soon"}}, "failed", "no time with an offset"),
        ([], "failed", "no status of a backup"),
    ],
)
def test_a_backup(tmp_path: Path, content: t.Any, verdict: str, words: str) -> None:
    file = tmp_path / "backup.json"
    file.write_text(json.dumps(content))
    result = one("backup", HERE, status_file=str(file))
    assert (result.verdict, words in result.measured) == (verdict, True), result


def test_a_backup_that_was_never_made(tmp_path: Path) -> None:
    assert one("backup", HERE).verdict == "skipped"
    missing = one("backup", HERE, status_file=str(tmp_path / "no.json"))
    assert (missing.verdict, "no backup was ever made" in missing.measured) == ("failed", True)
    (tmp_path / "half.json").write_text('{"version": 1, "la')
    assert one("backup", HERE, status_file=str(tmp_path / "half.json")).verdict == "failed"
    assert one("backup", HERE, status_file=str(tmp_path)).verdict == "failed"


# -- consumer lag ------------------------------------------------------------------------------------------------------

RPK = """
GROUP        ingestion
COORDINATOR  0
STATE        Stable
BALANCER     range
MEMBERS      1
TOTAL-LAG    120

TOPIC                      PARTITION  CURRENT-OFFSET  LOG-START-OFFSET  LOG-END-OFFSET  LAG  MEMBER-ID
events_plugin_ingestion    0          1000            0                 1120            120  rdkafka-1

GROUP        clickhouse
COORDINATOR  0
STATE        Empty
BALANCER
MEMBERS      0
TOTAL-LAG    7
"""
KAFKA = """
Consumer group 'old' has no active members.

GROUP  TOPIC   PARTITION  CURRENT-OFFSET  LOG-END-OFFSET  LAG  CONSUMER-ID  HOST       CLIENT-ID
old    events  0          10              15              5    -            -          -
new    events  0          10              12              2    rdkafka-1    /10.0.0.2  rdkafka
new    events  1          10              13              3    rdkafka-1    /10.0.0.2  rdkafka
"""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("42\n", {"": (42, False)}),
        (RPK, {"ingestion": (120, False), "clickhouse": (7, True)}),
        (KAFKA, {"old": (5, True), "new": (5, False)}),
    ],
)
def test_lag_is_read_from_what_tools_print(text: str, found: dict[str, tuple[int, bool]]) -> None:
    assert lag_of(text) == found


def printing(text: str, code: int = 0) -> list[str]:
    return [sys.executable, "-c", f"print({text!r}); raise SystemExit({code})"]


@pytest.mark.parametrize(
    ("command", "verdict", "words"),
    [
        (printing("9999"), "ok", "9999 messages wait"),
        (printing("10000"), "warning", "10000 messages wait"),
        (printing("100000"), "failed", "100000 messages wait"),
        (printing("unreachable"), "failed", "neither a number"),
        (printing("no such group", 3), "failed", "ended with 3: no such group"),
        (["no-such-program"], "failed", "there is no no-such-program"),
        ([], "skipped", "no consumer_lag.command"),
    ],
)
def test_lag(command: list[str], verdict: str, words: str) -> None:
    result = one("consumer_lag", HERE, command=command)
    assert (result.verdict, words in result.measured) == (verdict, True), result


def test_each_group_has_its_verdict() -> None:
    stable, deserted = looked("consumer_lag", HERE, command=printing(RPK))
    assert (stable.name, stable.verdict) == ("consumer lag ingestion", "ok")
    assert (deserted.name, deserted.verdict) == ("consumer lag clickhouse", "failed")
    assert "nobody consumes" in deserted.measured


def test_a_command_that_hangs_is_left() -> None:
    hanging = [sys.executable, "-c", "import threading; threading.Event().wait()"]
    assert "was not done in 0.2 s" in one("consumer_lag", HERE, command=hanging, timeout=0.2).measured


def test_no_command_runs_in_check_mode(tmp_path: Path) -> None:
    touching = ["touch", str(tmp_path / "touched")]
    result = one("consumer_lag", context_at("http://127.0.0.1:9", may_write=False), command=touching)
    assert result.verdict == "skipped"
    assert not (tmp_path / "touched").exists()


# -- containers --------------------------------------------------------------------------------------------------------


def container(**more: t.Any) -> Container:
    common: dict[str, t.Any] = {
        "state": "running",
        "health": "",
        "exit_code": 0,
        "restarts": 0,
        "started": NOW - timedelta(days=2),
        "killed_for_memory": False,
        "lasting": True,
    }
    return Container(name="web", **{**common, **more})


JUST_NOW = {"started": NOW - timedelta(minutes=5)}


@pytest.mark.parametrize(
    ("one_container", "expected"),
    [
        (container(), []),
        (container(health="starting"), []),
        (container(health="unhealthy"), ["failed"]),
        (container(state="exited"), ["failed"]),
        (container(state="exited", lasting=False), []),
        (container(state="exited", lasting=False, exit_code=1), ["failed"]),
        (container(state="restarting", restarts=74), ["failed"]),
        (container(state="paused"), ["warning"]),
        # Last month's restarts are over.
        (container(restarts=74), []),
        (container(restarts=2, **JUST_NOW), []),
        (container(restarts=3, **JUST_NOW), ["warning"]),
        (container(restarts=74, **JUST_NOW), ["failed"]),
    ],
)
def test_what_is_wrong_with_a_container(one_container: Container, expected: list[str]) -> None:
    found = findings_of(one_container, NOW, options_of("containers"))
    assert [verdict for verdict, _ in found] == expected


def inspected(name: str, created: str, **more: t.Any) -> dict[str, t.Any]:
    """As `docker inspect` of Swarm's containers tells, as far as it is read."""
    state = {"Status": "running", "ExitCode": 0, "OOMKilled": False, "StartedAt": f"{created}.123456789Z"}
    labels = {"com.docker.swarm.task.name": name}
    return {
        "Name": f"/{name}",
        "Created": f"{created}.123456789Z",
        "RestartCount": 0,
        "State": {**state, **more},
        "HostConfig": {"RestartPolicy": {"Name": ""}},
        "Config": {"Labels": labels},
    }


def test_swarms_earlier_containers_are_its_restarts() -> None:
    made = [
        inspected("posthog_web.1.aaa", "2026-11-20T10:00:00", Status="exited", ExitCode=1),
        inspected("posthog_web.1.ccc", "2026-11-26T11:50:00"),
        inspected("posthog_web.1.bbb", "2026-11-26T11:40:00", Status="exited", ExitCode=1),
    ]
    [web] = containers_of(made, NOW, options_of("containers"))
    assert (web.name, web.state, web.restarts, web.lasting) == ("posthog_web.1", "running", 2, True)


def test_no_docker_is_no_verdict(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    result = one("containers", HERE, project="posthog")
    assert (result.verdict, result.measured) == ("skipped", "there is no Docker here")
    assert one("containers", HERE).verdict == "skipped"


def test_docker_that_does_not_run_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    docker = tmp_path / "docker"
    docker.write_text("#!/bin/sh\necho 'Cannot connect to the Docker daemon' >&2\nexit 1\n")
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    result = one("containers", HERE, project="posthog")
    assert (result.verdict, "Cannot connect" in result.measured) == ("failed", True)
