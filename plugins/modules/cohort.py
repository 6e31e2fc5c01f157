#!/usr/bin/python
# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cohort
short_description: Manages a cohort of PostHog
description:
  - Creates, changes and deletes a cohort by what its members did and who they are.
author:
  - the rollout.posthog developers (@rollout-posthog)
version_added: 0.1.0
extends_documentation_fragment:
  - rollout.posthog.connection
  - rollout.posthog.connection.object
  - rollout.posthog.connection.action_group
options:
  name:
    description:
      - The name of the cohort.
    type: str
  description:
    description:
      - What the cohort is for.
    type: str
  match:
    description:
      - Whether a member meets any or all of the O(criteria).
    type: str
    choices: [any, all]
  criteria:
    description:
      - Who belongs to the cohort.
      - "An event, or an C(action), within a time: C({event: dashboard_view, at_least: 2, within: 7 days}). Counts are
        C(at_least), C(at_most) and C(exactly). The units are hour, day, week, month and year. Instead of
        C(within), C(since) and C(until) take dates or PostHog's relative dates such as V(-30d)."
      - "C(behavior) is V(performed) unless it is V(first_time), V(regularly) (with C(periods) and C(min_periods)),
        V(sequence) (with C(then_event) or C(then_action) and C(then_within)), V(stopped) or V(restarted)."
      - "A property of the person: C({key: email, operator: icontains, value: '@example.com'})."
      - "Another cohort: C({cohort: Employees})."
      - "A group: C({match: all, criteria: [...]})."
      - C(negation=true) turns a criterion around, and C(properties) narrows an event.
    type: list
    elements: dict
  exclude_test_accounts:
    description:
      - Whether the project's test accounts are left out.
    type: bool
  static:
    description:
      - Whether the cohort keeps the members that it once got. PostHog does not let the criteria of
        such a cohort change.
    type: bool
  query:
    description:
      - A query node whose persons fill a static cohort.
    type: dict
"""

EXAMPLES = r"""
- name: Who looked twice or answered in the last week counts as engaged
  rollout.posthog.cohort:
    name: Weekly engaged
    match: any
    criteria:
      - {event: dashboard_view, at_least: 2, within: 7 days}
      - {event: survey_response_submitted, within: 7 days}

- name: Customers are the engaged that are not our own people
  rollout.posthog.cohort:
    name: Engaged customers
    match: all
    criteria:
      - {cohort: Weekly engaged}
      - {key: email, operator: not_icontains, value: "@example.com"}
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

from ansible_collections.rollout.posthog.plugins.module_utils.kinds.cohort import Cohort
from ansible_collections.rollout.posthog.plugins.module_utils.task import run_one


def main() -> None:
    run_one(Cohort())


if __name__ == "__main__":
    main()
