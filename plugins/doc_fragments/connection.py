# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that every module of the collection takes."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  region:
    description:
      - The region of PostHog Cloud, instead of O(host).
    type: str
    choices: [eu, us]
  host:
    description:
      - The address of PostHog, such as V(https://posthog.example.com), instead of O(region).
      - The host that takes events (V(us.i.posthog.com)) is not the one that has the API.
      - The environment variable E(POSTHOG_HOST) is used when neither is given.
    type: str
  api_key:
    description:
      - A personal API key (V(phx_...)) with the scopes of what is managed, such as V(feature_flag:write).
      - Without the option, the environment variable E(POSTHOG_API_KEY) is used.
      - Give it here, in C(module_defaults) or in the environment of the controller, but not by the C(environment)
        keyword of a play, which Ansible prints at C(-vvv).
    type: str
  project:
    description:
      - The project by name or by id.
      - Without the option, the environment variable E(POSTHOG_PROJECT_ID) is used.
    type: raw
  organization:
    description:
      - The organization by name or by id; unless given, the current one of the key's owner.
    type: str
  validate_certs:
    description:
      - Whether the TLS certificate of the host is checked.
    type: bool
    default: true
  ca_path:
    description:
      - A file of certificates that are trusted beside, or a directory of them, for a host with a private authority.
    type: path
  timeout:
    description:
      - How many seconds to wait for a connection, and for each answer.
    type: float
    default: 30.0
  throttle_timeout:
    description:
      - How many seconds in all the task may wait because PostHog limits the rate of requests.
    type: float
    default: 300.0
  retries:
    description:
      - How often a request is tried again after a lost connection or a status of 502, 503 or 504.
      - A write is only repeated after a look at what the server has, so that nothing is created twice.
    type: int
    default: 4
  strict:
    description:
      - Whether the task fails when the server answers with success but did not take a field, as it does for what
        the plan or licence does not include. Otherwise that is a warning.
    type: bool
    default: false
requirements:
  - requests >= 2.28 on the host that runs the module
notes:
  - Nothing is stored on the controller. Objects are recognised by their natural key.
  - A field that is not written is not managed. A field that is written is wholly managed, so that what somebody adds to
    it in the web interface is put back. Empty values clear the field.
seealso:
  - name: PostHog's documentation
    description: The words of this collection are PostHog's own.
    link: https://posthog.com/docs
attributes:
  check_mode:
    description: Can predict the changes without writing anything.
    support: full
  diff_mode:
    description: Shows what changes in the words of the task.
    support: full
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
"""

    ACTION_GROUP = r"""
options: {}
attributes:
  action_group:
    description: Takes common options from C(module_defaults) of the group.
    support: full
    membership:
      - rollout.posthog.all
"""

    # Options of every module that manages one object.
    OBJECT = r"""
options:
  state:
    description:
      - Whether the object exists.
    type: str
    choices: [present, absent]
    default: present
  id:
    description:
      - The id of the object, to rename it, to tell it from another one of the same name, or to bring a deleted one
        back.
    type: raw
  extra:
    description:
      - Attributes of PostHog's API that this release does not know yet, sent and compared as they are.
    type: dict
    default: {}
"""
