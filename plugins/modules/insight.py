#!/usr/bin/python
# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: insight
short_description: Manages an insight of PostHog
description:
  - Creates, changes and deletes an insight with its query, in which actions and cohorts are named.
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
      - The name of the insight.
    type: str
  description:
    description:
      - What the insight shows.
    type: str
  query:
    description:
      - The query, in PostHog's own schema, nearly always an V(InsightVizNode) around a V(TrendsQuery) or
        V(FunnelsQuery).
      - "An V(ActionsNode) has C(action) with the action's name, a filter by cohort is C({cohort: name}), and a
        breakdown by cohort lists names."
    type: dict
  dashboards:
    description:
      - All dashboards that show the insight, by name.
      - Leave it out where the dashboards list their tiles.
    type: list
    elements: raw
  favorited:
    description:
      - Whether the insight is a favourite.
    type: bool
  tags:
    description:
      - All tags. PostHog keeps them in lower case and in no order.
    type: list
    elements: str
"""

EXAMPLES = r"""
- name: The way from signing up to connecting GitHub is measured
  rollout.posthog.insight:
    name: Signup to GitHub
    query:
      kind: InsightVizNode
      source:
        kind: FunnelsQuery
        series:
          - {kind: EventsNode, event: user_signed_up}
          - {kind: ActionsNode, action: GitHub connected}
        funnelsFilter: {funnelWindowInterval: 14, funnelWindowIntervalUnit: day}
    tags: [activation]
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

from ansible_collections.rollout.posthog.plugins.module_utils.kinds.insight import Insight
from ansible_collections.rollout.posthog.plugins.module_utils.task import run_one


def main() -> None:
    run_one(Insight())


if __name__ == "__main__":
    main()
