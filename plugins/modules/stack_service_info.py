#!/usr/bin/python
# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: stack_service_info
short_description: Compares the containers of a stack with what they should be
description:
  - Tells of each service its image, state, health, restarts and ports, whether its container is of the wanted image and
    configuration, and what is wrong with it.
  - Reads only. Knows by the checksums of Docker Compose what the next C(docker compose up) would make anew.
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
  directory:
    description: The directory of the compose files, with an C(.env) that names them.
    type: path
    required: true
  project:
    description: The name of the project of Docker Compose.
    type: str
    required: true
  services:
    description: The wanted services, each with its C(image), and C(once) if it ends when it is done.
    type: dict
    required: true
  migration:
    description: The name of the container that carries migrations out.
    type: str
    required: true
  engine:
    description:
      - What runs the services.
      - With V(swarm) the directory has a C(stack.json), and any manager can be asked.
    type: str
    choices: [compose, swarm]
    default: compose
"""

EXAMPLES = r"""
- name: The services are known
  rollout.posthog.stack_service_info:
    directory: /opt/posthog/current
    project: posthog
    migration: posthog-migrate
    services:
      web: {image: "posthog/posthog@sha256:0f3e..."}
      kafka-init: {image: "redpandadata/redpanda@sha256:77ab...", once: true}
  register: stack
"""

RETURN = r"""
services:
  description: One entry for each wanted service.
  returned: success
  type: list
  elements: dict
  sample:
    - name: web
      image: posthog/posthog:0f3e@sha256:0f3e
      state: running
      health: healthy
      restarts: 0
      ports: ""
      current: true
      problem: ""
strangers:
  description: Services that have containers and are not wanted.
  returned: success
  type: list
  elements: str
outdated:
  description: Services that are missing, stopped, unhealthy, or of another image or configuration.
  returned: success
  type: list
  elements: str
problems:
  description: What is wrong, a sentence for each service.
  returned: success
  type: list
  elements: str
migrated:
  description: Whether the migration of the wanted image has ended well on the volumes that are there.
  returned: success
  type: bool
migrating:
  description: The image of a migration that runs; empty if none does.
  returned: success
  type: str
migrating_since:
  description: When that migration began.
  returned: success
  type: str
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.rollout.posthog.plugins.module_utils.ending import run
from ansible_collections.rollout.posthog.plugins.module_utils.stack.task import SERVICE_SPEC, look_at_services


def main() -> None:
    run(AnsibleModule(SERVICE_SPEC, supports_check_mode=True), look_at_services)


if __name__ == "__main__":
    main()
