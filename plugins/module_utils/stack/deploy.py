# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Some services of the stack file deployed, and followed until they run or Swarm has given up.

The stack file holds secrets: it reaches Docker by standard input, and neither arguments nor environment have any.
"""

from __future__ import annotations

import json
import time
import typing as t

from ..errors import RolloutError
from . import swarm_services
from .containers import Service
from .docker import Run, ask

Data = dict[str, t.Any]

PAUSE = 1.0  # seconds between two looks


def part(whole: Data, names: t.Iterable[str]) -> Data:
    """The stack file with these services and no others. Without --prune, Docker leaves those that are not in it."""
    services = {name: whole["services"][name] for name in names}
    used = {config["source"] for one in services.values() for config in one.get("configs", [])}
    configs = {name: config for name, config in whole.get("configs", {}).items() if name in used}
    return {**whole, "services": services, "configs": configs}


def deploy(run: Run, directory: str, project: str, names: t.Sequence[str], timeout: float) -> list[Service]:
    """The services as they are in the end, each current. Raises RolloutError with what keeps one from that."""
    whole = swarm_services.read_file(directory)
    document = json.dumps(part(whole, names))
    ask(run, ["docker", "stack", "deploy", "--with-registry-auth", "--compose-file", "-", project], document)
    return follow(lambda: rows(run, whole["services"], project, names), timeout)


def rows(run: Run, declared: t.Mapping[str, Data], project: str, names: t.Iterable[str]) -> list[Service]:
    running = swarm_services.services_of(run, project)
    return swarm_services.describe_all(run, declared, running, project, {name: {} for name in names})


def follow(look: t.Callable[[], list[Service]], timeout: float) -> list[Service]:
    """Looks until all run. Raises RolloutError when Swarm has gone back, or after `timeout` seconds."""
    end = time.monotonic() + timeout
    while True:
        found = look()
        late = [row for row in found if not row.current]
        if not late:
            return found
        given_up = [row for row in late if row.problem.startswith("Swarm has gone back")]
        if given_up or time.monotonic() > end:
            raise RolloutError("\n".join(f"{row.name}: {row.problem}" for row in given_up or late))
        time.sleep(PAUSE)  # between two looks at the condition
