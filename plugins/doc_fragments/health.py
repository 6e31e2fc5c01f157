# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the checks, for whoever carries them out: the task, or the program that is installed on the host."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  ingest_host:
    description:
      - Where SDKs send events and ask for flags, when that is not O(host). It may have a path, as a first-party proxy
        has, such as V(https://www.example.com/ingest). With O(region) it is the region's own address.
    type: str
  project_token:
    description:
      - The token of the project (V(phc_...)), as browsers have it. Read with O(api_key) and O(project) unless given,
        which needs the scope C(project:read).
    type: str
  document_path:
    description:
      - Where the document with all results is written, as JSON. Anybody on the host may read it. Its folder is made.
    type: path
  readiness:
    description:
      - Whether PostHog says that it can serve, by C(/_readyz). What it cannot use is named.
    type: dict
    suboptions:
      enabled: &enabled
        description: Whether this is checked.
        type: bool
        default: true
      url:
        description: The address that answers C(/_readyz), when O(host) does not let it through.
        type: str
      roles:
        description: The parts of PostHog that have to be ready.
        type: list
        elements: str
        default: [web, worker]
  event:
    description:
      - Whether an event that is sent is there shortly after. Its verdict is ingested, dropped (taken, but not there),
        rejected or unreachable.
      - The event is C(rollout_health_check), and makes no person. Filter its O(event.distinct_id) out in the project.
      - It is looked up by a query with O(api_key) in O(project), which needs the scope C(query:read), or in ClickHouse.
      - It is a write, so there is none in check mode.
    type: dict
    suboptions:
      enabled: *enabled
      distinct_id:
        description: Who sends the event.
        type: str
        default: rollout-health
      warning_seconds:
        description: An event that arrives later than this is a warning.
        type: float
        default: 30.0
      failed_seconds:
        description: An event that is not there after so long is dropped.
        type: float
        default: 60.0
      clickhouse:
        description: ClickHouse's HTTP interface, to look there instead of asking PostHog.
        type: dict
        suboptions:
          url:
            description: Its address, such as V(http://127.0.0.1:8123).
            type: str
            required: true
          user:
            description: Who asks.
            type: str
            default: default
          password:
            description: The password of the user.
            type: str
          database:
            description: The database with the events.
            type: str
            default: posthog
  flags:
    description:
      - Whether feature flags are evaluated, by C(/flags/) at O(ingest_host).
    type: dict
    suboptions:
      enabled: *enabled
  remote_config:
    description:
      - Whether browsers get the settings of the project, by C(/array/) at O(ingest_host).
    type: dict
    suboptions:
      enabled: *enabled
  workers:
    description:
      - Whether the background workers live, by C(/_preflight).
    type: dict
    suboptions:
      enabled: *enabled
      url:
        description: The address that answers C(/_preflight), when O(host) does not let it through.
        type: str
  consumer_lag:
    description:
      - How far ingestion is behind, where a command that tells it is given.
    type: dict
    suboptions:
      enabled: *enabled
      command:
        description:
          - A command that prints what C(rpk group describe) or C(kafka-consumer-groups --describe) print, or a number.
          - It must only read. In check mode it is not run.
        type: list
        elements: str
        default: []
      warning:
        description: So many waiting messages of a group are a warning.
        type: int
        default: 10000
      failed:
        description: So many are a failure.
        type: int
        default: 100000
      timeout:
        description: How many seconds the command may take.
        type: float
        default: 30.0
  containers:
    description:
      - Whether the containers of a stack run, are healthy, and stay up, where there is Docker.
    type: dict
    suboptions:
      enabled: *enabled
      project:
        description: The name of the Compose project or of the Swarm stack.
        type: str
      warning_restarts:
        description: So many restarts of a container that was started a short time ago are a warning.
        type: int
        default: 3
      failed_restarts:
        description: So many are a failure.
        type: int
        default: 10
      recent_minutes:
        description: How long ago is a short time.
        type: float
        default: 60.0
      timeout:
        description: How many seconds Docker may take for an answer.
        type: float
        default: 30.0
  disk:
    description:
      - How full file systems are, in bytes and in files.
    type: dict
    suboptions:
      enabled: *enabled
      paths:
        description: One path on each file system.
        type: list
        elements: path
        default: [/]
      warning_percent:
        description: So much in use is a warning.
        type: float
        default: 80.0
      failed_percent:
        description: So much in use is a failure.
        type: float
        default: 90.0
      warning_free_gb:
        description: As little free as this, in 1000 million bytes, is a warning.
        type: float
        default: 0.0
      failed_free_gb:
        description: As little free as this is a failure.
        type: float
        default: 0.0
  certificate:
    description:
      - How long the certificates are still valid that visitors get.
    type: dict
    suboptions:
      enabled: *enabled
      urls:
        description: The public addresses; O(host) alone unless given.
        type: list
        elements: str
        default: []
      warning_days:
        description: As few days as this are a warning.
        type: float
        default: 21.0
      failed_days:
        description: As few days as this are a failure.
        type: float
        default: 7.0
  backup:
    description:
      - How old the last good backup is, by the status file that whoever makes backups writes after each run. The role's
        README describes it.
    type: dict
    suboptions:
      enabled: *enabled
      status_file:
        description: The path of that file on the host.
        type: path
      warning_hours:
        description: A backup as old as this is a warning.
        type: float
        default: 26.0
      failed_hours:
        description: A backup as old as this is a failure.
        type: float
        default: 50.0
"""
