"""Containers as a real Docker tells of them."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import tarfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from support.task import run_module

APART = {"enabled": False}
OTHERS = ("readiness", "event", "flags", "remote_config", "workers", "consumer_lag", "disk", "certificate", "backup")
SHELL = "/bin/sh"
#: Ends when its input does, which Docker holds open.
LASTING = "read line"


def docker(*words: str, content: bytes | None = None) -> str:
    return subprocess.run(["docker", *words], input=content, capture_output=True, check=True).stdout.decode().strip()


def image_content() -> bytes:
    """A shell and what it is linked with, from this machine."""
    linked = subprocess.run(["ldd", SHELL], capture_output=True, text=True, check=True).stdout
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", dereference=True) as archive:
        for path in {SHELL, *re.findall(r"(/\S+)", linked)}:
            archive.add(path)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def image() -> Iterator[str]:
    answer = subprocess.run(["docker", "version"], capture_output=True, text=True, check=False)
    if answer.returncode:
        pytest.skip(f"no Docker answers here: {answer.stderr.strip() or answer.stdout.strip()}")
    name = f"rollout-test/shell:{uuid.uuid4().hex[:12]}"
    docker("import", "-", name, content=image_content())
    yield name
    docker("image", "rm", "--force", name)


@pytest.fixture
def start(image: str) -> Iterator[Callable[..., str]]:
    """Starts a container of a project of its own; all of them go in the end."""
    project = uuid.uuid4().hex

    def begin(script: str, *options: str) -> str:
        label = f"com.docker.compose.project={project}"
        docker("run", "--detach", "--interactive", "--label", label, *options, image, SHELL, "-c", script)
        return project

    yield begin
    found = docker("ps", "--all", "--quiet", "--filter", f"label=com.docker.compose.project={project}").split()
    if found:
        docker("rm", "--force", *found)


def checked(project: str, **options: Any) -> dict[str, Any]:
    """The only result."""
    checks = {**dict.fromkeys(OTHERS, APART), "containers": {"project": project, **options}}
    answer, text = run_module("health", {"host": "http://127.0.0.1:9", **checks})
    assert not answer.get("failed"), text
    [result] = [entry for entry in answer["document"]["results"] if entry["name"] == "containers"]
    return dict(result)


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it never came about"
        time.sleep(0.1)


def state(project: str) -> list[dict[str, Any]]:
    names = docker("ps", "--all", "--quiet", "--filter", f"label=com.docker.compose.project={project}").split()
    return list(json.loads(docker("inspect", *names)))


def test_what_runs_or_is_done_is_well(start: Callable[..., str]) -> None:
    project = start(LASTING)
    start("exit 0")
    until(lambda: any(entry["State"]["Status"] == "exited" for entry in state(project)))
    result = checked(project)
    assert (result["verdict"], result["measured"]) == ("ok", "2 as they should be")


def test_one_that_starts_again_and_again_fails(start: Callable[..., str]) -> None:
    project = start("exit 3", "--restart", "always")
    # Docker pauses longer each time: now for seconds.
    until(lambda: state(project)[0]["RestartCount"] >= 5)
    until(lambda: state(project)[0]["State"]["Status"] == "restarting")
    result = checked(project)
    assert result["verdict"] == "failed"
    assert re.search(r"is restarting \(3\), restarted \d+ times", result["measured"])
    assert sum(result["facts"]["restarts"].values()) >= 2


def test_one_that_came_up_after_many_restarts_is_told_of(start: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "try").mkdir()
    # What is started again has no open input to wait for, but nobody ever writes here.
    os.mkfifo(tmp_path / "try/never")
    # Fails until there are three files.
    script = "cd /try; if [ -e c ]; then read line < never; fi; [ -e b ] && : >c; [ -e a ] && : >b; : >a; exit 1"
    project = start(script, "--restart", "always", "--volume", f"{tmp_path / 'try'}:/try")
    # Docker counts a restart before it has made it.
    until(lambda: (tmp_path / "try/c").exists() and checked(project)["verdict"] == "warning")
    result = checked(project)
    assert result["verdict"] == "warning", result["measured"]
    assert "was restarted 3 times" in result["measured"]
    assert checked(project, recent_minutes=0)["verdict"] == "ok"


def test_one_that_says_it_is_unhealthy_fails(start: Callable[..., str]) -> None:
    project = start(LASTING, "--health-cmd", "exit 1", "--health-interval", "1s", "--health-retries", "1")
    until(lambda: state(project)[0]["State"]["Health"]["Status"] == "unhealthy")
    assert "is unhealthy" in checked(project)["measured"]


def test_one_that_failed_or_was_stopped_fails(start: Callable[..., str]) -> None:
    project = start("exit 2")
    until(lambda: state(project)[0]["State"]["Status"] == "exited")
    assert "is exited (2)" in checked(project)["measured"]


def test_a_stack_that_is_not_there_fails(image: str) -> None:
    assert "there is none of the project nobody" in checked("nobody")["measured"]
