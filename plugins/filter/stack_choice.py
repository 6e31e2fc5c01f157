# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
name: stack_choice
short_description: Chooses the services of PostHog that a host runs
version_added: 0.1.0
author: the rollout.posthog developers (@rollout-posthog)
description:
  - Compares the services of PostHog's compose files with those of the release file, and stops with the names of what
    is new or gone.
  - Gives those that the wanted capabilities need, each with its entry of the catalogue.
  - Used by the role P(rollout.posthog.stack#role).
options:
  _input:
    description: The services of PostHog's compose files, as C(docker compose config) gives them.
    type: dict
    required: true
  release:
    description: The release file, with the services that it was made with and the digest of each image.
    type: dict
    required: true
  catalogue:
    description: What each service is for.
    type: dict
    required: true
  capabilities:
    description: What PostHog shall be able to do here.
    type: list
    elements: str
    required: true
  registry_prefix:
    description: Where a mirror has the images.
    type: str
  left_out:
    description: Services that are left out although a capability needs them, because they run elsewhere.
    type: list
    elements: str
"""

EXAMPLES = r"""
- name: Flags and their needs
  ansible.builtin.debug:
    msg: "{{ model.services | rollout.posthog.stack_choice(release, catalogue, ['core', 'flags']) }}"
"""

RETURN = r"""
_value:
  description: The services to run, each with its entry of the catalogue and its pinned C(image).
  type: dict
"""

from collections.abc import Iterable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.rollout.posthog.plugins.module_utils.errors import Invalid
from ansible_collections.rollout.posthog.plugins.module_utils.stack.choice import choose


def stack_choice(
    upstream: Mapping[str, dict[str, Any]],
    release: Mapping[str, Any],
    catalogue: Mapping[str, dict[str, Any]],
    capabilities: Iterable[str],
    registry_prefix: str = "",
    left_out: Iterable[str] = (),
) -> dict[str, dict[str, Any]]:
    try:
        return choose(upstream, release, catalogue, capabilities, registry_prefix, left_out)
    except Invalid as problem:
        raise AnsibleFilterError(str(problem)) from problem


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"stack_choice": stack_choice}
