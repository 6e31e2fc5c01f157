# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host has: memory, processors, disk, kernel settings, engine, ports, volumes. Reads only."""

from __future__ import annotations

import os
import re
import shutil
import socket
import typing as t
from dataclasses import asdict, dataclass, field
from pathlib import Path

from .. import docker_labels
from .docker import Run, ask, ask_json, ask_lines

GIB = 1024**3
LISTENING = "0A"  # the state in /proc/net/tcp


@dataclass
class Host:
    """Sizes in GiB."""

    name: str
    cpus: int
    memory: float
    swap: float
    kernel: dict[str, int]
    docker: str = ""
    compose: str = ""
    disk_free: float = 0.0
    disk_used_percent: int = 0
    # Ports that something outside of this project listens on
    ports: list[int] = field(default_factory=list)
    # volume of this project, without the project's name -> what is known of it
    volumes: dict[str, dict[str, t.Any]] = field(default_factory=dict)
    swarm: str = "inactive"
    manager: bool = False
    # The identity of this node, and of those that keep the data of the stack
    node: str = ""
    keepers: list[str] = field(default_factory=list)

    def as_data(self) -> dict[str, t.Any]:
        return asdict(self)


def look(run: Run, project: str, kernel: t.Iterable[str], keeper_label: str = "") -> Host:
    """Raises DockerError when the engine does not answer."""
    memory = meminfo(Path("/proc/meminfo").read_text())
    host = Host(
        name=socket.gethostname(),
        cpus=os.cpu_count() or 1,
        memory=memory["MemTotal"],
        swap=memory["SwapTotal"],
        kernel={name: setting(name) for name in kernel},
    )
    info = ask_json(run, ["docker", "info", "--format", "{{json .}}"])
    host.docker = info["ServerVersion"]
    swarm = info.get("Swarm", {})
    host.swarm, host.node = swarm.get("LocalNodeState", "inactive"), swarm.get("NodeID", "")
    host.manager = bool(swarm.get("ControlAvailable"))
    if host.manager and keeper_label:
        label_filter = f"node.label={keeper_label}=true"
        host.keepers = ask(run, ["docker", "node", "ls", "--quiet", "--filter", label_filter]).split()
    code, out, _err = run(["docker", "compose", "version", "--short"])
    host.compose = "" if code else out.strip().lstrip("v")
    root = Path(info["DockerRootDir"])
    host.disk_free, host.disk_used_percent = disk(root)
    wanted = labels(project) if host.swarm == "active" else [label(project)]
    own = [ask_lines(run, ["docker", "ps", "--filter", one, "--format", "{{json .}}"]) for one in wanted]
    host.ports = sorted(listening() - published(entry for entries in own for entry in entries))
    host.volumes = volumes(run, project, root)
    return host


def disk(place: Path) -> tuple[float, int]:
    """What is free, in GiB, and the percentage that is used, as df counts: what is root's alone is not free."""
    found = shutil.disk_usage(place)
    return found.free / GIB, round(100 * found.used / (found.used + found.free))


def label(project: str) -> str:
    return f"label={docker_labels.PROJECT}={project}"


def labels(project: str) -> list[str]:
    """What tells the containers of a project from others: of Compose, and of a stack."""
    return [label(project), f"label={docker_labels.NAMESPACE}={project}"]


def meminfo(text: str) -> dict[str, float]:
    """/proc/meminfo, which counts in KiB."""
    found = re.findall(r"^(\w+):\s+(\d+) kB$", text, re.MULTILINE)
    return {name: int(size) * 1024 / GIB for name, size in found}


def setting(name: str) -> int:
    """A kernel setting; one that the kernel does not have is 0."""
    path = Path("/proc/sys", *name.split("."))
    return int(path.read_text().split()[0]) if path.exists() else 0


def listening() -> set[int]:
    tables = [Path("/proc/net/tcp"), Path("/proc/net/tcp6")]
    return {port for table in tables if table.exists() for port in listening_in(table.read_text())}


def listening_in(table: str) -> set[int]:
    """The ports of a table as /proc/net/tcp has it."""
    rows = [line.split() for line in table.splitlines()[1:]]
    return {int(row[1].rpartition(":")[2], 16) for row in rows if row[3] == LISTENING}


def published(containers: t.Iterable[dict[str, t.Any]]) -> set[int]:
    """The ports on the host that these containers have: `127.0.0.1:8010->80/tcp, [::1]:90->9/tcp`."""
    return {int(port) for entry in containers for port in re.findall(r":(\d+)->", entry["Ports"])}


def volumes(run: Run, project: str, root: Path) -> dict[str, dict[str, t.Any]]:
    """By prefix, not by label: also those that another installer made."""
    prefix = f"{project}_"
    listed = ask_lines(run, ["docker", "volume", "ls", "--filter", f"name={prefix}", "--format", "{{json .}}"])
    names = [entry["Name"] for entry in listed if entry["Name"].startswith(prefix)]
    if not names:
        return {}
    found = ask_json(run, ["docker", "volume", "inspect", *names])
    return {entry["Name"][len(prefix) :]: volume(entry, root) for entry in found}


def volume(entry: t.Mapping[str, t.Any], root: Path) -> dict[str, t.Any]:
    """What is known of one, as the engine tells it; of its disk, where that is not the one of Docker's data."""
    place = place_of(entry)
    empty = place.is_dir() and not any(place.iterdir())
    known = {"created": entry["CreatedAt"], "empty": empty, "postgres": first_line(place / "PG_VERSION")}
    if place.is_dir() and place.stat().st_dev != root.stat().st_dev:
        known["disk_free"], known["disk_used_percent"] = disk(place)
    return known


def place_of(entry: t.Mapping[str, t.Any]) -> Path:
    """Where the data lies: the engine binds a directory elsewhere to its own only while a container uses it."""
    options = entry.get("Options") or {}
    return Path(options["device"] if "bind" in options.get("o", "").split(",") else entry["Mountpoint"])


def first_line(path: Path) -> str:
    return path.read_text().strip() if path.is_file() else ""
