# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
name: stack_swarm
short_description: Makes a stack file for Docker Swarm of PostHog's compose files
version_added: 0.1.0
author: the rollout.posthog developers (@rollout-posthog)
description:
  - Takes what C(docker compose config --format json) says of PostHog's compose files and the overlay of the role
    P(rollout.posthog.stack#role), and gives what C(docker stack deploy) takes.
  - Ports are published on the node itself, and on all of its addresses, for Swarm knows no other. Keep them behind a
    firewall that Docker does not go past.
  - Services with volumes, or with mounts of the checkout that are no single small file, run on nodes with a label.
  - One-shot services are left out, for Swarm has no order of start; they are run by themselves before.
options:
  _input:
    description: The model.
    type: dict
    required: true
  services:
    description: The services to run, as P(rollout.posthog.stack_choice#filter) gives them.
    type: dict
    required: true
  label:
    description: The label of nodes that hold data.
    type: str
    required: true
  files:
    description: The files that are mounted, by path, each with its C(size) and C(checksum). Small ones become configs.
    type: dict
  endpoint_mode:
    description: V(dnsrr) where virtual addresses do not work; the default of Swarm otherwise.
    type: str
  replicas:
    description: How many containers a service has, for those that keep nothing.
    type: dict
  monitor:
    description:
      - How many seconds a new container is watched before the next is made. One that fails in them is taken back.
    type: int
    default: 60
"""

EXAMPLES = r"""
- name: The stack file is written
  ansible.builtin.copy:
    content: "{{ model | rollout.posthog.stack_swarm(services=chosen, label='posthog.stores') | to_nice_yaml }}"
    dest: /opt/posthog/stack.yml
    mode: "0600"
"""

RETURN = r"""
_value:
  description: The stack file.
  type: dict
"""

from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.rollout.posthog.plugins.module_utils.errors import Invalid
from ansible_collections.rollout.posthog.plugins.module_utils.stack.swarm import Swarm, stack_file


def stack_swarm(model: dict[str, Any], **swarm: Any) -> dict[str, Any]:
    try:
        return stack_file(model, Swarm(**swarm))
    except Invalid as problem:
        raise AnsibleFilterError(str(problem)) from problem


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"stack_swarm": stack_swarm}
