#!/usr/bin/python
# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: dashboard
short_description: Manages a dashboard of PostHog
description:
  - Creates, changes and deletes a dashboard with its filters and its tiles.
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
      - The name of the dashboard.
    type: str
  description:
    description:
      - What the dashboard is for.
    type: str
  pinned:
    description:
      - Whether the dashboard is at the top of lists.
    type: bool
  editable_by:
    description:
      - Who may change the dashboard.
    type: str
    choices: [everyone, collaborators]
  filters:
    description:
      - What all insights of the dashboard are narrowed to, with C(date_from), C(date_to), C(explicit_date),
        C(properties) and C(breakdown).
    type: dict
  variables:
    description:
      - Values for the variables of SQL insights, in PostHog's own form. PostHog cannot empty them again.
    type: dict
  tiles:
    description:
      - All insights and texts on the dashboard. Buttons and widgets are left alone.
      - "C({insight: Onboarding funnel}) or C({text: '## A heading'}), with C(layout) on the grid of 12 columns, such as
        C({x: 0, y: 0, w: 12, h: 5}), C(color), C(show_description) and C(transparent_background)."
      - The layout decides the order. Tiles without one are put below what comes before them in the list.
      - "The grid of phones follows from the order unless C(phone), such as C({y: 0, h: 5}), is written."
      - An insight that is listed is put on the dashboard, and one that is not listed is taken off it. It is not
        deleted.
    type: list
    elements: dict
  breakdown_colors:
    description:
      - The colors of breakdown values, in PostHog's own form.
    type: list
    elements: raw
  data_color_theme_id:
    description:
      - The id of the color theme.
    type: int
  quick_filter_ids:
    description:
      - The ids of quick filters.
    type: list
    elements: str
  tags:
    description:
      - All tags. PostHog keeps them in lower case and in no order.
    type: list
    elements: str
"""

EXAMPLES = r"""
- name: The activation dashboard starts with a heading and the funnel
  rollout.posthog.dashboard:
    name: Activation overview
    filters: {date_from: -30d}
    tiles:
      - {text: "## How people arrive", layout: {x: 0, y: 0, w: 12, h: 2}}
      - {insight: Signup to GitHub, layout: {x: 0, y: 2, w: 12, h: 5}}
    tags: [activation]

- name: A dashboard that nobody looks at is gone, its insights stay
  rollout.posthog.dashboard:
    name: Old numbers
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

from ansible_collections.rollout.posthog.plugins.module_utils.kinds.dashboard import Dashboard
from ansible_collections.rollout.posthog.plugins.module_utils.task import run_one


def main() -> None:
    run_one(Dashboard())


if __name__ == "__main__":
    main()
