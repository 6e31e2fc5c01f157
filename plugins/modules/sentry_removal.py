#!/usr/bin/python
# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: sentry_removal
short_description: Removes Sentry from an application's repository
description:
  - Takes Sentry out of code, manifests, locks and configuration of a checked out repository, and reports each mention
    that a person has to decide about.
  - Only byte ranges are cut. Everything else in a file stays as it is, and a second run changes nothing.
  - All edits are computed and checked before the first file is written. When a check fails, nothing is written.
  - Code is JavaScript and TypeScript, also in components of Vue and Svelte, and Python.
  - Documentation, changelogs, licences, tests with assertions, security policies and texts of the product are reported,
    never edited. Links, binary files and folders of other people's code are not touched.
author:
  - the rollout.posthog developers (@rollout-posthog)
version_added: 0.1.0
requirements:
  - tree-sitter >= 0.23, < 0.27, with O(code=true)
  - tree-sitter-javascript >= 0.23, < 0.25, with O(code=true)
  - tree-sitter-typescript >= 0.23, < 0.24, with O(code=true)
  - tree-sitter-python >= 0.23, < 0.26, with O(code=true)
notes:
  - The packages have to be on the host where the module runs; C(requirements-sentry.txt) of this collection lists them.
    Where they cannot be installed, check the repository out on the controller and delegate the task to it.
  - Where code cannot be edited by rule, it goes on to load, but reports nothing, since nothing starts Sentry any more.
    A package of Sentry's that it still imports stays in the manifest of that part of the repository, and so in the
    lock; a variable that it still reads stays in environment files. The report names the code, and the task warns.
    Tests do not count, they are for a person to adapt.
attributes:
  check_mode:
    support: full
    description: Reports what would be changed, and writes nothing.
  diff_mode:
    support: full
    description: Shows a unified diff, in which values of secrets are replaced by asterisks.
options:
  path:
    description:
      - The root of the repository, or a folder inside it.
    type: path
    required: true
  scan_only:
    description:
      - Only reports what a removal would edit and what it would leave; changes nothing.
    type: bool
    default: false
  code:
    description:
      - Whether code is edited. Without it no further Python packages are needed.
      - What code imports and reads then stays, too. What goes is what no code needs, such as upload steps in workflows,
        the files of C(sentry-cli) and its package, build variables, and packages that nobody imports.
    type: bool
    default: true
  lock_strategy:
    description:
      - What is done with lock files.
      - V(prune) cuts what is not reachable any more; nothing is added or resolved anew. Only where
        O(replace_with_posthog) adds packages to a manifest, its lock is resolved as with V(package_manager).
      - V(package_manager) prunes, then lets the project's own package manager resolve each lock whose manifests change,
        and check that it is content. It runs in a copy of the repository, from which only the lock is taken, and never
        runs lifecycle scripts. Any failure is the task's, and leaves the repository as it was.
      - Where a package manager is used, it has to be on the C(PATH) of the host, in a version that writes the lock as
        it is; none is downloaded. It asks the registries that the repository and the user's settings name, and may run
        code of the repository, such as C(.pnpmfile.cjs), plugins of yarn and build backends of Python packages.
      - In check mode and with O(scan_only) no package manager runs; the result shows the pruned lock, and warns.
      - V(leave) leaves them to a person.
    type: str
    choices: [prune, package_manager, leave]
    default: prune
  exclude:
    description:
      - Folders, or patterns of whole paths below O(path), that are neither edited nor reported.
    type: list
    elements: str
    default: []
  report_path:
    description:
      - Where the report is written, as Markdown if the name ends in C(.md), otherwise as JSON.
      - It is not written in check mode, nor when there was nothing of Sentry's to begin with.
    type: path
  replace_with_posthog:
    description:
      - Whether PostHog takes over what Sentry did for errors. Calls that report an error report it to PostHog, with
        tags and extra values as properties; what started Sentry starts PostHog; error boundaries and handlers of
        frameworks go on reporting; files and packages that this needs are added.
      - What PostHog has no counterpart for, such as spans, goes as without this option.
      - The address and the key of the project are read from the environment where the application runs. They are not
        written into any file.
    type: bool
    default: false
  posthog_key_variable:
    description:
      - The environment variable with the project's key (C(phc_...)), without the prefix by which a framework lets the
        browser see it. An application on Next.js reads C(NEXT_PUBLIC_POSTHOG_KEY) by default.
    type: str
    default: POSTHOG_KEY
  posthog_host_variable:
    description:
      - The environment variable with the address of PostHog, without the framework's prefix.
    type: str
    default: POSTHOG_HOST
  posthog_require_consent:
    description:
      - Whether the browser sends nothing until the application calls C(posthog.opt_in_capturing()).
    type: bool
    default: false
  branch:
    description:
      - The git branch that the removal is made on. It is made from what is checked out, once there is something to
        change, and is checked out afterwards.
      - A branch of this name with an earlier removal on it, here or as it was last fetched, is gone on with. One with
        other commits is refused, unless it is checked out.
    type: str
  commit:
    description:
      - Whether exactly the files that are changed are committed, on O(branch) or on the branch that is checked out.
        Nothing is ever pushed. Hooks of the repository do not run.
      - When a run was stopped between its first write and the commit, the next one takes back what was written, byte
        for byte, and begins again. Where somebody has changed more than that, it is refused, and nothing is touched.
    type: bool
    default: false
  commit_message:
    description: The message of the commit. A line that says what made it is added, by which later runs know it.
    type: str
    default: Remove Sentry
  commit_author:
    description: Who makes the commit, as C(Name <address>); who git says it is unless given.
    type: str
  allow_dirty:
    description:
      - Whether files are written although git knows of changes that are not committed, or there is no git repository.
      - With O(commit), files with changes that are not this removal's are still refused.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: What would a removal do?
  rollout.posthog.sentry_removal:
    path: /srv/checkouts/shop
    scan_only: true
    report_path: /tmp/shop-sentry.md

