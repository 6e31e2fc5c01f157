# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the programs of a store run: in its container, or on this host for a store that is elsewhere."""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass, field

from ..docker_labels import PROJECT, SERVICE, SWARM_SERVICE
from ..errors import RolloutError
from . import process
from .services import node_of

#: Labels of a container's project and service: Compose's, and Swarm's, which puts both into one.
COMPOSE = PROJECT + "={project}", SERVICE + "={service}"
SWARM = (SWARM_SERVICE + "={project}_{service}",)


@dataclass(frozen=True)
class Place:
    """`container` is empty for this host."""

    container: str = ""
    environment: t.Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Place({self.container!r})"

    def command(self, *words: str) -> list[str]:
        """For process: with `environment` beside it. Only names of variables are in it."""
        if not self.container:
            return list(words)
        names = [word for name in self.environment for word in ("--env", name)]
        return ["docker", "exec", "--interactive", *names, self.container, *words]

    def run(self, *words: str, given: bytes = b"") -> str:
        """Raises RolloutError."""
        return process.run(self.command(*words), self.environment, given)

    def reading(self, *words: str) -> t.ContextManager[t.BinaryIO]:
        return process.reading(self.command(*words), self.environment)

    def writing(self, *words: str) -> t.ContextManager[t.BinaryIO]:
        return process.writing(self.command(*words), self.environment)

    def having(self, **environment: str) -> Place:
        return Place(self.container, {**self.environment, **environment})


def container_of(project: str, service: str) -> str:
    """The id of the one that runs. Raises RolloutError."""
    for labels in (COMPOSE, SWARM):
        filters = [f"--filter=label={label.format(project=project, service=service)}" for label in labels]
        found = process.run(["docker", "ps", "--quiet", "--no-trunc", *filters]).split()
        if len(found) == 1:
            return found[0]
        if found:
            raise RolloutError(f"{project} has {len(found)} containers of {service} here, and one was expected")
    node = node_of(project, service)
    if node:
        raise RolloutError(
            f"{service} of {project} runs on {node}, and not on this host: back it up there, where its data is"
        )
    raise RolloutError(f"{service} of {project} does not run on this host")


#: A container in a network of many hosts has an address in this one of its own host besides.
GATEWAY = "docker_gwbridge"


def address_of(container: str) -> str:
    """An address of it that this host reaches. Raises RolloutError."""
    shown = process.run(["docker", "inspect", "--format", "{{json .NetworkSettings.Networks}}", container])
    networks = json.loads(shown)
    kinds = process.run(["docker", "network", "inspect", "--format", "{{.Name}} {{.Driver}}", *networks]).splitlines()
    wide = {name for name, kind in (line.rsplit(" ", 1) for line in kinds) if kind == "overlay"}
    addresses = [one["IPAddress"] for name, one in networks.items() if one["IPAddress"] and name not in wide]
    if not addresses and wide:
        members = process.run(["docker", "network", "inspect", "--format", "{{json .Containers}}", GATEWAY])
        addresses = [
            one["IPv4Address"].partition("/")[0] for key, one in json.loads(members).items() if key == container
        ]
    if not addresses:
        raise RolloutError(f"the container {container[:12]} has no address that this host can reach; give its endpoint")
    return str(addresses[0])
