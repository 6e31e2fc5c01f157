# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asking Docker, by its command line: it is on every host that runs a stack, and needs no Python library."""

from __future__ import annotations

import json
import typing as t

from ..errors import RolloutError

# command, and what it reads from standard input if anything -> (exit code, standard output, standard error), as
# AnsibleModule.run_command gives them
Run = t.Callable[..., tuple[int, str, str]]


class DockerError(RolloutError):
    """Docker refused, or is not there."""


def ask(run: Run, command: list[str], data: t.Optional[str] = None) -> str:
    """Standard output. Raises DockerError with what the command said."""
    code, out, err = run(command) if data is None else run(command, data)
    if code:
        raise DockerError(f"{' '.join(command[:3])} failed: {(err or out).strip()}")
    return out


def ask_json(run: Run, command: list[str]) -> t.Any:
    """The answer as data. Raises DockerError."""
    return json.loads(ask(run, command))


def ask_lines(run: Run, command: list[str]) -> list[t.Any]:
    """One JSON document a line, as `--format json` gives lists. Raises DockerError."""
    return [json.loads(line) for line in ask(run, command).splitlines() if line.strip()]
