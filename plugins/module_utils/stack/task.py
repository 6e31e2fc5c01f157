# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The glue of the stack's modules to AnsibleModule: options, result, failure."""

from __future__ import annotations

import typing as t
from dataclasses import asdict

from ansible.module_utils.basic import AnsibleModule

from ..errors import RolloutError
from . import containers, deploy, host, registry, release, requirements, secret_store, swarm_services
from .docker import Run

Result = dict[str, t.Any]

HOST_SPEC: Result = {
    "project": {"type": "str", "required": True},
    "minimum": {"type": "dict", "default": {}},
    "kernel": {"type": "dict", "default": {}},
    "ports": {"type": "list", "elements": "int", "default": []},
    "postgres": {"type": "str", "default": ""},
    "swarm": {"type": "bool", "default": False},
    "accepted": {"type": "list", "elements": "str", "default": []},
    "secrets_path": {"type": "path", "required": True},
    "secrets_given": {"type": "bool", "default": False},
    "keeper_label": {"type": "str", "default": ""},
}
SECRETS_SPEC: Result = {
    "path": {"type": "path", "required": True},
    # Hidden, they would be taken out of the result, too. It has all secrets, so whoever asks hides the whole task.
    "given": {"type": "dict", "default": {}, "no_log": False},
}
SERVICE_SPEC: Result = {
    "directory": {"type": "path", "required": True},
    "project": {"type": "str", "required": True},
    "services": {"type": "dict", "required": True},
    "migration": {"type": "str", "required": True},
    "engine": {"type": "str", "choices": ["compose", "swarm"], "default": "compose"},
}
DEPLOY_SPEC: Result = {
    "directory": {"type": "path", "required": True},
    "name": {"type": "str", "required": True},
    "services": {"type": "list", "elements": "str", "required": True},
    "timeout": {"type": "int", "default": 1200},
}
RELEASE_SPEC: Result = {
    "commit": {"type": "str", "required": True},
    "services": {"type": "dict", "required": True},
    "catalogue": {"type": "dict", "required": True},
    "capabilities": {"type": "list", "elements": "str", "required": True},
    "registry_prefix": {"type": "str", "default": ""},
    "present": {"type": "dict", "default": {}},
}
MINIMUM = {
    "cpus": int,
    "memory": float,
    "swap": float,
    "disk_free": float,
    "disk_used_percent": int,
    "docker": str,
    "compose": str,
}


def look_at_host(module: AnsibleModule) -> Result:
    """Raises RolloutError."""
    params = module.params
    minimum = minimum_of(params["minimum"])
    kernel = {str(name): int(least) for name, least in params["kernel"].items()}
    found = host.look(runner(module), params["project"], kernel, params["keeper_label"])
    wanted = requirements.Wanted(
        **minimum,
        kernel=kernel,
        ports=params["ports"],
        postgres=params["postgres"],
        swarm=params["swarm"],
        accepted=params["accepted"],
        has_secrets=params["secrets_given"] or bool(secret_store.read(params["secrets_path"])),
    )
    problems = [str(problem) for problem in requirements.problems(found, wanted)]
    return {"changed": False, "host": found.as_data(), "problems": problems, "has_secrets": wanted.has_secrets}


def minimum_of(given: t.Mapping[str, t.Any]) -> Result:
    """Typed. Raises RolloutError."""
    result = {}
    for name, value in given.items():
        if name not in MINIMUM:
            raise RolloutError(f"minimum has no {name}; there are: {', '.join(MINIMUM)}")
        try:
            result[name] = MINIMUM[name](value)
        except ValueError as error:
            raise RolloutError(f"minimum.{name} must be a number, not {value!r}") from error
    return result


def settle_secrets(module: AnsibleModule) -> Result:
    """Raises RolloutError."""
    path = module.params["path"]
    kept = secret_store.read(path)
    given = {name: str(value) for name, value in module.params["given"].items() if value is not None}
    values = secret_store.settle(kept, given)
    changed = values != kept
    if changed and not module.check_mode:
        secret_store.write(path, values)
    mended = not changed and module.set_mode_if_different(path, 0o600, False)
    return {"changed": changed or mended, "secrets": values, "made": sorted(set(values) - set(kept) - set(given))}


def look_at_services(module: AnsibleModule) -> Result:
    """Raises RolloutError."""
    params = module.params
    arguments = (params["directory"], params["project"], params["services"], params["migration"])
    look = swarm_services.look if params["engine"] == "swarm" else containers.look
    return {"changed": False, **look(runner(module), *arguments).as_data()}


def make_release(module: AnsibleModule) -> Result:
    """Raises RolloutError."""
    params = module.params
    services, catalogue = params["services"], params["catalogue"]
    references = release.wanted(services, catalogue, params["capabilities"])
    found = release.made(params["commit"], services, references, registry.digest, params["registry_prefix"])
    told = release.differences(params["present"], found, catalogue)
    return {"changed": False, "release": found, "differences": told}


def deploy_services(module: AnsibleModule) -> Result:
    """Raises RolloutError."""
    params = module.params
    if module.check_mode:
        return {"changed": True, "services": []}
    arguments = (params["directory"], params["name"], params["services"], params["timeout"])
    return {"changed": True, "services": [asdict(row) for row in deploy.deploy(runner(module), *arguments)]}


def runner(module: AnsibleModule) -> Run:
    def run_command(command: list[str], data: t.Optional[str] = None) -> tuple[int, str, str]:
        code, out, err = module.run_command(command, data=data)
        return code, out, err

    return run_command
