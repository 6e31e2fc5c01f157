#!/usr/bin/python
# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: action
short_description: Manages an action of PostHog
description:
  - Creates, changes and deletes an action, that is, several ways to do something under one name.
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
      - The name of the action, unique in the project.
    type: str
  description:
    description:
      - What the action stands for.
    type: str
  steps:
    description:
      - The ways to do it, any of which counts.
      - A step has any of C(event), C(properties), C(selector), C(tag_name), C(text), C(href) and C(url).
        C(text_matching), C(href_matching) and C(url_matching) are V(contains), V(exact) or V(regex).
    type: list
    elements: dict
  pinned:
    description:
      - Whether the action is at the top of lists.
    type: bool
  post_to_slack:
    description:
      - Whether the project's Slack channel is told.
    type: bool
  slack_message_format:
    description:
      - The text for Slack.
    type: str
  tags:
    description:
      - All tags. PostHog keeps them in lower case and in no order.
    type: list
    elements: str
"""

EXAMPLES = r"""
- name: Connecting GitHub is one action, however it is done
  rollout.posthog.action:
    name: GitHub connected
    description: Counts the event of the server and the visit of the page after it
    steps:
      - event: github_connected
      - event: $pageview
        url: /integrations/github/done
        url_matching: contains
    tags: [onboarding]
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

from ansible_collections.rollout.posthog.plugins.module_utils.kinds.action import Action
from ansible_collections.rollout.posthog.plugins.module_utils.task import run_one


def main() -> None:
    run_one(Action())


if __name__ == "__main__":
    main()
