#!/usr/bin/python
# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: backup_program
short_description: Installs the program that backs a PostHog up, and puts it back
description:
  - Puts one file of Python on the host, and its options beside it, so that a timer or a playbook can run it without
    Ansible. It keeps ClickHouse, object stores, PostgreSQL and the secrets in a repository of restic, in this order,
    and a manifest in the end, without which nothing counts.
  - The program needs Python 3.9, C(requests), and C(boto3) for object stores, and the command C(restic). Who starts it
    is not this module's business. Use the role P(rollout.posthog.backup#role) for a timer.
author:
  - the rollout.posthog developers (@rollout-posthog)
version_added: 0.1.0
extends_documentation_fragment:
  - rollout.posthog.notices
attributes:
  check_mode:
    description: Tells what would be written, and writes nothing.
    support: full
  diff_mode:
    description: Shows the options without secrets.
    support: full
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
options:
  name:
    description: What the snapshots are called in the repository. Another host finds them by it.
    type: str
    default: posthog
  repository:
    description: Where the backups go.
    type: dict
    required: true
    suboptions:
      url:
        description:
          - A repository as restic takes it, such as a path, V(sftp:user@host:/path), V(s3:https://host/bucket) or
            V(rest:https://host/).
        type: str
        required: true
      password:
        description: What the repository is encrypted with. Nothing can be restored without it, so keep a copy.
        type: str
        required: true
      environment:
        description: Variables that restic needs for the place, such as E(AWS_ACCESS_KEY_ID).
        type: dict
        default: {}
      options:
        description: Options of restic's, such as V(sftp.command=ssh -p 2222 backup@host -s sftp).
        type: list
        elements: str
        default: []
      cache:
        description: Where restic keeps copies of what it needs often. It can be removed at any time.
        type: path
        default: /var/cache/rollout-posthog/restic
  stack:
    description: The PostHog that is backed up.
    type: dict
    default: {}
    suboptions:
      project:
        description: Its name in Docker. Empty where no store is in a container.
        type: str
        default: posthog
      home:
        description: Where its release and its secrets are.
        type: path
        default: /opt/posthog
      stores:
        description: Services that may run while it is restored. All others are stopped.
        type: list
        elements: str
        default: [db, redis7, valkey, zookeeper, kafka, clickhouse, objectstorage, seaweedfs]
  postgres:
    description: PostgreSQL. Every database is kept, and the roles.
    type: dict
    default: {}
    suboptions:
      service:
        description: The service of the stack that it is.
        type: str
        default: db
      host:
        description:
          - Its address, where it is no service of the stack. The host then needs C(pg_dump) of its version or later.
        type: str
        default: ""
      port:
        description: Its port.
        type: int
        default: 5432
      user:
        description: Somebody who may read and make databases.
        type: str
        default: posthog
      password:
        description: Needed where it is no service of the stack.
        type: str
        default: ""
  clickhouse:
    description: ClickHouse, which is a service of the stack, or one server elsewhere.
    type: dict
    default: {}
    suboptions:
      service:
        description: The service of the stack that it is.
        type: str
        default: clickhouse
      user:
        description: Who asks it. Empty is its default user.
        type: str
        default: ""
      password:
        description: The password of the user.
        type: str
        default: ""
      databases:
        description: What is kept of it. Nothing where the list is empty.
        type: list
        elements: str
        default: [posthog]
      folder:
        description:
          - Where it makes its backups, in its container. C(backups.allowed_path) of its configuration must allow it.
        type: str
        default: /var/lib/clickhouse/backups
      host:
        description:
          - Its address, where it is no service of the stack. It is asked over HTTP, and makes its backups in
            O(clickhouse.bucket).
        type: str
        default: ""
      port:
        description: Its port for HTTP. V(0) is the usual one, 8123, or 8443 where it is O(clickhouse.secure).
        type: int
        default: 0
      secure:
        description: Whether it is reached by TLS.
        type: bool
        default: false
      ca_path:
        description: A file of certificates that are trusted instead of the system's.
        type: str
        default: ""
      bucket:
        description:
          - Where a ClickHouse elsewhere makes its backups, for this host to fetch them. The bucket is for this alone.
            Afterwards a list of contents stays in it.
        type: dict
        default: {}
        suboptions:
          endpoint:
            description: The address of a server that speaks S3, for this host.
            type: str
            default: ""
          seen_as:
            description: Its address for ClickHouse, where that is another.
            type: str
            default: ""
          bucket:
            description: The bucket, which is there.
            type: str
            default: ""
          access_key:
            description: The key to it.
            type: str
            default: ""
          secret_key:
            description: The secret of the key.
            type: str
            default: ""
          region:
            description: Its region.
            type: str
            default: us-east-1
          ca_path:
            description: A file of certificates that are trusted instead of the system's.
            type: str
            default: ""
      base_days:
        description: After so many days it is kept whole again. In between only what differs is.
        type: int
        default: 7
  objects:
    description: Stores of objects that speak S3.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: What it is called in the backup.
        type: str
        required: true
      service:
        description: The service of the stack that it is.
        type: str
        default: ""
      port:
        description: The port of the service.
        type: int
        default: 8333
      endpoint:
        description: Its address, where it is no service of the stack.
        type: str
        default: ""
      access_key:
        description: The key to it.
        type: str
        required: true
      secret_key:
        description: The secret of the key.
        type: str
        default: ""
      secret_name:
        description: Its name in C(secrets.json) of the stack, instead of the secret.
        type: str
        default: ""
      region:
        description: Its region.
        type: str
        default: us-east-1
      ca_path:
        description: A file of certificates that are trusted instead of the system's.
        type: str
        default: ""
      buckets:
        description: What is kept of it. All buckets where the list is empty.
        type: list
        elements: str
        default: []
      left_out:
        description: Beginnings of the names of objects that are not kept, such as a cache.
        type: list
        elements: str
        default: []
  files:
    description: Files below the home of the stack that are kept with it, above all its secrets.
    type: list
    elements: str
    default: []
  retention:
    description: How long backups are kept. What a kept one has use of stays, and so does the newest in any case.
    type: dict
    default: {}
    suboptions:
      enabled:
        description: Whether anything is removed. Not for a repository that only takes.
        type: bool
        default: true
      last:
        description: The newest so many, however close together.
        type: int
        default: 3
      daily:
        description: The last of so many days.
        type: int
        default: 7
      weekly:
        description: The last of so many weeks.
        type: int
        default: 5
      monthly:
        description: The last of so many months.
        type: int
        default: 3
      yearly:
        description: The last of so many years.
        type: int
        default: 0
      max_days:
        description: No backup is kept longer, for it has people in it who have been erased since.
        type: int
        default: 90
  check:
    description: How often the repository is cleared of what was removed, and checked.
    type: dict
    default: {}
    suboptions:
      days:
        description: After so many days, following a good backup, and after the next one where it failed. V(0) is never.
        type: int
        default: 7
      subset:
        description: How much of the data is read each time. V(1/12) is another twelfth each time, so that all is read
          after twelve checks; else as C(restic check --read-data-subset) takes it.
          Nothing is read where it is empty.
        type: str
        default: 1/12
  drill:
    description: A stack beside the live one that the newest backup is put back into, and that is removed afterwards.
    type: dict
    default: {}
    suboptions:
      project:
        description: Its name in Docker. B(All containers and volumes of this name are removed.)
        type: str
        default: posthog-drill
      subnet:
        description: The subnet of its network, which nothing else may have, of C(/28) or larger.
        type: str
        default: 172.31.241.0/24
      ready:
        description: Services that must become healthy on the restored data.
        type: list
        elements: str
        default: [web]
      timeout:
        description: Seconds for stores and services to become healthy.
        type: int
        default: 1200
  window:
    description: When a backup may begin by itself, in UTC.
    type: dict
    default: {}
    suboptions:
      begin:
        description: A time of the day like V(01:30), in quotes. With O(window.end), or none for the whole day.
        type: str
        default: ""
      end:
        description: A time of the day.
        type: str
        default: ""
      overdue_hours:
        description: When the last good backup is older, one may begin at any time.
        type: float
        default: 26.0
  space:
    description: What must be free before a backup begins.
    type: list
    elements: dict
    default: []
    suboptions:
      path:
        description: A path on the file system.
        type: path
        required: true
      free_gb:
        description: Gigabytes.
        type: float
        required: true
  status_path:
    description: Where it is told how the last run went. The check C(backup) of M(rollout.posthog.health) reads it.
    type: path
    default: /var/lib/rollout-posthog/backup.json
  path:
    description: Where the program is.
    type: path
    default: /usr/local/lib/rollout-posthog/backup.pyz
  settings_path:
    description: Where its options are, with all that is secret. Nobody but the owner may read it.
    type: path
    default: /etc/rollout-posthog/backup.json
  reminder_hours:
    description: After how many hours it tells again of what lasts.
    type: float
    default: 24.0
"""

EXAMPLES = r"""
- name: The host can back PostHog up
  rollout.posthog.backup_program:
    repository:
      url: sftp:backup@store.example.com:/srv/posthog
      password: "{{ vault_backup_password }}"
    files: [secrets.json]
    webhook: {url: "{{ vault_chat_webhook }}"}
"""

RETURN = r"""
files:
  description: The files that were written, or in check mode would be.
  returned: success
  type: list
  elements: str
  sample: [/usr/local/lib/rollout-posthog/backup.pyz]
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.rollout.posthog.plugins.module_utils.backup.install import SPEC, work
from ansible_collections.rollout.posthog.plugins.module_utils.ending import run


def main() -> None:
    run(AnsibleModule(SPEC, supports_check_mode=True), work)


if __name__ == "__main__":
    main()
