# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
name: overridden
short_description: Replaces fields of declared objects by natural key
version_added: 0.1.0
author: the rollout.posthog developers (@rollout-posthog)
description:
  - Takes what is common to all environments and lays what one environment has differently over it.
  - Objects are matched by their C(key) or C(name). A field of an override replaces the whole field.
  - An override without a match is an error, for it would otherwise make a new object out of a misspelt name. An object
    that one environment has for itself says so by C(new=true), and is put at the end of the list.
positional: overrides
options:
  _input:
    description: The common objects.
    type: list
    elements: dict
    required: true
  overrides:
    description: What is different, each entry with the natural key of an object.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: The debug flag is for everyone here
  ansible.builtin.debug:
    msg: "{{ common | rollout.posthog.overridden(here) }}"
  vars:
    here:
      - {key: debug-logging, conditions: [{rollout_percentage: 100}]}
    common:
      - {key: debug-logging, description: Verbose logs, conditions: [{rollout_percentage: 10}]}
"""

RETURN = r"""
_value:
  description: The objects of this environment, in the common order.
  type: list
  elements: dict
"""

import difflib
from typing import Any

from ansible.errors import AnsibleFilterError


def natural_key(entry: Any, origin: str) -> str:
    if not isinstance(entry, dict) or not (entry.get("key") or entry.get("name")):
        raise AnsibleFilterError(f"every object in {origin} is a mapping with a key or a name, unlike {entry!r}")
    return str(entry.get("key") or entry["name"])


def overridden(common: list[dict[str, Any]] | None, overrides: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    """The common objects with the overrides laid over them."""
    result = {natural_key(entry, "the common list"): dict(entry) for entry in common or []}
    if len(result) != len(common or []):
        # Twins are for the module to report; merging them would hide one.
        return [*(common or []), *(overrides or [])]
    for entry in overrides or []:
        key = natural_key(entry, "the overrides")
        fields = {name: value for name, value in entry.items() if name != "new"}
        if (key in result) == bool(entry.get("new")):
            problem = "is there already" if key in result else f"overrides nothing; {hint(key, result)}"
            raise AnsibleFilterError(f"'{key}' {problem}")
        result.setdefault(key, {}).update(fields)
    return list(result.values())


def hint(key: str, known: dict[str, Any]) -> str:
    if not known:
        return "nothing is declared in common; is it in the host_vars beside the playbook, under the name of this host?"
    close = difflib.get_close_matches(key, known, n=1)
    meant = f"did you mean '{close[0]}'? " if close else ""
    return f"{meant}write new: true for an object of this environment alone"


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"overridden": overridden}
