#!/usr/bin/python
# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: stack_secrets
short_description: Makes the secrets of a PostHog host once, and keeps them
description:
  - Makes what is not there yet, in the formats that PostHog wants, or takes what is given. The file is readable by
    its owner only.
  - Never changes a secret that is there. A given value that is not the kept one is refused, because data was made
    with the kept one.
  - The result holds the secrets; register it with C(no_log).
  - Used by the role P(rollout.posthog.stack#role).
author:
  - the rollout.posthog developers (@rollout-posthog)
version_added: 0.1.0
requirements:
  - openssl, unless the private key is given
attributes:
  check_mode:
    description: Can run in check mode. The secrets of the result are then made up, and others than the next run makes.
    support: full
  diff_mode:
    description: Shows nothing, for it would show secrets.
    support: none
options:
  path:
    description: The file, in JSON.
    type: path
    required: true
  given:
    description:
      - Secrets from elsewhere, by name, for instance from a vault.
      - They are in the result, as all others are, so the task needs C(no_log).
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: The host has its secrets
  rollout.posthog.stack_secrets:
    path: /opt/posthog/secrets.json
    given:
      encryption_salt_keys: "{{ vault_posthog_encryption_salt_keys }}"
  register: kept
  no_log: true
"""

RETURN = r"""
secrets:
  description: All secrets, by name.
  returned: success
  type: dict
made:
  description: The names of those that this run made.
  returned: success
  type: list
  elements: str
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.rollout.posthog.plugins.module_utils.ending import run
from ansible_collections.rollout.posthog.plugins.module_utils.stack.task import SECRETS_SPEC, settle_secrets


def main() -> None:
    run(AnsibleModule(SECRETS_SPEC, supports_check_mode=True), settle_secrets)


if __name__ == "__main__":
    main()
