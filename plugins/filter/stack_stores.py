# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
name: stack_stores
short_description: Says what follows from stores of PostHog that run elsewhere
version_added: 0.1.0
author: the rollout.posthog developers (@rollout-posthog)
description:
  - Takes what is known of a PostgreSQL, Redis, ClickHouse and Kafka outside of the stack, and gives the containers that
    are left out for them, the secrets, and the addresses that have to be reached.
  - Used by the role P(rollout.posthog.stack#role).
options:
  _input:
    description: By kind (C(postgres), C(redis), C(clickhouse), C(kafka)) what the variables of the role have.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: What is left out is shown
  ansible.builtin.debug:
    msg: "{{ ({'redis': {'host': 'cache.example.com'}} | rollout.posthog.stack_stores).left_out }}"
"""

RETURN = r"""
_value:
  description:
    - C(kinds), C(left_out) (services), C(secrets) (by variable), and C(addresses), each with C(store), C(host) and
      C(port).
  type: dict
"""

from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.rollout.posthog.plugins.module_utils.errors import Invalid
from ansible_collections.rollout.posthog.plugins.module_utils.stack.stores import stores


def stack_stores(given: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    try:
        found = stores(given)
        return {
            "kinds": [store.kind for store in found],
            "left_out": [service for store in found for service in store.services + store.helpers],
            "secrets": {name: value for store in found for name, value in store.secrets().items()},
            "addresses": [
                {"store": store.kind, "host": host, "port": port} for store in found for host, port in store.addresses()
            ],
        }
    except Invalid as problem:
        raise AnsibleFilterError(str(problem)) from problem


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"stack_stores": stack_stores}
