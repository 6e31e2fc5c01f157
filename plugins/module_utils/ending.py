# SPDX-License-Identifier: GPL-3.0-or-later
"""How a module ends that brings no client: with its result, or with a sentence. `module.py` does so for the others."""

from __future__ import annotations

import typing as t

from ansible.module_utils.basic import AnsibleModule

from .errors import RolloutError


def run(module: AnsibleModule, work: t.Callable[[AnsibleModule], dict[str, t.Any]]) -> None:
    """Ends the task with what `work` returns; a RolloutError becomes a failure."""
    try:
        result = work(module)
    except RolloutError as problem:
        module.fail_json(msg=str(problem), **problem.details())
    module.exit_json(**result)
