# SPDX-License-Identifier: GPL-3.0-or-later
"""The glue to AnsibleModule: the options of rollout.posthog.health, and its result."""

from __future__ import annotations

import os
import typing as t

from ..errors import RolloutError
from ..files import make_folder, write
from ..module import Module, guarded, make_module
from .checks import CHECKS, check_options, look
from .limits import check_limits
from .report import lines
from .settings import Settings, settings_of

SPEC: dict[str, t.Any] = {
    "ingest_host": {"type": "str"},
    # Everybody who looks at a page that uses PostHog can see it.
    "project_token": {"type": "str", "no_log": False},
    "document_path": {"type": "path"},
    **check_options(),
}


def run() -> None:
    """The whole of the module."""
    module = make_module(SPEC)

    def work() -> dict[str, t.Any]:
        settings = settings_from(module)
        report = look(settings, may_write=not module.check_mode)
        if settings.document_path and not module.check_mode:
            make_folder(os.path.dirname(os.path.abspath(settings.document_path)), 0o755)
            write(settings.document_path, report.as_json().encode(), 0o644)
        document = report.as_data()
        return {"changed": False, "verdict": report.verdict, "document": document, "summary": lines(document)}

    guarded(module, work, dict)


def settings_from(module: Module) -> Settings:
    """Raises RolloutError."""
    module.hide_password(module.params["host"])
    module.hide_password(module.params["ingest_host"])
    if module.params["region"] and module.written.get("host"):
        raise RolloutError("region and host are both given; leave one of them out")
    for name, (_look, spec) in CHECKS.items():
        written = module.written.get(name)
        # Ansible also takes a text, of which it is not known what is written.
        check_limits(name, spec, module.params[name], written if isinstance(written, dict) else spec)
    return settings_of(module.params, CHECKS)
