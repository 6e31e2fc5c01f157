# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pipfile.lock: the SDK's own entry and the hash of the Pipfile. There are no edges in it, so that is all."""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
import typing as t

from . import jsonc, manifest_pyproject
from .edit import FileEdits
from .json_cut import cut_entries
from .lock import Refused, pruner
from .packages import is_python
from .repository import Repository
from .toml_places import NotToml, load

_NO_CATEGORY = frozenset(
    {"source", "packages", "dev-packages", "requires", "scripts", "pipfile", "pipenv", "default", "develop"}
)


def prune(repository: Repository, file: FileEdits) -> None:
    root = jsonc.parse(file.original)
    spec, recorded = root.get("_meta", "pipfile-spec"), root.get("_meta", "hash", "sha256")
    if spec is None or spec.scalar != 6 or recorded is None:
        raise Refused("is of a kind that is not known; only specification 6 is")
    path = posixpath.join(posixpath.dirname(file.path), "Pipfile")
    if path not in repository:
        raise Refused(f"belongs to {path}, which is not among the files that may be edited")
    try:
        before, after = load(repository.read(path)), load(manifest_pyproject.edit(repository, path).result())
    except NotToml as problem:
        raise Refused(f"belongs to {path}, which {problem}") from None
    fitting = [make for make in (_as_written, _with_plain_names) if digest(make(before)) == recorded.scalar]
    if not fitting:
        raise Refused("has a hash that is not the Pipfile's")
    fresh = digest(fitting[0](after)).encode()
    if fresh != file.original[recorded.start + 1 : recorded.end - 1]:
        file.replace(recorded.start + 1, recorded.end - 1, fresh, "the hash of the Pipfile")
    for entry in root.entries:
        if before == after:
            break
        if entry.key != "_meta" and cut_entries(file, entry.value, lambda item: is_python(item.key), "the SDK"):
            reason = "what the SDK alone needed is still in here: this lock does not say what needs what"
            file.report(entry.start, "lock", reason, "Run pipenv lock when a change of other versions is welcome.")


edit = pruner(prune, "pipenv lock")


def digest(content: dict[str, t.Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _as_written(pipfile: dict[str, t.Any]) -> dict[str, t.Any]:
    """What pipenv hashes."""
    return {
        **{name: values for name, values in pipfile.items() if name not in _NO_CATEGORY},
        "_meta": {"sources": pipfile.get("source", {}), "requires": pipfile.get("requires", {})},
        "default": pipfile.get("packages", {}),
        "develop": pipfile.get("dev-packages", {}),
    }


def _with_plain_names(pipfile: dict[str, t.Any]) -> dict[str, t.Any]:
    """The same for pipenv of 2025 and later, which normalises names first."""
    content = _as_written(pipfile)
    for name, values in content.items():
        if name != "_meta":
            content[name] = {re.sub(r"[-_.]+", "-", key).lower(): value for key, value in values.items()}
    return content
