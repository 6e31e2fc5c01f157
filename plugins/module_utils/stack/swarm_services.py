# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The services of a stack on a swarm, as they run, beside what they should be. Any manager can be asked.

To Swarm a task runs once its health check passes, so there is no health of its own here.
"""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

from ..docker_labels import NAMESPACE
from ..errors import RolloutError
from . import containers
from .containers import Service, Stack, Wanted
from .docker import DockerError, Run, ask, ask_json
from .swarm import SUM

Data = dict[str, t.Any]

FILE = "stack.json"
# States of an update that went wrong. Source: api/types/swarm/service.go of moby.
UNDONE = ("paused", "rollback_started", "rollback_paused", "rollback_completed")


def read_file(directory: str) -> Data:
    """The stack file that the role has written. Raises RolloutError."""
    path = Path(directory, FILE)
    try:
        return dict(json.loads(path.read_text()))
    except OSError as problem:
        raise RolloutError(f"cannot read {path}: {problem.strerror}") from problem


def look(run: Run, directory: str, project: str, wanted: Wanted, migration: str) -> Stack:
    """`wanted` and `migration` as containers.look has them. Raises RolloutError."""
    declared = read_file(directory)["services"]
    running = services_of(run, project)
    rows = describe_all(run, declared, running, project, wanted)
    inspected = inspected_migration(run, migration)
    # On the node that migrates by its container; elsewhere by the application, which is deployed after that only.
    migrated = (
        containers.has_migrated(run, inspected, project, wanted, migration) if inspected else serves(running, wanted)
    )
    strangers = sorted(set(running) - set(declared))
    return Stack(rows, strangers, migrated, *containers.migrating(inspected, migration))


def describe_all(
    run: Run, declared: t.Mapping[str, Data], running: t.Mapping[str, Data], project: str, wanted: Wanted
) -> list[Service]:
    tasks = tasks_of(run, project)
    return [
        describe(name, declared[name], running.get(name), tasks)
        if name in declared
        else once(name, str(entry.get("image", "")))
        for name, entry in wanted.items()
    ]


def services_of(run: Run, project: str) -> dict[str, Data]:
    """name in the stack -> the service as the engine has it."""
    listed = ask(run, ["docker", "service", "ls", "--quiet", "--filter", f"label={NAMESPACE}={project}"]).split()
    found = ask_json(run, ["docker", "service", "inspect", *listed]) if listed else []
    return {one["Spec"]["Name"].removeprefix(f"{project}_"): one for one in found}


def tasks_of(run: Run, project: str) -> list[Data]:
    """The newest first, also those that have ended, of which Docker keeps a few."""
    code, out, _err = run(["docker", "stack", "ps", "--quiet", "--no-trunc", project])
    if code or not out.split():  # a stack without tasks is an error to Docker
        return []
    code, out, err = run(["docker", "inspect", "--type", "task", *out.split()])
    # A task may go between the two questions; Docker tells the others all the same.
    if code and not all("not found" in line for line in err.splitlines()):
        raise DockerError(f"docker inspect --type task failed: {err.strip()}")
    found = json.loads(out or "[]")
    return sorted(found, key=lambda task: str(task["CreatedAt"]), reverse=True)


def once(name: str, image: str) -> Service:
    """What ends when it is done is no service of a swarm; the role runs it before each migration."""
    return Service(name, image, state="runs by itself", current=True)


def describe(name: str, declared: Data, service: t.Optional[Data], all_tasks: t.Iterable[Data]) -> Service:
    if service is None:
        return Service(name, "", problem="is not deployed")
    spec, wanted = service["Spec"], declared["labels"][SUM]
    tasks = [task for task in all_tasks if task["ServiceID"] == service["ID"]]
    count = spec["Mode"]["Replicated"]["Replicas"]
    up = [task for task in tasks if task["DesiredState"] == "running" and task["Status"]["State"] == "running"]
    row = Service(
        name,
        spec["TaskTemplate"]["ContainerSpec"]["Image"],
        state=f"{len(up)} of {count} running",
        restarts=sum(task["Status"]["State"] in ("failed", "rejected") for task in tasks),
        ports=", ".join(ports(service)),
    )
    fresh = sum(label_of(task["Spec"]) == wanted for task in up)
    same = label_of(spec["TaskTemplate"]) == wanted and count == declared["deploy"]["replicas"]
    update = (service.get("UpdateStatus") or {}).get("State", "")
    row.current = same and fresh == len(up) == count and update != "updating"
    row.problem = "" if row.current else complaint(same, update, tasks)
    return row


def label_of(spec: Data) -> str:
    return str((spec["ContainerSpec"].get("Labels") or {}).get(SUM, ""))


def ports(service: Data) -> list[str]:
    found = service.get("Endpoint", {}).get("Ports", [])
    return [f"{one['PublishedPort']}->{one['TargetPort']}/{one['Protocol']}" for one in found if "PublishedPort" in one]


def complaint(same: bool, update: str, tasks: list[Data]) -> str:
    """What is wrong, with what the last container that failed has said of it."""
    said = next((f": {task['Status']['Err']}" for task in tasks if task["Status"].get("Err")), "")
    if update in UNDONE:
        return ("Swarm has gone back to what ran before" if update == "rollback_completed" else f"is {update}") + said
    if not same:
        return "is of another configuration"
    waits = next((task["Status"]["State"] for task in tasks if task["DesiredState"] in ("running", "ready")), "no task")
    return f"is not up ({waits}){said}"


def inspected_migration(run: Run, migration: str) -> list[Data]:
    """The container that migrates or has migrated, on this node; none elsewhere."""
    names = ask(run, ["docker", "ps", "--all", "--quiet", "--filter", f"name=^{migration}$"]).split()
    return list(ask_json(run, ["docker", "inspect", "--type", "container", *names])) if names else []


def serves(running: t.Mapping[str, Data], wanted: Wanted) -> bool:
    """Whether the application that is wanted was deployed."""
    web = running.get("web", {}).get("Spec", {}).get("TaskTemplate", {}).get("ContainerSpec", {})
    return bool(web) and web["Image"] == wanted.get("web", {}).get("image")
