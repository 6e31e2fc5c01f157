# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The services of a stack as they run, beside what they should be."""

from __future__ import annotations

import typing as t
from dataclasses import asdict, dataclass

from ..docker_labels import HASH, ONE_OFF, SERVICE
from ..moment import moment
from .docker import Run, ask, ask_json
from .host import label

# What a migration changes: service -> volume
DATABASES = {"db": "postgres-data", "clickhouse": "clickhouse-data"}

# service -> image, and whether it runs only once
Wanted = t.Mapping[str, t.Mapping[str, t.Any]]


@dataclass
class Service:
    """One row of the status: what a person asks first."""

    name: str
    image: str
    state: str = "missing"
    health: str = ""
    restarts: int = 0
    ports: str = ""
    # Whether the container is of the wanted image and configuration
    current: bool = False
    problem: str = ""


@dataclass
class Stack:
    services: list[Service]
    # Services that run and are not wanted
    strangers: list[str]
    # Whether the migration of this release has been carried through on these volumes
    migrated: bool
    # The image of a migration that runs, and since when; empty if none does
    migrating: str = ""
    migrating_since: str = ""

    def as_data(self) -> dict[str, t.Any]:
        outdated = [entry.name for entry in self.services if not entry.current]
        wrong = [f"{entry.name}: {entry.problem}" for entry in self.services if entry.problem]
        if self.migrating:
            runs = f"a migration runs since {self.migrating_since}, of {self.migrating}"
            wrong.insert(0, f"{runs}. Start nothing by hand; the play, run again, follows it")
        return {**asdict(self), "outdated": outdated, "problems": wrong}


def look(run: Run, directory: str, project: str, wanted: Wanted, migration: str) -> Stack:
    """`migration` is the name of the container that migrates. Raises DockerError."""
    hashes = config_hashes(ask(run, ["docker", "compose", "--project-directory", directory, "config", "--hash", "*"]))
    names = ask(run, ["docker", "ps", "--all", "--quiet", "--filter", label(project)]).split()
    inspected = ask_json(run, ["docker", "inspect", "--type", "container", *names]) if names else []
    running = by_service(inspected)
    services = [
        describe(name, running.get(name), hashes.get(name, ""), bool(entry.get("once")))
        for name, entry in wanted.items()
    ]
    strangers = sorted(set(running) - set(wanted))
    migrated = has_migrated(run, inspected, project, wanted, migration)
    return Stack(services, strangers, migrated, *migrating(inspected, migration))


def config_hashes(text: str) -> dict[str, str]:
    """`docker compose config --hash '*'`: name and checksum, a line each."""
    return dict(line.split() for line in text.splitlines() if line.strip())


def by_service(inspected: t.Iterable[dict[str, t.Any]]) -> dict[str, dict[str, t.Any]]:
    """The newest container of each service; those of `docker compose run` are none."""
    found: dict[str, dict[str, t.Any]] = {}
    for container in sorted(inspected, key=lambda entry: str(entry["Created"])):
        labels = container["Config"]["Labels"]
        if labels.get(ONE_OFF) != "True":
            found[labels[SERVICE]] = container
    return found


def describe(name: str, container: dict[str, t.Any] | None, wanted_hash: str, once: bool) -> Service:
    if container is None:
        return Service(name, "", problem="has no container")
    state = container["State"]
    row = Service(
        name,
        container["Config"]["Image"],
        state=state["Status"],
        health=state.get("Health", {}).get("Status", ""),
        restarts=container["RestartCount"],
        ports=", ".join(bindings(container)),
    )
    same = container["Config"]["Labels"].get(HASH) == wanted_hash
    well = finished(state) if once else state["Status"] == "running"
    row.current = same and well and row.health in ("", "healthy")
    row.problem = complaint(state, once, same)
    return row


def finished(state: dict[str, t.Any]) -> bool:
    return bool(state["Status"] == "exited" and state["ExitCode"] == 0)


def complaint(state: dict[str, t.Any], once: bool, same: bool) -> str:
    """What is wrong, or nothing."""
    status = state["Status"]
    if state.get("OOMKilled"):
        return "was killed because its memory limit was reached; raise it in stack_memory"
    if once and finished(state):
        return "" if same else "is of another configuration"
    if status == "restarting":
        return f"restarts again and again, the last time with exit code {state['ExitCode']}"
    if status != "running":
        return f"is {status}, exit code {state['ExitCode']}" + (f": {state['Error']}" if state.get("Error") else "")
    health = state.get("Health", {})
    if health.get("Status", "healthy") != "healthy":
        return f"is {health['Status']}: {last_answer(health)}"
    return "" if same else "is of another configuration"


def last_answer(health: dict[str, t.Any]) -> str:
    """What the last health check said, in one line."""
    log = health.get("Log") or [{}]
    said = " ".join(str(log[-1].get("Output", "")).split())
    return said[-300:] or "the check says nothing"


def bindings(container: dict[str, t.Any]) -> list[str]:
    """`127.0.0.1:8010->80/tcp`, each once."""
    ports = container["NetworkSettings"].get("Ports") or {}
    found = [
        f"{entry['HostIp']}:{entry['HostPort']}->{inside}"
        for inside, entries in ports.items()
        for entry in entries or []
    ]
    return sorted(set(found))


def last_migration(inspected: t.Iterable[dict[str, t.Any]], migration: str) -> dict[str, t.Any] | None:
    return next((entry for entry in inspected if entry["Name"].lstrip("/") == migration), None)


def migrating(inspected: t.Iterable[dict[str, t.Any]], migration: str) -> tuple[str, str]:
    """The image of the migration that runs, and since when; nothing where none does."""
    last = last_migration(inspected, migration)
    if last is None or last["State"]["Status"] not in ("running", "paused", "restarting"):
        return "", ""
    return last["Config"]["Image"], f"{last['State'].get('StartedAt', '')[:19]}Z"


def has_migrated(
    run: Run, inspected: t.Iterable[dict[str, t.Any]], project: str, wanted: Wanted, migration: str
) -> bool:
    """Whether the last migration ended well, with the image that is wanted, on the volumes that are there now."""
    last = last_migration(inspected, migration)
    image = wanted.get("web", {}).get("image")
    if last is None or not finished(last["State"]) or last["Config"]["Image"] != image:
        return False
    ended = moment(last["State"]["FinishedAt"])
    volumes = [f"{project}_{volume}" for service, volume in DATABASES.items() if service in wanted]
    listed = ask(run, ["docker", "volume", "ls", "--quiet"]).split()
    if not set(volumes) <= set(listed):
        return False
    created = (
        [entry["CreatedAt"] for entry in ask_json(run, ["docker", "volume", "inspect", *volumes])] if volumes else []
    )
    return all(moment(entry) <= ended for entry in created)
