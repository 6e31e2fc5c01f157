# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The overlay: what a host has differently from upstream's compose files, as a second compose file.

Upstream's files are never edited. The overlay is computed from the model that Compose makes of them, so a service or a
variable that is new upstream gets its pinned image, its generated password and its loopback port like all others.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from ..errors import Invalid
from . import credentials, elsewhere
from .choice import Entry
from .stores import Store

Model = dict[str, t.Any]

LEFT_OUT = "left-out"  # a profile that nobody starts


class Override(list[t.Any]):
    """A list in place of upstream's, where Compose would otherwise join both."""


class OverrideMap(dict[str, t.Any]):
    """A mapping in place of upstream's."""


class Reset:
    """Nothing in place of what upstream says."""


@dataclass(frozen=True)
class Layout:
    """What one host wants. Sizes are as Compose takes them: 512m, 2g."""

    services: t.Mapping[str, Entry]
    # service -> "address:port:port in the container"
    publish: t.Mapping[str, t.Sequence[str]] = field(default_factory=dict)
    environment: t.Mapping[str, t.Mapping[str, t.Any]] = field(default_factory=dict)
    memory: t.Mapping[str, str] = field(default_factory=dict)
    volumes: t.Mapping[str, t.Sequence[str]] = field(default_factory=dict)
    # service -> checksum of the files that it mounts, so that new contents make a new container
    contents: t.Mapping[str, str] = field(default_factory=dict)
    log_size: str = "50m"
    log_files: int = 3
    subnet: str = ""
    # A network that the role makes, in place of one that Compose makes: it spans the nodes of a swarm
    network: str = ""
    localhost_allowed: t.Sequence[str] = ()
    # In place of the stack's own, which are then not among the services
    stores: t.Sequence[Store] = ()


def overlay(model: Model, layout: Layout) -> dict[str, t.Any]:
    """The overlay. Raises Invalid for addresses that lead a container to itself, or to one that is left out."""
    services: dict[str, t.Any] = {}
    for name, upstream in model["services"].items():
        chosen = name in layout.services
        services[name] = service(name, upstream, layout) if chosen else {"profiles": [LEFT_OUT]}
    check_addresses(model, services, layout)
    result: dict[str, t.Any] = {"services": services}
    if layout.network:
        result["networks"] = {"default": OverrideMap(external=True, name=layout.network)}
    elif layout.subnet:
        result["networks"] = {"default": {"ipam": {"config": [{"subnet": layout.subnet}]}}}
    return result


def service(name: str, upstream: Model, layout: Layout) -> dict[str, t.Any]:
    entry = layout.services[name]
    result: dict[str, t.Any] = {"image": entry["image"]}
    result["restart"] = "no" if entry.get("once") else "unless-stopped"
    limit = layout.memory.get(name, entry.get("memory"))
    if limit:
        result["mem_limit"] = limit
    result["logging"] = {
        "driver": "json-file",
        "options": {"max-size": layout.log_size, "max-file": str(layout.log_files)},
    }
    result.update(commands(upstream, entry, layout))
    given = upstream.get("environment") or {}
    variables = {
        **credentials.environment(given),
        **elsewhere.variables(given, layout.stores),
        **entry.get("environment", {}),
        **layout.environment.get(name, {}),
    }
    if variables:
        result["environment"] = {key: literal(value) for key, value in variables.items()}
    result.update(network(name, upstream, layout))
    if entry.get("healthcheck"):
        result["healthcheck"] = dict(entry["healthcheck"])
    volumes = [*layout.volumes.get(name, []), *elsewhere.volumes(given, layout.stores)]
    if volumes:
        result["volumes"] = volumes
    if layout.contents.get(name):
        result["labels"] = {"rollout.posthog.contents": layout.contents[name]}
    # Images are tested and pinned; what a host builds is neither. Fixed names would allow a host one stack only.
    result.update({key: Reset() for key in ("build", "container_name") if upstream.get(key)})
    return result


def commands(upstream: Model, entry: Entry, layout: Layout) -> dict[str, t.Any]:
    found = {}
    for key in ("entrypoint", "command"):
        own = credentials.words(upstream.get(key))
        found[key] = elsewhere.words(own or upstream.get(key), layout.stores) or own
    found["command"] = entry.get("command") or found["command"]
    return {key: words for key, words in found.items() if words}


def network(name: str, upstream: Model, layout: Layout) -> dict[str, t.Any]:
    result: dict[str, t.Any] = {}
    wanted = list(layout.publish.get(name, []))
    if wanted or upstream.get("ports"):
        result["ports"] = Override(wanted) if wanted else Reset()
    needed = upstream.get("depends_on") or {}
    there = OverrideMap((peer, how) for peer, how in needed.items() if peer in layout.services)
    if len(there) < len(needed):
        result["depends_on"] = there or Reset()
    return result


def literal(value: t.Any) -> str:
    """As Compose wants a variable: a text. Booleans as upstream writes them."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def check_addresses(model: Model, services: t.Mapping[str, t.Any], layout: Layout) -> None:
    """A container that is sent to localhost finds itself. Raises Invalid with all such variables."""
    lost = []
    rendered = {
        name: {**(model["services"][name].get("environment") or {}), **services[name].get("environment", {})}
        for name in layout.services
    }
    elsewhere.check(rendered, layout.stores)
    for name, variables in rendered.items():
        for key, value in variables.items():
            place = f"{name}.{key}"
            if re.search(r"\b(localhost|127\.0\.0\.1)\b", str(value)) and place not in layout.localhost_allowed:
                lost.append(place)
    if lost:
        raise Invalid(
            f"these variables lead a container to itself: {', '.join(lost)}. Set them in stack_environment, or name "
            "them in stack_localhost_allowed if that is meant"
        )
