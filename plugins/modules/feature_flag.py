#!/usr/bin/python
# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: feature_flag
short_description: Manages a feature flag of PostHog
description:
  - Creates, changes, deletes and restores a feature flag with its conditions, variants and payloads.
  - Fields that are edited by somebody else at the same moment are read again rather than overwritten.
author:
  - the rollout.posthog developers (@rollout-posthog)
version_added: 0.1.0
extends_documentation_fragment:
  - rollout.posthog.connection
  - rollout.posthog.connection.object
  - rollout.posthog.connection.action_group
options:
  key:
    description:
      - The key by which code asks for the flag.
    type: str
  description:
    description:
      - What the flag is for. PostHog's API calls it C(name).
    type: str
  active:
    description:
      - Whether the flag is evaluated at all. A new flag is active.
    type: bool
  archived:
    description:
      - Whether the flag is hidden from lists. Goes with O(active=false).
    type: bool
  conditions:
    description:
      - Who gets the flag. The conditions are tried in order and one that matches is enough.
      - "C(properties) are filters that must all match: C({key: email, operator: icontains, value: '@example.com'}),
        C({cohort: Weekly engaged}), C({flag: other-flag, value: true}), or C({type: group, group_type: company,
        key: plan, value: paid})."
      - The operators are V(exact), V(is_not), V(icontains), V(not_icontains), V(icontains_multi),
        V(not_icontains_multi), V(regex), V(not_regex), V(gt), V(gte), V(lt), V(lte), V(is_set), V(is_not_set),
        V(is_date_exact), V(is_date_before), V(is_date_after), V(semver_eq), V(semver_neq), V(semver_gt),
        V(semver_gte), V(semver_lt), V(semver_lte), V(semver_tilde), V(semver_caret), V(semver_wildcard); for cohorts
        V(in) and V(not_in).
      - C(rollout_percentage) is the share of those that match, 100 unless written.
      - C(variant) gives all of them one variant, C(description) is for people, and C(aggregate_by) is a group type
        whose groups, instead of persons, get the flag.
      - A new flag without conditions matches nobody.
    type: list
    elements: dict
  variants:
    description:
      - The values of the flag, with C(key), C(rollout_percentage) and optionally C(name), C(description) and
        C(payload).
      - The percentages sum to 100. A payload is any YAML value.
    type: list
    elements: dict
  payload:
    description:
      - The payload of a flag without variants, any YAML value.
    type: raw
  early_exit:
    description:
      - Whether evaluation ends at the first condition whose properties match, also when its rollout leaves the
        person out.
    type: bool
  remote_config:
    description:
      - Whether the flag is only there for its payload.
    type: bool
  encrypted:
    description:
      - Whether the payload of a O(remote_config) flag is a secret. It is then never shown, and written when the flag is
        created and when O(secrets_version) changes.
    type: bool
  secrets_version:
    description:
      - Any text. Changing it writes an encrypted payload anew. PostHog keeps it as a tag.
    type: str
  ensure_experience_continuity:
    description:
      - Whether a person keeps the value when logging in.
    type: bool
  evaluation_runtime:
    description:
      - Where the flag may be evaluated.
    type: str
    choices: [all, server, client]
  bucketing_identifier:
    description:
      - What decides who is inside a percentage.
    type: str
    choices: [distinct_id, device_id]
  evaluation_contexts:
    description:
      - The contexts in which the flag is evaluated; none means all.
    type: list
    elements: str
  tags:
    description:
      - All tags. PostHog keeps them in lower case and in no order.
    type: list
    elements: str
"""

EXAMPLES = r"""
- name: A quarter of our own people see the new trends
  rollout.posthog.feature_flag:
    key: trends-dashboard
    description: The new trends feature
    conditions:
      - properties:
          - {key: email, operator: icontains, value: "@example.com"}
        rollout_percentage: 25
    tags: [growth]

- name: Two layouts are compared
  rollout.posthog.feature_flag:
    key: wide-layout
    conditions:
      - rollout_percentage: 100
    variants:
      - {key: control, rollout_percentage: 50}
      - {key: wide, rollout_percentage: 50, payload: {columns: 12}}

- name: The old flag is gone
  rollout.posthog.feature_flag:
    key: old-layout
    state: absent
"""

RETURN = r"""
action:
  description: What was done, or in check mode would be done.
  returned: success
  type: str
  sample: updated
object:
  description: The object as it is now, in the form in which it is written in a task. Secrets are left out.
  returned: success
  type: dict
id:
  description: The id of the object. It is V((known after apply\)) in check mode for an object that does not exist yet.
  returned: success
  type: raw
  sample: 17
requests:
  description: How many requests were sent.
  returned: success
  type: int
  sample: 2
waited:
  description: How many seconds the task waited because PostHog limits the rate of requests.
  returned: success
  type: float
  sample: 0.0
failure:
  description: What the server said, when it refused a request.
  returned: when the server answered with an error
  type: dict
  sample: {method: POST, path: /api/projects/1/feature_flags/, status: 400, code: unique, attr: key}
"""

from ansible_collections.rollout.posthog.plugins.module_utils.kinds.feature_flag import FeatureFlag
from ansible_collections.rollout.posthog.plugins.module_utils.task import run_one


def main() -> None:
    run_one(FeatureFlag())


if __name__ == "__main__":
    main()
