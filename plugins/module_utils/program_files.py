# SPDX-License-Identifier: GPL-3.0-or-later
"""A program and its settings on a host: packed out of the modules that a task travels with, so that there is one
implementation; written only where they differ, and shown without secrets."""

from __future__ import annotations

import importlib.util
import io
import json
import os
import typing as t
import zipfile

from .errors import RolloutError
from .files import make_folder, read, write

PACKAGE = "ansible_collections.rollout.posthog.plugins.module_utils"
#: Keys of the settings that nobody is shown the value of. The address of a webhook is as good as its key.
SECRETS = ("api_key", "password", "webhook", "access_key", "secret_key", "environment", "url", "token")
#: What every program has a use of, below module_utils.
COMMON = ("client", "console", "docker_labels", "endpoint", "errors", "explain", "files", "patience", "scope", "values")
#: The same bytes at any time, so that a second run has nothing to change.
EPOCH = (1980, 1, 1, 0, 0, 0)


class Packed(t.NamedTuple):
    """A file as it is to be; `folder_mode` is for its folder where there is none."""

    path: str
    content: bytes
    mode: int
    folder_mode: int


def settle(files: t.Sequence[Packed], check_mode: bool, diff: bool) -> dict[str, t.Any]:
    """Writes what differs, but for check mode -> the result of a module. Raises RolloutError."""
    changed = [file for file in files if not is_so(file.path, file.content, file.mode)]
    result: dict[str, t.Any] = {"changed": bool(changed), "files": [file.path for file in changed]}
    if diff:
        result["diff"] = [shown(file.path, file.content) for file in changed]
    for file in [] if check_mode else changed:
        make_folder(os.path.dirname(file.path), file.folder_mode)
        write(file.path, file.content, file.mode)
    return result


def text_of(content: t.Any) -> bytes:
    return (json.dumps(content, indent=2, sort_keys=True) + "\n").encode()


def archive(shipped: t.Iterable[str], program: str) -> bytes:
    """A zipapp of these modules, named from module_utils on, that runs `main` of the module `program`.

    Python starts it as it is. Raises RolloutError.
    """
    names = [f"{PACKAGE}.{name}" for name in shipped]
    sources = {f"{name.replace('.', '/')}.py": source_of(name) for name in names}
    folders = {path.rsplit("/", depth)[0] for path in sources for depth in range(1, path.count("/") + 1)}
    sources.update({f"{folder}/__init__.py": "" for folder in folders})
    sources["__main__.py"] = f"import sys\n\nfrom {program} import main\n\nsys.exit(main())\n"
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
