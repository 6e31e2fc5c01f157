# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
name: stack_leader
short_description: Says which of several managers of a swarm acts
version_added: 0.1.0
author: the rollout.posthog developers (@rollout-posthog)
description:
  - Of the managers that a play runs on, the one whose node keeps the data. It deploys, migrates and asks the stores.
  - Used by the role P(rollout.posthog.stack#role).
options:
  _input:
    description: The hosts of the play, in their order, each as M(rollout.posthog.stack_host_info) has it.
    type: dict
    required: true
  wished:
    description: Who shall keep the data when nobody does yet; the first of the hosts, if not said.
    type: str
"""

EXAMPLES = r"""
- name: One acts
  ansible.builtin.debug:
    msg: "{{ {'one': first.host, 'two': second.host} | rollout.posthog.stack_leader }}"
"""

RETURN = r"""
_value:
  description: Its name, or nothing when it is not among them.
  type: str
"""

from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.rollout.posthog.plugins.module_utils.errors import Invalid
from ansible_collections.rollout.posthog.plugins.module_utils.stack.leader import leader


def stack_leader(hosts: Mapping[str, Mapping[str, Any]], wished: str = "") -> str:
    try:
        return leader(hosts, wished)
    except Invalid as problem:
        raise AnsibleFilterError(str(problem)) from problem


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"stack_leader": stack_leader}