- name: Sentry is gone from the shop
  rollout.posthog.sentry_removal:
    path: /srv/checkouts/shop
    exclude: [legacy, "apps/*/snapshots/*"]
    report_path: /tmp/shop-sentry.json

- name: PostHog reports the errors of the shop from now on
  rollout.posthog.sentry_removal:
    path: /srv/checkouts/shop
    replace_with_posthog: true

- name: Sentry is gone from the shop on a branch of its own, ready to be looked at and pushed
  rollout.posthog.sentry_removal:
    path: /srv/checkouts/shop
    branch: chore/remove-sentry
    commit: true
    commit_message: Remove Sentry
    commit_author: Rollout <rollout@example.com>

- name: The package managers of the shop have the last word on its locks
  rollout.posthog.sentry_removal:
    path: /srv/checkouts/shop
    lock_strategy: package_manager

- name: The same without parsing code, where no wheel can be installed
  rollout.posthog.sentry_removal:
    path: /srv/checkouts/shop
    code: false
"""

RETURN = r"""
files:
  description: The files that were changed, or in check mode would be.
  returned: success
  type: list
  elements: dict
  sample:
    - {path: next.config.ts, action: edited}
    - {path: sentry.server.config.ts, action: deleted}
    - {path: lib/posthog.ts, action: created}
branch:
  description:
    - The branch that is checked out, or in check mode would be. Empty where no branch is.
  returned: success
  type: str
  sample: chore/remove-sentry
commit:
  description: The commit that this run has made, if any.
  returned: success
  type: str
  sample: 1b64ab9c0f7a7b7a9d1f6a1f3c5d7e9f0a1b2c3d
residue:
  description: What is left, one entry for each line, with why it was left and what to do. Holds no text of the files.
  returned: success
  type: list
  elements: dict
  sample:
    - path: docs/monitoring.md
      line: 12
      kind: docs
      reason: Documentation is not edited.
      advice: Reword it for PostHog.
summary:
  description:
    - How many files were created, edited and deleted, how many entries the residue has, in all and by kind, and how
      many files of code still import Sentry.
  returned: success
  type: dict
  sample: {created: 0, edited: 7, deleted: 3, left: 1, still_imported: 0, kinds: {docs: 1}}
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.rollout.posthog.plugins.module_utils.ending import run
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.task import SPEC, remove


def main() -> None:
    run(AnsibleModule(SPEC, supports_check_mode=True), remove)


if __name__ == "__main__":
    main()
