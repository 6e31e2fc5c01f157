#!/usr/bin/python
# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: stack_release_info
short_description: Makes a release file of PostHog
description:
  - Asks the registries which digests the images of a commit have, and tells what a person should look at before a host
    is brought to it. Changes nothing.
  - Only registries, or a mirror, that everybody may read from.
  - Used by the role P(rollout.posthog.stack#role).
author:
  - the rollout.posthog developers (@rollout-posthog)
version_added: 0.1.0
attributes:
  check_mode:
    description: Can run in check mode, for it only reads.
    support: full
  diff_mode:
    description: Has nothing to show.
    support: none
options:
  commit:
    description: The commit, of 40 digits.
    type: str
    required: true
  services:
    description: The services of PostHog's compose files, as C(docker compose config) gives them.
    type: dict
    required: true
  catalogue:
    description: What each service is for.
    type: dict
    required: true
  capabilities:
    description: What PostHog shall be able to do. Images that nothing of it needs are not looked up.
    type: list
    elements: str
    required: true
  registry_prefix:
    description: Where a mirror has the images.
    type: str
    default: ""
  present:
    description: The release that is in use, to compare with.
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: The digests of a commit are known
  rollout.posthog.stack_release_info:
    commit: 0123456789abcdef0123456789abcdef01234567
    services: "{{ model.services }}"
    catalogue: {web: {stage: app, capabilities: [core]}}
    capabilities: [core]
  register: found
"""

RETURN = r"""
release:
  description: What stands in a release file.
  returned: success
  type: dict
differences:
  description: What to look at, a sentence each.
  returned: success
  type: list
  elements: str
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.rollout.posthog.plugins.module_utils.ending import run
from ansible_collections.rollout.posthog.plugins.module_utils.stack.task import RELEASE_SPEC, make_release


def main() -> None:
    run(AnsibleModule(RELEASE_SPEC, supports_check_mode=True), make_release)


if __name__ == "__main__":
    main()
