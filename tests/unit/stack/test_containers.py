"""Containers as Docker shows them, and what is said of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.rollout.posthog.plugins.filter.stack_table import stack_table
from ansible_collections.rollout.posthog.plugins.module_utils.moment import moment
from ansible_collections.rollout.posthog.plugins.module_utils.stack.containers import look
from ansible_collections.rollout.posthog.plugins.module_utils.stack.docker import DockerError

WANTED = {"web": {"image": "app@1"}, "db": {"image": "pg@1"}, "init": {"image": "pg@1", "once": True}}


def container(service: str, **change: Any) -> dict[str, Any]:
    labels = {"com.docker.compose.service": service, "com.docker.compose.config-hash": f"hash-{service}"}
    labels["com.docker.compose.oneoff"] = change.pop("oneoff", "False")
    state = {"Status": "running", "ExitCode": 0, "FinishedAt": "2026-11-26T10:00:00.5Z", **change.pop("state", {})}
    return {
        "Name": change.pop("name", f"/ph-{service}-1"),
        "Created": change.pop("created", "2026-11-26T09:00:00Z"),
        "Config": {"Image": change.pop("image", WANTED.get(service, {}).get("image", "")), "Labels": labels},
        "State": state,
        "RestartCount": change.pop("restarts", 0),
        "NetworkSettings": {"Ports": change.pop("ports", {})},
    }


DONE = {"Status": "exited", "ExitCode": 0}
MIGRATION = {"name": "/ph-migrate", "oneoff": "True", "state": DONE}
WELL = [container("web"), container("db"), container("init", state=DONE), container("web", **MIGRATION)]


class Docker:
    """Answers as the command line does."""

    def __init__(self, containers: list[dict[str, Any]], created: str = "2026-11-26T09:00:00Z") -> None:
        self.containers = containers
        self.created = created

    def __call__(self, command: list[str]) -> tuple[int, str, str]:
        line = " ".join(command)
        answers = {
            "docker compose": "".join(f"{name} hash-{name}\n" for name in WANTED),
            "docker ps": "\n".join(entry["Name"] for entry in self.containers),
            "docker inspect": json.dumps(self.containers),
            "docker volume ls": "ph_postgres-data\nph_other\n",
            "docker volume inspect": json.dumps([{"CreatedAt": self.created}]),
        }
        return 0, next(text for start, text in answers.items() if line.startswith(start)), ""


def seen(containers: list[dict[str, Any]], **docker: str) -> dict[str, Any]:
    return look(Docker(containers, **docker), "/opt/ph/current", "ph", WANTED, "ph-migrate").as_data()


def test_a_stack_that_is_well_has_nothing_to_tell() -> None:
    found = seen(WELL)
    assert (found["outdated"], found["problems"], found["strangers"], found["migrated"]) == ([], [], [], True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"state": {"Status": "restarting", "ExitCode": 3}},
            "web: restarts again and again, the last time with exit code 3",
        ),
        ({"state": {"Status": "exited", "ExitCode": 0}}, "web: is exited, exit code 0"),
        (
            {"state": {"Status": "exited", "ExitCode": 137, "OOMKilled": True}},
            "web: was killed because its memory limit",
        ),
        (
            {"state": {"Health": {"Status": "unhealthy", "Log": [{"Output": '{"cache":\n false}'}]}}},
            'web: is unhealthy: {"cache": false}',
        ),
        ({"state": {"Health": {"Status": "starting", "Log": []}}}, "web: is starting: the check says nothing"),
        ({"state": {"Status": "created", "ExitCode": 128, "Error": "no such file"}}, "exit code 128: no such file"),
    ],
)
def test_what_is_wrong_is_told_and_has_to_be_made_anew(change: dict[str, Any], said: str) -> None:
    found = seen([container("web", **change), *WELL[1:]])
    assert found["outdated"] == ["web"]
    assert said in found["problems"][0]


def test_another_configuration_is_outdated() -> None:
    other = container("web")
    other["Config"]["Labels"]["com.docker.compose.config-hash"] = "other"
    assert seen([other, *WELL[1:]])["outdated"] == ["web"]


def test_a_missing_service_is_outdated_and_one_too_many_is_a_stranger() -> None:
    found = seen([*WELL[1:], container("mailer")])
    assert found["outdated"] == ["web"]
    assert found["strangers"] == ["mailer"]


def test_a_job_that_failed_is_outdated() -> None:
    failed = container("init", state={"Status": "exited", "ExitCode": 1})
    assert seen([*WELL[:2], failed, WELL[3]])["outdated"] == ["init"]


@pytest.mark.parametrize(
    "change",
    [
        {"state": {"Status": "exited", "ExitCode": 1}},
        {"state": {"Status": "running"}},
        {"image": "app@0"},
        # The volume is younger: somebody has removed the data since.
        {"state": {**DONE, "FinishedAt": "2026-11-26T08:59:59Z"}},
    ],
    ids=["failed", "running", "older image", "older than the volume"],
)
def test_a_migration_counts_only_when_it_ended_well_with_this_image_on_these_volumes(change: dict[str, Any]) -> None:
    assert seen([*WELL[:3], container("web", **{**MIGRATION, **change})])["migrated"] is False


def test_a_migration_that_runs_is_the_first_thing_to_know() -> None:
    state = {"Status": "running", "StartedAt": "2026-11-26T09:00:00.123456789Z"}
    found = seen([*WELL[1:3], container("web", **{**MIGRATION, "state": state})])
    image = MIGRATION.get("image", "app@1")
    assert found["problems"][0].startswith(f"a migration runs since 2026-11-26T09:00:00Z, of {image}. Start nothing")
    assert "web: has no container" in found["problems"]


def test_without_a_migration_nothing_is_migrated() -> None:
    assert seen(WELL[:3])["migrated"] is False


def test_times_are_compared_across_zones() -> None:
    assert moment("2026-11-26T21:00:00+02:00") == moment("2026-11-26T19:00:00.999999999Z")


def test_what_docker_says_is_passed_on() -> None:
    with pytest.raises(DockerError, match=r"docker compose --project-directory failed: no such file"):
        look(lambda command: (1, "", "no such file\n"), "/opt/ph", "ph", WANTED, "m")


def test_the_table_is_in_columns_with_problems_below() -> None:
    digest = "app:" + "c" * 40 + "@sha256:" + "d" * 64
    rows = seen(
        [
            container(
                "web", image=digest, ports={"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8010"}], "81/tcp": None}
            )
        ]
    )
    head, web, *rest = stack_table(rows["services"])
    assert head.split() == ["service", "image", "state", "health", "restarts", "ports"]
    assert web.split() == ["web", f"app:{'c' * 12}@sha256:{'d' * 12}", "running", "0", "127.0.0.1:8010->80/tcp"]
    assert rest[-2:] == ["db has no container", "init has no container"]
