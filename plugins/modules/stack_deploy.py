#!/usr/bin/python
# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: stack_deploy
short_description: Deploys some services of a stack on a swarm, and waits until they run
description:
  - Gives C(docker stack deploy) the named services of the C(stack.json) in a directory, by standard input, so that its
    secrets are in no argument and no environment. Services that are not named stay as they are.
  - Waits until every container is of the new configuration and passes its health check. Fails at once when Swarm goes
    back to what ran before, and says what the last container that failed has said.
  - Used by the role P(rollout.posthog.stack#role), for services that M(rollout.posthog.stack_service_info) finds
    outdated; it always says that it changed something.
author:
  - the rollout.posthog developers (@rollout-posthog)
version_added: 0.1.0
attributes:
  check_mode:
    description: Deploys nothing.
    support: full
  diff_mode:
    description: Has nothing to show.
    support: none
options:
  directory:
    description: The directory of C(stack.json).
    type: path
    required: true
  name:
    description: The name of the stack.
    type: str
    required: true
  services:
    description: The services to deploy.
    type: list
    elements: str
    required: true
  timeout:
    description: How many seconds they have to come up.
    type: int
    default: 1200
"""

EXAMPLES = r"""
- name: The edge is up
  rollout.posthog.stack_deploy:
    directory: /opt/posthog/current
    name: posthog
    services: [capture, proxy]
    timeout: 300
"""

RETURN = r"""
services:
  description: One entry for each of the services, as M(rollout.posthog.stack_service_info) has them.
  returned: success
  type: list
  elements: dict
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.rollout.posthog.plugins.module_utils.ending import run
from ansible_collections.rollout.posthog.plugins.module_utils.stack.task import DEPLOY_SPEC, deploy_services


def main() -> None:
    run(AnsibleModule(DEPLOY_SPEC, supports_check_mode=True), deploy_services)


if __name__ == "__main__":
    main()
