# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How people are told, for the programs that are installed on a host."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  webhook:
    description:
      - An address that gets a POST with the document as JSON, with C(kind) (unwell, changed, reminder, well, trial) and
        C(text).
    type: dict
    suboptions:
      url:
        description: The address. It is kept secret.
        type: str
        required: true
      token:
        description: Sent as C(Authorization) with C(Bearer).
        type: str
      ca_path:
        description: A file of certificates that are trusted instead of the system's.
        type: path
  email:
    description: People who are told by e-mail.
    type: dict
    suboptions:
      to:
        description: Their addresses.
        type: list
        elements: str
        required: true
      sender:
        description: The address that it comes from.
        type: str
        required: true
      smtp_host:
        description: The server that takes it, such as a mail server on the host itself.
        type: str
        default: localhost
      smtp_port:
        description: The port of that server.
        type: int
        default: 25
      security:
        description: How the connection is encrypted.
        type: str
        choices: [none, starttls, tls]
        default: none
      user:
        description: Who logs in there, where that is needed.
        type: str
      password:
        description: The password of the user.
        type: str
      ca_path:
        description: A file of certificates that are trusted beside the system's.
        type: path
  posthog_event:
    description:
      - A PostHog that gets an event C(rollout_health_message) with the document in its properties. One that is told of
        itself hears nothing when it is down, so name another one, or another way beside it.
    type: dict
    suboptions:
      host:
        description: Where it takes events, such as V(https://eu.i.posthog.com).
        type: str
        required: true
      project_token:
        description: The token of the project (V(phc_...)).
        type: str
        required: true
      ca_path:
        description: A file of certificates that are trusted instead of the system's.
        type: path
"""
