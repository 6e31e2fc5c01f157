#!/usr/bin/python
# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: health
short_description: Proves that a PostHog serves
description:
  - Carries out checks that prove service, where an answer of 200 proves little. An event is sent and has to arrive,
    flags have to be evaluated, workers have to live, and disks, certificates and backups have to last.
  - A check without what it needs is skipped, and says what it lacks. Each can be switched off.
  - A bad verdict is an answer, not a failure of the task, which fails where it is asked in a way that cannot work. Look
    at RV(verdict), or use the role P(rollout.posthog.health#role).
author:
  - the rollout.posthog developers (@rollout-posthog)
version_added: 0.1.0
extends_documentation_fragment:
  - rollout.posthog.connection
  - rollout.posthog.connection.action_group
  - rollout.posthog.health
attributes:
  check_mode:
    description: Can run in check mode, then sends no event, runs no command that is given, and writes no document.
    support: full
  diff_mode:
    description: Has nothing to show.
    support: none
  idempotent:
    description: Never reports a change; each run sends one event.
    support: full
"""

EXAMPLES = r"""
- name: PostHog is well
  rollout.posthog.health:
    host: https://posthog.example.com
    api_key: "{{ vault_posthog_api_key }}"
    project: Shop
    containers: {project: posthog}
    disk: {paths: [/, /var/lib/docker], failed_free_gb: 20}
    backup: {status_file: /var/lib/rollout-posthog/backup.json}
    consumer_lag:
      command: [docker, exec, posthog-kafka-1, rpk, group, describe, ingestion]
  register: health
  failed_when: health.verdict == 'failed'

- name: Events arrive that the shop sends through its own address
  rollout.posthog.health:
    region: eu
    api_key: "{{ vault_posthog_api_key }}"
    project: Shop
    ingest_host: https://www.example.com/ingest
    certificate: {urls: ["https://www.example.com"]}
    readiness: {enabled: false}
    workers: {enabled: false}
    disk: {enabled: false}
"""

RETURN = r"""
verdict:
  description: The worst verdict of all checks.
  returned: success
  type: str
  choices: [ok, warning, failed, skipped]
  sample: ok
summary:
  description: The results for a person, one line if all is well.
  returned: success
  type: list
  elements: str
document:
  description: All results, as O(document_path) has them.
  returned: success
  type: dict
  sample:
    version: 1
    host: https://posthog.example.com
    time: "2026-11-26T20:00:00+00:00"
    verdict: ok
    results:
      - name: event
        verdict: ok
        measured: ingested after 2.5 s
        advice: ""
        facts: {outcome: ingested, seconds: 2.5}
"""

from ansible_collections.rollout.posthog.plugins.module_utils.health.task import run


def main() -> None:
    run()


if __name__ == "__main__":
    main()
