# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts the program and its settings on the host: the very code that this module runs with, in one file."""

from __future__ import annotations

import importlib.util
import io
import json
import os
import typing as t
import zipfile

from ..errors import RolloutError
from ..files import make_folder, read, write
from ..module import guarded, make_module
from . import program
from .channels import CHANNELS, EMAIL, WEBHOOK
from .checks import CHECKS
from .notify import Notices
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
}
PACKAGE = "ansible_collections.rollout.posthog.plugins.module_utils"
#: What the program is made of, below module_utils; a test compares it with what the program imports.
COMMON = ("client", "endpoint", "errors", "explain", "files", "patience", "scope", "values")
OWN = (
    *("arrival", "channels", "checks", "command", "context", "message", "notify", "probe", "program"),
    *("report", "result", "settings"),
    *CHECKS,
)
SHIPPED = sorted([*COMMON, *(f"health.{name}" for name in OWN)])
MAIN = f"""import sys

from {program.__name__} import main

sys.exit(main())
"""
#: Keys of the settings that nobody is shown the value of. The address of a webhook is as good as its key.
SECRETS = ("api_key", "password", "webhook")
#: The same bytes at any time, so that a second run has nothing to change.
EPOCH = (1980, 1, 1, 0, 0, 0)


def run() -> None:
    """The whole of the module."""
    module = make_module(PROGRAM_SPEC)

    def work() -> dict[str, t.Any]:
        params = module.params
        content = {"settings": settings_from(module).as_data(), "notices": notices_of(params)}
        files = [
            (params["path"], archive(), 0o755, 0o755),
            (params["settings_path"], text_of(content), 0o600, 0o700),
        ]
        changed = [path for path, wanted, mode, _folder_mode in files if not is_so(path, wanted, mode)]
        result: dict[str, t.Any] = {"changed": bool(changed), "files": changed}
        if module._diff:
            result["diff"] = [shown(path, wanted) for path, wanted, _mode, _folder_mode in files if path in changed]
        if not module.check_mode:
            make_folder(os.path.dirname(params["state_path"]), 0o755)
            for path, wanted, mode, folder_mode in files:
                if path in changed:
                    make_folder(os.path.dirname(path), folder_mode)
                    write(path, wanted, mode)
        return result

    guarded(module, work, dict)


def notices_of(params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    return vars(
        Notices(
            state_path=params["state_path"],
            reminder_hours=params["reminder_hours"],
            warnings=params["notify_warnings"],
            channels={name: params[name] for name in CHANNELS if params[name]},
        )
    )


def text_of(content: t.Any) -> bytes:
    return (json.dumps(content, indent=2, sort_keys=True) + "\n").encode()


def archive() -> bytes:
    """A zipapp: Python starts it as it is."""
    names = [f"{PACKAGE}.{name}" for name in SHIPPED]
    sources = {f"{name.replace('.', '/')}.py": source_of(name) for name in names}
    folders = {path.rsplit("/", depth)[0] for path in sources for depth in range(1, path.count("/") + 1)}
    sources.update({f"{folder}/__init__.py": "" for folder in folders})
    sources["__main__.py"] = MAIN
    content = io.BytesIO(b"#!/usr/bin/env python3\n")
    content.seek(0, io.SEEK_END)
    with zipfile.ZipFile(content, "a") as file:
        for path in sorted(sources):
            file.writestr(zipfile.ZipInfo(path, EPOCH), sources[path])
    return content.getvalue()


def source_of(name: str) -> str:
    """From wherever Ansible has put it, a zip mostly. Raises RolloutError."""
    found = importlib.util.find_spec(name)
    source = getattr(found.loader, "get_source", lambda _: None)(name) if found else None
    if source is None:
        raise RolloutError(f"the source of {name} did not travel with the module")
    return str(source)


def is_so(path: str, wanted: bytes, mode: int) -> bool:
    """Raises RolloutError."""
    return read(path) == wanted and os.stat(path).st_mode & 0o777 == mode


def shown(path: str, wanted: bytes) -> dict[str, str]:
    """A difference without secrets; of the program only that there is one."""
    before = read(path) or b""
    if not path.endswith(".json"):
        return {"before_header": path, "after_header": path, "before": "", "after": f"{len(wanted)} bytes of code\n"}
    return {"before_header": path, "after_header": path, "before": masked(before), "after": masked(wanted)}


def masked(content: bytes) -> str:
    try:
        return json.dumps(mask(json.loads(content)), indent=2, sort_keys=True) + "\n" if content else ""
    except ValueError:
        return "(not readable)\n"


def mask(content: t.Any) -> t.Any:
    if isinstance(content, dict):
        return {key: "(not shown)" if key in SECRETS and value else mask(value) for key, value in content.items()}
    return content
