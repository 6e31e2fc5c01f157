# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host must have before a stack is put on it. Every failing point is told at once, each with how to mend or
override it."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from .host import Host


@dataclass(frozen=True)
class Wanted:
    """The least of everything; memory, swap and disk in GiB. 0 or an empty text switches a check off."""

    cpus: int = 0
    memory: float = 0
    swap: float = 0
    disk_free: float = 0
    disk_used_percent: int = 0
    docker: str = ""
    compose: str = ""
    kernel: t.Mapping[str, int] = field(default_factory=dict)
    ports: t.Sequence[int] = ()
    # The major version of the PostgreSQL that the release brings
    postgres: str = ""
    swarm: bool = False
    # Problems that the user has seen: names of volumes
    accepted: t.Sequence[str] = ()
    # Whether the host has the secrets that existing data was made with
    has_secrets: bool = True


@dataclass(frozen=True)
class Problem:
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.what}. {self.mend}"


def problems(host: Host, wanted: Wanted) -> list[Problem]:
    """All of them, or none."""
    return [
        *sizes(host, wanted),
        *versions(host, wanted),
        *kernel(host, wanted),
        *ports(host, wanted),
        *data(host, wanted),
    ]


def sizes(host: Host, wanted: Wanted) -> t.Iterator[Problem]:
    # The kernel keeps a part of a machine's memory for itself: a machine sold with 16 GB shows 15.6.
    for name, has, least, unit in (
        ("cpus", host.cpus, wanted.cpus, "processors"),
        ("memory", host.memory, wanted.memory, "GiB of memory"),
        ("swap", host.swap, wanted.swap, "GiB of swap"),
        ("disk_free", host.disk_free, wanted.disk_free, "GiB free where Docker keeps its data"),
    ):
        if has < least:
            what = f"The host has {has:.3g} {unit}, and PostHog needs {least:.3g}"
            yield Problem(what, f"Add some, or set stack_minimum: {{{name}: {has:.1f}}} if you know better")
    disks = {"Docker's data": host.disk_used_percent}
    disks |= {f"the volume {name}": known.get("disk_used_percent", 0) for name, known in host.volumes.items()}
    mend = {"Docker's data": "Remove images of old releases (docker image prune -a)"}
    for name, used in disks.items():
        if wanted.disk_used_percent and used > wanted.disk_used_percent:
            what = f"The disk of {name} is {used} % full, more than {wanted.disk_used_percent} %"
            yield Problem(what, f"{mend.get(name, 'Make room on it')}, or raise stack_minimum.disk_used_percent")


def versions(host: Host, wanted: Wanted) -> t.Iterator[Problem]:
    if wanted.compose and not host.compose:
        yield Problem(
            "Docker Compose v2 is not installed", "Install docker-compose-plugin of Docker, or docker-compose of Debian"
        )
        return
    for name, has, least in (("docker", host.docker, wanted.docker), ("compose", host.compose, wanted.compose)):
        if least and numbers(has) < numbers(least):
            what = f"{name} is {has}, older than {least}"
            yield Problem(what, f'Upgrade it, or set stack_minimum: {{{name}: "{has}"}} if you have tried it')
    if wanted.swarm and host.swarm != "active":
        yield Problem("The engine is in no swarm", "Run docker swarm init, or set stack_engine: compose")
    elif wanted.swarm and not host.manager:
        mend = "Run docker node promote on a manager, or take this host out of the group"
        yield Problem("The host is a worker of its swarm, and only a manager can deploy", mend)


def numbers(version: str) -> list[int]:
    """`2.40.3-3` -> [2, 40, 3]: what a distribution adds does not count."""
    found = re.match(r"[\d.]+", version.lstrip("v"))
    return [int(part) for part in found[0].strip(".").split(".")] if found else []


def kernel(host: Host, wanted: Wanted) -> t.Iterator[Problem]:
    for name, least in wanted.kernel.items():
        if host.kernel.get(name, 0) < least:
            what = f"The kernel setting {name} is {host.kernel.get(name, 0)}, and {least} is needed"
            yield Problem(what, f"Write {name} = {least} to /etc/sysctl.d/90-posthog.conf and run sysctl --system")


def ports(host: Host, wanted: Wanted) -> t.Iterator[Problem]:
    for port in sorted(set(wanted.ports) & set(host.ports)):
        yield Problem(f"Something else listens on port {port}", "Stop it, or choose another port in stack_publish")


def data(host: Host, wanted: Wanted) -> t.Iterator[Problem]:
    database = host.volumes.get("postgres-data", {})
    if database and not database.get("empty") and not wanted.has_secrets:
        what = "There is a database (volume postgres-data), but none of the secrets that it was made with"
        mend = (
            "Put back secrets.json from your backup, or give the secrets of the old installation in stack_secrets. "
            "With new ones the database would stay shut and stored credentials of integrations unreadable"
        )
        yield Problem(what, mend)
    has = database.get("postgres", "")
    if has and wanted.postgres and has != wanted.postgres:
        what = f"The database was made by PostgreSQL {has}, and the release brings {wanted.postgres}"
        mend = (
            "Dump it with the old release, restore it into an empty volume, and set the password anew with ALTER USER"
        )
        yield Problem(what, mend)
    if "objectstorage" in host.volumes and "objectstorage" not in wanted.accepted:
        what = "There is a volume of MinIO (objectstorage), which PostHog no longer reads"
        mend = (
            "Copy its objects with PostHog's bin/migrate-storage-hobby after the upgrade; then, or if you do not need "
            "them, set stack_accepted: [objectstorage]"
        )
        yield Problem(what, mend)
