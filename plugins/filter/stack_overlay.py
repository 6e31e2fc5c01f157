# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
name: stack_overlay
short_description: Makes the compose file that is laid over PostHog's own
version_added: 0.1.0
author: the rollout.posthog developers (@rollout-posthog)
description:
  - Takes the model that C(docker compose config --format json) makes of PostHog's compose files, rendered with names in
    place of secrets, and gives the text of a second compose file with what one host has differently.
  - Used by the role P(rollout.posthog.stack#role).
options:
  _input:
    description: The model.
    type: dict
    required: true
  services:
    description: The services to run, as P(rollout.posthog.stack_choice#filter) gives them.
    type: dict
    required: true
  publish:
    description: The ports of each service on the host.
    type: dict
  environment:
    description: Further variables of each service.
    type: dict
  memory:
    description: The memory limit of each service.
    type: dict
  volumes:
    description: Further mounts of each service.
    type: dict
  contents:
    description: A checksum of the mounted files of each service.
    type: dict
  log_size:
    description: How large a log may grow.
    type: str
  log_files:
    description: How many logs are kept.
    type: int
  subnet:
    description: The addresses of the network.
    type: str
  network:
    description: A network that is there already, in place of one that Compose makes.
    type: str
  localhost_allowed:
    description: The variables that may name localhost, each as C(service.VARIABLE).
    type: list
    elements: str
  stores:
    description: The stores that run elsewhere, as P(rollout.posthog.stack_stores#filter) takes them.
    type: dict
"""

EXAMPLES = r"""
- name: The overlay is written
  ansible.builtin.copy:
    content: "{{ model | rollout.posthog.stack_overlay(services=chosen) }}"
    dest: /opt/posthog/overlay.yml
    mode: "0644"
"""

RETURN = r"""
_value:
  description: The text of the compose file.
  type: str
"""

from typing import Any, Optional

from ansible.errors import AnsibleFilterError

from ansible_collections.rollout.posthog.plugins.module_utils.errors import Invalid
from ansible_collections.rollout.posthog.plugins.module_utils.stack.overlay import Layout, overlay
from ansible_collections.rollout.posthog.plugins.module_utils.stack.stores import stores as read_stores
from ansible_collections.rollout.posthog.plugins.plugin_utils import compose_text


def stack_overlay(model: dict[str, Any], stores: Optional[dict[str, Any]] = None, **layout: Any) -> str:
    try:
        return compose_text.text(overlay(model, Layout(stores=read_stores(stores or {}), **layout)))
    except Invalid as problem:
        raise AnsibleFilterError(str(problem)) from problem


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"stack_overlay": stack_overlay}
