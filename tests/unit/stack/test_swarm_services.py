"""What Swarm says of services, beside what the stack file says. The answers have the shapes of a real engine's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rollout.posthog.plugins.module_utils.errors import RolloutError
from ansible_collections.rollout.posthog.plugins.module_utils.stack import deploy, swarm_services
from ansible_collections.rollout.posthog.plugins.module_utils.stack.swarm import SUM

Data = dict[str, Any]
DECLARED: Data = {"labels": {SUM: "new"}, "deploy": {"replicas": 2}}


def service(label: str = "new", replicas: int = 2, **more: Any) -> Data:
    container = {"Image": "capture@sha256:1", "Labels": {SUM: label}}
    spec = {
        "Name": "ph_capture",
        "Mode": {"Replicated": {"Replicas": replicas}},
        "TaskTemplate": {"ContainerSpec": container},
    }
    ports = [{"PublishedPort": 8010, "TargetPort": 80, "Protocol": "tcp"}]
    return {"ID": "s1", "Spec": spec, "Endpoint": {"Ports": ports}, **more}


def task(state: str = "running", label: str = "new", desired: str = "running", error: str = "") -> Data:
    return {
        "ServiceID": "s1",
        "DesiredState": desired,
        "Status": {"State": state, "Err": error},
        "Spec": {"ContainerSpec": {"Labels": {SUM: label}}},
        "CreatedAt": "2026-11-26T20:00:00Z",
    }


def row(service: Data | None, *tasks: Data) -> Any:
    return swarm_services.describe("capture", DECLARED, service, tasks)


def test_all_containers_of_the_new_configuration_run() -> None:
    found = row(service(), task(), task())
    assert (found.current, found.problem, found.state, found.ports) == (True, "", "2 of 2 running", "8010->80/tcp")


def test_containers_of_the_old_configuration_do_not_count() -> None:
    """Right after a deployment the old ones still run, and Swarm has not yet said that it updates."""
    assert row(service(), task(label="old"), task(label="old")).current is False
    assert row(service(UpdateStatus={"State": "updating"}), task(), task()).current is False


@pytest.mark.parametrize(
    ("found", "tasks", "says"),
    [
        (None, [], "is not deployed"),
        (service("old"), [task(label="old")] * 2, "is of another configuration"),
        (service(replicas=1), [task()], "is of another configuration"),
        (service(), [task("pending", error="no suitable node")], "is not up (pending): no suitable node"),
        (service(), [], "is not up (no task)"),
        (
            service("old", UpdateStatus={"State": "rollback_completed"}),
            [task("failed", desired="shutdown", error="task: non-zero exit (1)"), task(label="old")],
            "Swarm has gone back to what ran before: task: non-zero exit (1)",
        ),
        (service(UpdateStatus={"State": "paused"}), [task("failed", desired="shutdown")], "is paused"),
    ],
)
def test_what_is_wrong_is_said(found: Data | None, tasks: list[Data], says: str) -> None:
    assert row(found, *tasks).problem == says


def test_a_stack_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RolloutError, match=r"cannot read .*stack\.json: No such file"):
        swarm_services.read_file(str(tmp_path))


def test_a_part_of_the_file_has_the_configs_of_its_services_only() -> None:
    whole = {
        "services": {"a": {"configs": [{"source": "one"}]}, "b": {"configs": [{"source": "two"}]}},
        "configs": {"one": {"file": "/1"}, "two": {"file": "/2"}},
        "networks": {},
    }
    assert deploy.part(whole, ["a"]) == {
        "services": {"a": {"configs": [{"source": "one"}]}},
        "configs": {"one": {"file": "/1"}},
        "networks": {},
    }


def test_the_file_reaches_docker_by_standard_input(tmp_path: Path) -> None:
    (tmp_path / "stack.json").write_text(json.dumps({"services": {"capture": {**DECLARED, "secret": "s3cret"}}}))
    asked: list[tuple[list[str], str | None]] = []

    def run(command: list[str], data: str | None = None) -> tuple[int, str, str]:
        asked.append((command, data))
        if command[1:3] == ["service", "ls"]:
            return 0, "s1\n", ""
        if command[1:3] == ["service", "inspect"]:
            return 0, json.dumps([service()]), ""
        if command[1:3] == ["stack", "ps"]:
            return 0, "t1\nt2\n", ""
        return 0, json.dumps([task(), task()]) if command[1] == "inspect" else "", ""

    [found] = deploy.deploy(run, str(tmp_path), "ph", ["capture"], 1)
    assert found.current
    assert "s3cret" in str(asked[0][1])
    assert "s3cret" not in str([command for command, _data in asked])


def test_a_rollback_ends_the_waiting_at_once() -> None:
    back = row(service("old", UpdateStatus={"State": "rollback_completed"}))
    with pytest.raises(RolloutError, match="capture: Swarm has gone back"):
        deploy.follow(lambda: [back], 3600)


def test_waiting_ends_with_what_is_late() -> None:
    with pytest.raises(RolloutError, match="capture: is not up"):
        deploy.follow(lambda: [row(service())], 0)


def test_a_task_that_goes_between_two_questions_is_no_failure() -> None:
    answers = [(0, "t1\nt2\n", ""), (1, json.dumps([task()]), "Error response from daemon: task t2 not found\n")]
    assert len(swarm_services.tasks_of(lambda _command: answers.pop(0), "ph")) == 1
    answers = [(0, "t1\n", ""), (1, "", "permission denied\n")]
    with pytest.raises(RolloutError, match="permission denied"):
        swarm_services.tasks_of(lambda _command: answers.pop(0), "ph")
