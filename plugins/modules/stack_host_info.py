#!/usr/bin/python
# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: stack_host_info
short_description: Says what a host has, and what PostHog would miss on it
description:
  - Reads memory, processors, swap, disk, kernel settings, versions of Docker and Compose, ports that are taken, and
    the volumes of a project, in one call and without changing anything.
  - Compares them with what is wanted. All that is missing is told at once, each with how to mend it.
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
  project:
    description: The name of the project of Docker Compose.
    type: str
    required: true
  minimum:
    description:
      - The least that will do. Keys are V(cpus), V(memory), V(swap) and V(disk_free) in GiB, V(disk_used_percent), and
        V(docker) and V(compose) as versions. What is left out is not checked.
    type: dict
    default: {}
  kernel:
    description: Settings as C(sysctl) names them, each with its least value.
    type: dict
    default: {}
  ports:
    description: Ports that the stack will listen on.
    type: list
    elements: int
    default: []
  postgres:
    description: The major version of PostgreSQL that the release brings; a database of another one is a problem.
    type: str
    default: ""
  swarm:
    description: Whether the engine has to be a member of a swarm.
    type: bool
    default: false
  accepted:
    description: Volumes of older releases that the user knows of.
    type: list
    elements: str
    default: []
  secrets_path:
    description: Where the secrets of the host are kept. A database without them is a problem.
    type: path
    required: true
  secrets_given:
    description: Whether the user gives the secrets that a database was made with.
    type: bool
    default: false
  keeper_label:
    description: The label of the node of a swarm that keeps the data; a manager then says which nodes have it.
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: What the host has is known
  rollout.posthog.stack_host_info:
    project: posthog
    minimum: {cpus: 4, memory: 15, disk_free: 40, compose: 2.33.1}
    secrets_path: /opt/posthog/secrets.json
  register: found

- name: PostHog can run here
  ansible.builtin.assert:
    that: not found.problems
    fail_msg: "{{ found.problems | join('\n') }}"
"""

RETURN = r"""
host:
  description: What was found. Sizes are in GiB.
  returned: success
  type: dict
  sample:
    name: analytics
    cpus: 8
    memory: 31.2
    swap: 4.0
    disk_free: 120.5
    disk_used_percent: 31
    docker: 28.2.2
    compose: 2.40.3
    swarm: inactive
    manager: false
    node: ""
    keepers: []
    ports: [22, 443]
    kernel: {fs.aio-max-nr: 1048576}
    volumes: {postgres-data: {created: "2026-11-26T19:22:40Z", empty: false, postgres: "15"}}
problems:
  description: What is missing, each with how to mend it.
  returned: success
  type: list
  elements: str
has_secrets:
  description: Whether the secrets of the stack are on the host, or given.
  returned: success
  type: bool
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.rollout.posthog.plugins.module_utils.ending import run
from ansible_collections.rollout.posthog.plugins.module_utils.stack.task import HOST_SPEC, look_at_host


def main() -> None:
    run(AnsibleModule(HOST_SPEC, supports_check_mode=True), look_at_host)


if __name__ == "__main__":
    main()
