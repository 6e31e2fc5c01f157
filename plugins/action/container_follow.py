# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Follows a container to its end, and tells a person meanwhile how far it is: a module speaks at its end."""

from __future__ import annotations

import re
import shlex
import time
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

display = Display()


class ActionModule(ActionBase):
    """`docker wait` is what waits, a while at a time: the connection may be lost, and the container goes on."""

    TRANSFERS_FILES = False
    _requires_connection = True
    _supports_check_mode = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        _unchanged, options = self.validate_argument_spec(
            {
                "container": {"type": "str", "required": True},
                "progress": {"type": "list", "elements": "str", "default": []},
                "unit": {"type": "str", "default": "done"},
                "timeout": {"type": "int", "default": 7200},
                "interval": {"type": "int", "default": 15},
            }
        )
        self.host = (task_vars or {}).get("inventory_hostname", "")
        name, started, shown = options["container"], time.monotonic(), None
        while (status := self.ended(name, options["interval"])) is None:
            shown = self.show(options, time.monotonic() - started, shown)
            if time.monotonic() - started > options["timeout"]:
                raise AnsibleActionFail(
                    f"{name} still runs after {duration(options['timeout'])}, and goes on: nothing was stopped. Look "
                    f"at it with docker logs -f {name}, and run this play again; it will follow on from there"
                )
        elapsed = time.monotonic() - started
        self.show(options, elapsed, shown)
        return {**result, "changed": True, "status": status, "elapsed": round(elapsed, 1)}

    def ended(self, name: str, interval: int) -> int | None:
        """The exit code, or None while it runs."""
        told = self.ask(["timeout", str(interval), "docker", "wait", name])
        if told["rc"] == 124:
            return None
        if told["rc"]:
            raise AnsibleActionFail(f"docker wait {name} failed: {told['stderr'].strip()}")
        return int(told["stdout"].strip())

    def show(self, options: dict[str, Any], elapsed: float, shown: str | None) -> str | None:
        """One line, if there is something new to say."""
        if not options["progress"]:
            return shown
        told = self.ask(options["progress"])
        count = told["stdout"].strip()
        if told["rc"] or not re.fullmatch(r"\d+", count) or count == shown:
            return shown
        display.display(f"  [{self.host}] {count} {options['unit']} after {duration(elapsed)}")
        return count

    def ask(self, command: list[str]) -> dict[str, Any]:
        # Modules get what `environment` says, such as DOCKER_HOST, by themselves; a bare command does not.
        line = f"{self._compute_environment_string()} {shlex.join(command)}".strip()
        answer: dict[str, Any] = self._low_level_execute_command(line, sudoable=True)
        return answer


def duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
