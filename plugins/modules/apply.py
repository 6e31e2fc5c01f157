#!/usr/bin/python
# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: apply
short_description: Manages a whole project of PostHog in one task
description:
  - Brings the settings, flags, cohorts, actions, insights and dashboards of a project into the declared form, with
    one list request per kind and only the writes that are needed.
  - Objects name each other. They are made in the order that this needs, and side by side where it does not matter.
  - Objects that are not declared are left alone.
author:
  - the rollout.posthog developers (@rollout-posthog)
version_added: 0.1.0
extends_documentation_fragment:
  - rollout.posthog.connection
  - rollout.posthog.connection.action_group
options:
  create_project:
    description:
      - Whether to create the project when there is none of that name. Otherwise that is an error.
    type: bool
    default: false
  project_settings:
    description:
      - The settings of the project, as the options of M(rollout.posthog.project).
    type: dict
  feature_flags:
    description:
      - Feature flags, each with the options of M(rollout.posthog.feature_flag) but the connection's.
    type: list
    elements: dict
  cohorts:
    description:
      - Cohorts, each with the options of M(rollout.posthog.cohort) but the connection's.
    type: list
    elements: dict
  actions:
    description:
      - Actions, each with the options of M(rollout.posthog.action) but the connection's.
    type: list
    elements: dict
  insights:
    description:
      - Insights, each with the options of M(rollout.posthog.insight) but the connection's.
    type: list
    elements: dict
  dashboards:
    description:
      - Dashboards, each with the options of M(rollout.posthog.dashboard) but the connection's.
    type: list
    elements: dict
  concurrency:
    description:
      - How many requests may be under way at a time.
    type: int
    default: 8
"""

EXAMPLES = r"""
- name: The analytics project is as declared
  rollout.posthog.apply:
    project: example
    create_project: true
    project_settings: {timezone: Europe/Berlin, anonymize_ips: true, primary_dashboard: Activation}
    cohorts:
      - name: Employees
        criteria:
          - {key: email, operator: icontains, value: "@example.com"}
    feature_flags:
      - key: trends-dashboard
        conditions:
          - properties: [{cohort: Employees}]
            rollout_percentage: 25
    insights:
      - name: Signups
        query:
          kind: InsightVizNode
          source: {kind: TrendsQuery, series: [{kind: EventsNode, event: user_signed_up}]}
    dashboards:
      - name: Activation
        tiles:
          - {text: "## How people arrive"}
          - {insight: Signups}
"""

RETURN = r"""
changes:
  description: What was done, or in check mode would be done. Objects that are as declared are not listed.
  returned: success
  type: list
  elements: dict
  sample:
    - {kind: feature_flag, name: trends-dashboard, id: 17, action: updated, fields: [conditions]}
unchanged:
  description: How many objects were as declared.
  returned: success
  type: int
  sample: 12
project_id:
  description: The id of the project. It is null in check mode for a project that does not exist yet.
  returned: success
  type: int
  sample: 1
requests:
  description: How many requests were sent.
  returned: success
  type: int
  sample: 7
waited:
  description: How many seconds the task waited because PostHog limits the rate of requests.
  returned: success
  type: float
  sample: 0.0
failures:
  description: The objects that could not be changed, with the reason. Objects that do not depend on them were changed.
  returned: when some objects could not be changed
  type: list
  elements: dict
  sample:
    - {object: cohort Employees, msg: "PostHog answered 400 for name: This field may not be blank. (blank)"}
failure:
  description: What the server said, when it refused a request.
  returned: when the server answered with an error
  type: dict
  sample: {method: POST, path: /api/projects/1/feature_flags/, status: 400, code: unique, attr: key}
"""

from ansible_collections.rollout.posthog.plugins.module_utils.bulk import run_bulk


def main() -> None:
    run_bulk()


if __name__ == "__main__":
    main()
