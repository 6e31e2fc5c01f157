# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the containers of a stack run, are healthy, and stay up: a worker restarts behind a green site."""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..docker_labels import NAMESPACE, ONE_OFF, PROJECT, SWARM_TASK
from ..errors import RolloutError
from .command import Missing, run
from .context import Context
from .result import FAILED, OK, WARNING, Result, at_least, failed, skipped, worst
from .settings import Options

OPTIONS = {
    "project": {"type": "str"},
    "warning_restarts": {"type": "int", "default": 3},
    "failed_restarts": {"type": "int", "default": 10},
    "recent_minutes": {"type": "float", "default": 60.0},
    "timeout": {"type": "float", "default": 30.0},
}
NAME = "containers"


@dataclass(frozen=True)
class Container:
    """What counts of one, of those that Swarm has made in its place before, the newest."""

    name: str
    state: str
    health: str
    exit_code: int
    restarts: int
    started: datetime | None
    killed_for_memory: bool
    #: Whether Docker, or Swarm, is to keep it up.
    lasting: bool


def look(context: Context, options: Options) -> list[Result]:
    if not options["project"]:
        return [skipped(NAME, "no containers.project is named")]
    try:
        inspected = inspect(options["project"], options["timeout"])
    except Missing:
        return [skipped(NAME, "there is no Docker here")]
    except RolloutError as problem:
        return [failed(NAME, str(problem), "See whether Docker runs (systemctl status docker), and who may ask it.")]
    if not inspected:
        named = options["project"]
        return [failed(NAME, f"there is none of the project {named}", "Mend containers.project, or start the stack.")]
    return [judge(containers_of(inspected, context.now, options), context.now, options)]


def inspect(project: str, timeout: float) -> list[dict[str, t.Any]]:
    """What Docker knows of all containers of a Compose project or Swarm stack. Raises RolloutError."""
    names: list[str] = []
    for label in (PROJECT, NAMESPACE):
        listed = ["docker", "ps", "--all", "--quiet", "--no-trunc", "--filter", f"label={label}={project}"]
        names += run(listed, timeout).split()
    if not names:
        return []
    found: list[dict[str, t.Any]] = json.loads(run(["docker", "inspect", "--type", "container", *names], timeout))
    return found


def containers_of(inspected: t.Iterable[dict[str, t.Any]], now: datetime, options: Options) -> list[Container]:
    """One for each name, sorted; containers of `docker compose run` are none of the stack's."""
    newest: dict[str, dict[str, t.Any]] = {}
    replaced: dict[str, int] = {}
    since = now - timedelta(minutes=options["recent_minutes"])
    for entry in sorted(inspected, key=lambda entry: str(entry["Created"])):
        labels = entry["Config"].get("Labels") or {}
        if labels.get(ONE_OFF) == "True":
            continue
        # Swarm makes a new container at each restart: web.1.<id of the task>.
        name = labels[SWARM_TASK].rpartition(".")[0] if SWARM_TASK in labels else str(entry["Name"]).lstrip("/")
        if name in newest:
            created = moment(entry["Created"])
            replaced[name] = replaced.get(name, 0) + (created is not None and created >= since)
        newest[name] = entry
    return [read(name, entry, replaced.get(name, 0)) for name, entry in sorted(newest.items())]


def read(name: str, entry: dict[str, t.Any], replaced: int) -> Container:
    state = entry["State"]
    policy = (entry["HostConfig"].get("RestartPolicy") or {}).get("Name") or "no"
    return Container(
        name=name,
        state=str(state["Status"]),
        health=str((state.get("Health") or {}).get("Status") or ""),
        exit_code=int(state.get("ExitCode") or 0),
        restarts=int(entry.get("RestartCount") or 0) + replaced,
        started=moment(state.get("StartedAt")),
        killed_for_memory=bool(state.get("OOMKilled")),
        lasting=policy in ("always", "unless-stopped") or SWARM_TASK in (entry["Config"].get("Labels") or {}),
    )


def moment(text: t.Any) -> datetime | None:
    """A time of Docker's, which has nine digits of a second where Python takes six; None for never."""
    whole = str(text or "")[:19]
    return datetime.fromisoformat(f"{whole}+00:00") if len(whole) == 19 and not whole.startswith("0001") else None


def judge(containers: t.Sequence[Container], now: datetime, options: Options) -> Result:
    findings = [finding for one in containers for finding in findings_of(one, now, options)]
    facts = {
        "containers": len(containers),
        "restarts": {one.name: one.restarts for one in containers if one.restarts},
    }
    if not findings:
        return Result(NAME, OK, f"{len(containers)} as they should be", facts=facts)
    verdict = worst(verdict for verdict, _text in findings)
    measured = "; ".join(text for _verdict, text in findings)
    return Result(NAME, verdict, measured, "See docker logs of these containers.", facts)


def findings_of(one: Container, now: datetime, options: Options) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if one.state == "restarting" or (one.state in ("exited", "dead") and (one.lasting or one.exit_code)):
        memory = ", killed for its memory" if one.killed_for_memory else ""
        found.append((FAILED, f"{one.name} is {one.state} ({one.exit_code}{memory}), restarted {one.restarts} times"))
    elif one.state in ("created", "paused", "removing"):
        found.append((WARNING, f"{one.name} is {one.state}"))
    elif one.health == "unhealthy":
        found.append((FAILED, f"{one.name} is unhealthy"))
    # Docker counts since a container was made: what it did last month is of no concern.
    recent = one.started is not None and now - one.started < timedelta(minutes=options["recent_minutes"])
    if not found and recent:
        verdict = at_least(one.restarts, options["warning_restarts"], options["failed_restarts"])
        if verdict != OK:
            found.append((verdict, f"{one.name} was restarted {one.restarts} times, last at {one.started:%H:%M} UTC"))
    return found
