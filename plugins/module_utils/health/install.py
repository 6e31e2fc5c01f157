# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts the program and its settings on the host: the very code that this module runs with, in one file."""

from __future__ import annotations

import os
import typing as t

from ..files import make_folder
from ..module import guarded, make_module
from ..program_files import COMMON, Packed, archive, settle, text_of
from . import program
from .channels import EMAIL, POSTHOG, WEBHOOK
from .checks import CHECKS
from .notify import Notices
from .reachable import channels_of
from .task import SPEC, settings_from

PROGRAM_SPEC: dict[str, t.Any] = {
    **SPEC,
    "path": {"type": "path", "default": "/usr/local/lib/rollout-posthog/health.pyz"},
    "settings_path": {"type": "path", "default": "/etc/rollout-posthog/health.json"},
    "state_path": {"type": "path", "default": "/var/lib/rollout-posthog/health-state.json"},
    "reminder_hours": {"type": "float", "default": 24.0},
    "notify_warnings": {"type": "bool", "default": True},
    "webhook": WEBHOOK,
    "email": EMAIL,
    "posthog_event": POSTHOG,
}
#: What the program is made of, below module_utils; a test compares it with what the program imports.
OWN = (
    *("alone", "arrival", "channels", "checks", "command", "context", "message", "notify", "probe", "program"),
    *("report", "result", "settings"),
    *CHECKS,
)
SHIPPED = sorted([*COMMON, *(f"health.{name}" for name in OWN)])


def run() -> None:
    """The whole of the module."""
    module = make_module(PROGRAM_SPEC)

    def work() -> dict[str, t.Any]:
        params = module.params
        content = {"settings": settings_from(module).as_data(), "notices": notices_of(params)}
        files = [
            Packed(params["path"], archive(SHIPPED, program.__name__), 0o755, 0o755),
            Packed(params["settings_path"], text_of(content), 0o600, 0o700),
        ]
        if not module.check_mode:
            make_folder(os.path.dirname(params["state_path"]), 0o755)
        return settle(files, module.check_mode, module._diff)

    guarded(module, work, dict)


def notices_of(params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Raises RolloutError."""
    return vars(
        Notices(
            state_path=params["state_path"],
            reminder_hours=params["reminder_hours"],
            warnings=params["notify_warnings"],
            channels=channels_of(params),
        )
    )
