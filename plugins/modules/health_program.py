#!/usr/bin/python
# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: health_program
short_description: Installs the checks of PostHog as a program that a timer can start
description:
  - Puts the checks of M(rollout.posthog.health) on the host as one file of Python, and their options beside it, so that
    they are carried out without Ansible. It is the same code that the module runs with.
  - The program tells a webhook or people by e-mail, once when the verdict of a check changes, again when that lasts,
    and when all is well again.
  - It needs Python 3.9 and C(requests) on the host. It ends with 1 when a check failed, and with 2 when it could not
    do its own work, such as telling somebody.
  - Who starts it is not this module's business. Use the role P(rollout.posthog.health#role) for a timer.
author:
  - the rollout.posthog developers (@rollout-posthog)
version_added: 0.1.0
extends_documentation_fragment:
  - rollout.posthog.connection
  - rollout.posthog.connection.action_group
  - rollout.posthog.health
  - rollout.posthog.notices
attributes:
  check_mode:
    description: Tells what would be written, and writes nothing.
    support: full
  diff_mode:
    description: Shows the settings without secrets. PostHog is not asked.
    support: full
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
options:
  path:
    description: Where the program is.
    type: path
    default: /usr/local/lib/rollout-posthog/health.pyz
  settings_path:
    description:
      - Where its settings are, with the key and all that is secret. Nobody but the owner may read it.
    type: path
    default: /etc/rollout-posthog/health.json
  state_path:
    description: Where the program remembers what it has told. Nothing is lost with it but that.
    type: path
    default: /var/lib/rollout-posthog/health-state.json
  reminder_hours:
    description: After how many hours it tells again of what lasts.
    type: float
    default: 24.0
  notify_warnings:
    description: Whether it tells of warnings, too, and not of failures alone.
    type: bool
    default: true
"""

EXAMPLES = r"""
- name: The checks can be carried out by the host itself
  rollout.posthog.health_program:
    host: https://posthog.example.com
    api_key: "{{ vault_posthog_api_key }}"
    project: Shop
    containers: {project: posthog}
    webhook: {url: "{{ vault_chat_webhook }}"}
    email:
      to: [ops@example.com]
      sender: posthog@example.com
"""

RETURN = r"""
files:
  description: The files that were written, or in check mode would be.
  returned: success
  type: list
  elements: str
  sample: [/usr/local/lib/rollout-posthog/health.pyz]
"""

from ansible_collections.rollout.posthog.plugins.module_utils.health.install import run


def main() -> None:
    run()


if __name__ == "__main__":
    main()
