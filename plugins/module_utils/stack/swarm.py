# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stack file for Docker Swarm out of the model that Compose makes of upstream's files and the overlay.

Swarm takes an older form of compose file: no conditions, fixed names or profiles, limits and restarts below `deploy`,
whole numbers for ports. And it is many hosts: what a container mounts has to be where it runs.
"""

from __future__ import annotations

import hashlib
import json
import re
import typing as t
from dataclasses import dataclass, field

from ..errors import Invalid
from .choice import Entry

Model = dict[str, t.Any]

# What the two forms have in common, as far as upstream uses it. Source: the schema of docker/cli, config_schema_v3.
SAME = (
    "cap_add",
    "cap_drop",
    "command",
    "dns",
    "entrypoint",
    "environment",
    "extra_hosts",
    "healthcheck",
    "hostname",
    "image",
    "init",
    "labels",
    "logging",
    "read_only",
    "stop_grace_period",
    "stop_signal",
    "sysctls",
    "tmpfs",
    "ulimits",
    "user",
    "working_dir",
)
# Compose does these on the one host; here the role does them, or nobody can.
DROPPED = (
    "build",
    "container_name",
    "cpus",
    "deploy",
    "depends_on",
    "expose",
    "mem_limit",
    "networks",
    "ports",
    "profiles",
    "restart",
    "stdin_open",
    "tty",
    "volumes",
)
CONFIG_LIMIT = 500_000  # bytes, of the engine
# On a container: the checksum of what it was deployed with. It tells whether a deployment would make it anew, and
# while one goes on, which containers are already of it.
SUM = "rollout.posthog.sum"


@dataclass(frozen=True)
class Swarm:
    """`label` is the node label that stateful services and mounts of the checkout are bound to."""

    services: t.Mapping[str, Entry]
    label: str
    # path of a mounted file -> its size and checksum, for those that fit into a config
    files: t.Mapping[str, t.Mapping[str, t.Any]] = field(default_factory=dict)
    # dnsrr where virtual addresses do not work. Stores have none anyway: one that rests is cut off after a while
    endpoint_mode: str = ""
    # service -> how many containers, for those that keep nothing
    replicas: t.Mapping[str, int] = field(default_factory=dict)
    # Seconds that a new container is watched before the next is made; one that fails in them is taken back
    monitor: int = 60


def stack_file(model: Model, swarm: Swarm) -> Model:
    """The stack file as data. Raises Invalid for what Swarm has no word for."""
    configs: Model = {}
    services = {
        name: service(name, upstream, swarm, configs)
        for name, upstream in model["services"].items()
        if name in swarm.services and not swarm.services[name].get("once")
    }
    mounts = [mount for one in services.values() for mount in one.get("volumes", [])]
    used = {mount.get("source") for mount in mounts if mount["type"] == "volume"}
    volumes = {name: {"name": volume["name"]} for name, volume in model.get("volumes", {}).items() if name in used}
    networks = {name: network(one) for name, one in model.get("networks", {}).items()}
    result = {"version": "3.8", "services": services, "networks": networks, "volumes": volumes, "configs": configs}
    return {key: value for key, value in result.items() if value}


def service(name: str, upstream: Model, swarm: Swarm, configs: Model) -> Model:
    unknown = sorted(key for key in upstream if key not in SAME and key not in DROPPED)
    if unknown:
        raise Invalid(f"Swarm has no word for {', '.join(unknown)}", name)
    result: Model = {key: upstream[key] for key in SAME if upstream.get(key) is not None}
    mounts, files = mounted(name, upstream.get("volumes", []), swarm, configs)
    result.update({key: value for key, value in (("volumes", mounts), ("configs", files)) if value})
    if upstream.get("ports"):
        # Upstream may publish a port twice, on all addresses and on one, which is the same here.
        result["ports"] = list({one["published"]: one for one in map(port, upstream["ports"])}.values())
    result["networks"] = sorted(upstream.get("networks") or {"default": None})
    # A volume without a name is of the container alone, and goes with it.
    stateless = swarm.services[name].get("stateless", False)
    bound = not stateless and any(mount["type"] in ("bind", "volume") and mount.get("source") for mount in mounts)
    result["deploy"] = deploy(name, upstream, swarm, bound)
    result["labels"] = {**(upstream.get("labels") or {}), SUM: checksum(result)}
    return result


def checksum(data: Model) -> str:
    """Of what a container is, not of how many there are and how they are replaced: those that are there stay then."""
    apart = ("replicas", "update_config", "rollback_config")
    data = {**data, "deploy": {key: value for key, value in data["deploy"].items() if key not in apart}}
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def deploy(name: str, upstream: Model, swarm: Swarm, bound: bool) -> Model:
    """Started before the old one stops only where two harm nobody: at the edge, without state or a fixed port."""
    entry = swarm.services[name]
    count = swarm.replicas.get(name, 1)
    if bound and count > 1:
        raise Invalid(f"cannot have {count} containers: what it keeps or mounts is on one node", name)
    first = entry["stage"] == "edge" and not bound and not upstream.get("ports")
    step = {"parallelism": 1, "order": "start-first" if first else "stop-first"}
    # One that starts and then fails counts as up at first: the next waits for as long as Swarm looks at it.
    pause = {"delay": f"{swarm.monitor}s"} if count > 1 else {}
    result: Model = {
        "replicas": count,
        "update_config": {**step, **pause, "failure_action": "rollback", "monitor": f"{swarm.monitor}s"},
        "rollback_config": dict(step),
        "restart_policy": {"condition": "any", "delay": "10s"},
    }
    if bound:
        result["placement"] = {"constraints": [f"node.labels.{swarm.label} == true"]}
    elif count > 1:
        result["placement"] = {"preferences": [{"spread": "node.id"}]}
    if upstream.get("mem_limit"):
        result["resources"] = {"limits": {"memory": str(upstream["mem_limit"])}}
    mode = "dnsrr" if entry["stage"] == "stores" else swarm.endpoint_mode
    return {**result, "endpoint_mode": mode} if mode else result


def port(given: Model) -> Model:
    """On the node itself, where the mesh would hide who asks. Swarm cannot bind to one address of a node."""
    number = str(given["published"])
    if not number.isdecimal():
        raise Invalid(f"Swarm publishes one port at a time, not {number}")
    found = {"target": int(given["target"]), "published": int(number), "mode": "host"}
    return {**found, "protocol": given.get("protocol", "tcp")}


def mounted(name: str, volumes: t.Iterable[Model], swarm: Swarm, configs: Model) -> tuple[list[Model], list[Model]]:
    """Mounts, and the files among them that become configs, which are on every node."""
    mounts: list[Model] = []
    files: list[Model] = []
    for one in volumes:
        known = swarm.files.get(str(one.get("source")))
        if one["type"] == "bind" and known and known["size"] <= CONFIG_LIMIT:
            # A config never changes: other contents are another config.
            title = f"{name}-{re.sub(r'[^a-z0-9]+', '-', one['target'].lower()).strip('-')}-{known['checksum'][:12]}"
            configs[title] = {"file": one["source"], "name": title[-64:]}
            files.append({"source": title, "target": one["target"], "mode": 0o444})
        else:
            kept = ("type", "source", "target", "read_only")
            mounts.append({key: one[key] for key in kept if key in one})
    return mounts, files


def network(given: Model) -> Model:
    """Attachable: the migration runs in it as a container of its own."""
    if given.get("external"):
        return {"external": True, "name": given["name"]}
    result: Model = {"driver": "overlay", "attachable": True}
    subnets = [{"subnet": one["subnet"]} for one in (given.get("ipam") or {}).get("config") or [] if "subnet" in one]
    return {**result, "ipam": {"config": subnets}} if subnets else result
