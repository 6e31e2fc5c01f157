# SPDX-License-Identifier: GPL-3.0-or-later
"""The services of a stack, by Compose on this host or by Swarm on many, as the engine here knows them."""

from __future__ import annotations

import time
import typing as t

from ..docker_labels import NAMESPACE, PROJECT, SERVICE
from ..errors import RolloutError
from . import process

PATIENCE = 180.0  # seconds; a container has ten to end by itself
PAUSE = 1.0


def images(project: str) -> dict[str, str]:
    """service -> image. Raises RolloutError."""
    return dict([*of_compose(project, "{{.Image}}"), *of_swarm(project, "{{.Image}}")])


def running(project: str) -> list[str]:
    """The names of those that run, on whichever node. Raises RolloutError."""
    return sorted({*(name for name, _id in of_compose(project, "{{.ID}}")), *awake(project)})


def awake(project: str) -> set[str]:
    """Those of Swarm that have a container, be it one that is about to go. Raises RolloutError."""
    return {name for name, replicas in of_swarm(project, "{{.Replicas}}") if not replicas.startswith("0/")}


def stop(project: str, services: t.Collection[str]) -> None:
    """They stay stopped until somebody starts them. Raises RolloutError."""
    here = [container for name, container in of_compose(project, "{{.ID}}") if name in services]
    if here:
        process.run(["docker", "stop", *here])
    # A container of Swarm's that is stopped is made anew at once.
    there = [name for name, _id in of_swarm(project, "{{.ID}}") if name in services]
    if there:
        process.run(["docker", "service", "scale", "--detach", *(f"{project}_{name}=0" for name in there)])
        until_gone(project, there)


def until_gone(project: str, services: t.Collection[str]) -> None:
    """Docker itself waits for those that come, not for those that go. Raises RolloutError when they do not."""
    end = time.monotonic() + PATIENCE
    while left := sorted(awake(project) & {*services}):
        if time.monotonic() > end:
            raise RolloutError(f"{', '.join(left)} of {project} still run {PATIENCE:g} s after they were told to stop")
        time.sleep(PAUSE)  # between two looks at the condition


Pairs = list[tuple[str, str]]


def of_compose(project: str, field: str) -> Pairs:
    """A service, as often as it has containers here, and a field of each. Raises RolloutError."""
    filters = ["--filter", f"label={PROJECT}={project}"]
    said = process.run(["docker", "ps", *filters, "--format", f'{{{{.Label "{SERVICE}"}}}} {field}'])
    return [pair(line) for line in said.splitlines() if not line.startswith(" ")]


def of_swarm(project: str, field: str) -> Pairs:
    """Its services on all nodes; nothing on a host that manages none. Raises RolloutError."""
    if not manages():
        return []
    filters = ["--filter", f"label={NAMESPACE}={project}"]
    said = process.run(["docker", "service", "ls", *filters, "--format", f"{{{{.Name}}}} {field}"])
    return [pair(line[len(project) + 1 :]) for line in said.splitlines()]


def pair(line: str) -> tuple[str, str]:
    name, _space, value = line.partition(" ")
    return name, value


def manages() -> bool:
    """Whether this host is a manager of a swarm. Raises RolloutError."""
    return process.run(["docker", "info", "--format", "{{.Swarm.ControlAvailable}}"]).strip() == "true"


def node_of(project: str, service: str) -> str:
    """The host of a swarm where it runs; nothing where that cannot be known here. Raises RolloutError."""
    if service not in dict(of_swarm(project, "{{.ID}}")):
        return ""
    wanted = ["--filter", "desired-state=running", "--format", "{{.Node}}"]
    return " and ".join(process.run(["docker", "service", "ps", *wanted, f"{project}_{service}"]).split())
