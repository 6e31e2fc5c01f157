# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The glue of the module sentry_removal to AnsibleModule: options, report, result, failure."""

from __future__ import annotations

import json
import os
import re
import typing as t

from ansible.module_utils.basic import AnsibleModule

from .. import files
from ..errors import RolloutError
from .git import Git
from .ground import Ground
from .landing import Landing
from .posthog.wish import Wish
from .removal import Options, Removal, plan_removal
from .residue import TITLE, as_data, as_markdown
from .write import PREFIX

SPEC: dict[str, t.Any] = {
    "path": {"type": "path", "required": True},
    "scan_only": {"type": "bool", "default": False},
    "code": {"type": "bool", "default": True},
    "lock_strategy": {"type": "str", "choices": ["prune", "package_manager", "leave"], "default": "prune"},
    "exclude": {"type": "list", "elements": "str", "default": []},
    "report_path": {"type": "path"},
    "replace_with_posthog": {"type": "bool", "default": False},
    "posthog_key_variable": {"type": "str", "default": "POSTHOG_KEY", "no_log": False},
    "posthog_host_variable": {"type": "str", "default": "POSTHOG_HOST"},
    "posthog_require_consent": {"type": "bool", "default": False},
    "branch": {"type": "str"},
    "commit": {"type": "bool", "default": False},
    "commit_message": {"type": "str", "default": "Remove Sentry"},
    "commit_author": {"type": "str"},
    "allow_dirty": {"type": "bool", "default": False},
}


def remove(module: AnsibleModule) -> dict[str, t.Any]:
    """The whole of the module. Everything is computed and checked before the first file is written.

    Raises RolloutError.
    """
    params = module.params
    only_look = params["scan_only"] or module.check_mode
    options = options_of(params)
    ground = ground_of(params)
    require_own(params["report_path"])
    with ground.prepared(only_look) as (place, moved):
        removal = plan_removal(place, options)
        strategy = params["lock_strategy"]
        if only_look or strategy == "leave":
            warn_of_locks(module, removal, strategy)
        commit = carry_out(module, removal, ground, strategy) if removal.changed and not only_look else ""
        changes = bool(removal.changed)
        report = as_data(removal.residue, removal.summary())
        if params["report_path"] and not module.check_mode and (changes or removal.residue):
            write_report(params["report_path"], removal)
        if not params["scan_only"]:
            warn_of_imports(module, removal.still_imported())
        branch = ground.landing.branch if changes or moved else ""
        result = {
            "changed": (changes or moved) and not params["scan_only"],
            "files": removal.files(),
            "branch": branch or ground.git.branch(),
            "commit": commit,
            **report,
        }
        if module._diff and changes and not params["scan_only"]:
            result["diff"] = {"prepared": removal.diff()}
        return result


def warn_of_imports(module: AnsibleModule, places: list[str]) -> None:
    if places:
        count = f"{len(places)} files still import Sentry, among them {places[0]}"
        module.warn(f"{count}; what they need stays in the manifests")


def for_managers(removal: Removal, strategy: str) -> list[str]:
    """The files whose locks are for package managers: a lock can lose packages by pruning, but not gain any."""
    return removal.extended if strategy == "prune" else [one.path for one in removal.changed]


def warn_of_locks(module: AnsibleModule, removal: Removal, strategy: str) -> None:
    """Where no package manager runs, its locks are not as they are going to be, or have to be."""
    waiting = removal.locks_of(removal.extended if strategy == "leave" else for_managers(removal, strategy))
    if not waiting:
        return
    names = f"{waiting[0]}{f' and {len(waiting) - 1} more' if len(waiting) > 1 else ''}"
    if strategy == "leave":
        module.warn(f"The manifests ask for packages of PostHog that {names} has not; run the package manager")
    else:
        module.warn(
            f"No package manager runs where nothing is to be changed, for it needs the network: {names} "
            "is shown as pruned, and the real run may change more in it"
        )


def carry_out(module: AnsibleModule, removal: Removal, ground: Ground, strategy: str) -> str:
    """The commit that was made, if one was wanted. Raises RolloutError."""
    ground.require_apart(removal)
    if strategy != "leave":
        removal.resolve_locks(for_managers(removal, strategy), module.tmpdir)
        ground.require_apart(removal)
    if not removal.changed:
        # A manager wanted the lock as it was before it was pruned.
        return ""
    ground.landing.begin(ground.git)
    removal.write()
    return ground.landing.finish(ground.git, removal.changed)


def ground_of(params: t.Mapping[str, t.Any]) -> Ground:
    git = Git(os.path.abspath(params["path"]))
    if params["scan_only"]:
        return Ground(git, options_of(params), Landing(), allow_dirty=True)
    landing = Landing(
        branch=params["branch"] or "",
        commit=params["commit"],
        message=params["commit_message"],
        author=params["commit_author"] or "",
    )
    return Ground(git, options_of(params), landing, params["allow_dirty"], report_in(params))


def report_in(params: t.Mapping[str, t.Any]) -> str:
    """The report's path inside the repository, if it is there."""
    root = os.path.realpath(params["path"])
    report = os.path.realpath(params["report_path"]) if params["report_path"] else ""
    return os.path.relpath(report, root).replace(os.sep, "/") if report.startswith(root + os.sep) else ""


def options_of(params: t.Mapping[str, t.Any]) -> Options:
    # The report says Sentry on every line.
    exclude = [*params["exclude"], *filter(None, [report_in(params)])]
    return Options(
        code=params["code"], locks=params["lock_strategy"] != "leave", exclude=tuple(exclude), wish=wish_of(params)
    )


def wish_of(params: t.Mapping[str, t.Any]) -> Wish | None:
    """Raises RolloutError."""
    if not params["replace_with_posthog"]:
        return None
    if not params["code"]:
        raise RolloutError("replace_with_posthog needs code to be true: what reports errors is in the code")
    names = {option: params[option] for option in ("posthog_key_variable", "posthog_host_variable")}
    if len(set(names.values())) < len(names):
        raise RolloutError("posthog_host_variable: must be another variable than posthog_key_variable")
    for option, name in names.items():
        if not re.fullmatch(r"[A-Z_][A-Z0-9_]*", name):
            raise RolloutError(f"{option}: {name} is no name of an environment variable (A-Z, 0-9 and _)")
    return Wish(
        key_variable=names["posthog_key_variable"],
        host_variable=names["posthog_host_variable"],
        require_consent=params["posthog_require_consent"],
    )


def require_own(path: str | None) -> None:
    """Raises RolloutError when the report would be written over something else."""
    if not path or not os.path.exists(path):
        return
    try:
        with open(path, "rb") as file:
            start = file.read(64)
    except OSError as problem:
        raise RolloutError(f"report_path: cannot read {path}, which is there already: {problem.strerror}") from problem
    if not start.startswith((b'{\n  "residue": [', TITLE.encode())) and start:
        raise RolloutError(f"report_path: {path} is there already and is no report; name another file")


def write_report(path: str, removal: Removal) -> None:
    """Markdown for a name that ends so, JSON otherwise. Raises RolloutError."""
    if path.endswith((".md", ".markdown")):
        text = as_markdown(removal.residue, removal.summary())
    else:
        text = json.dumps(as_data(removal.residue, removal.summary()), indent=2) + "\n"
    try:
        files.write(path, text.encode(), 0o644, prefix=PREFIX)
    except RolloutError as problem:
        raise RolloutError(f"report_path: {problem}") from problem
