#!/usr/bin/python
# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: nginx_files
short_description: Writes files of nginx's configuration together, tested, or not at all
description:
  - Writes files, takes away those of its own that are not declared any more, and lets nginx test the whole.
  - When nginx refuses the configuration, every file is as it was before, and the task fails with what nginx said, and
    whether it refuses that as well, because of a file of somebody else.
  - A run that is killed before the test leaves traces, by which the next one puts the old files back first.
  - Nothing is reloaded.
author:
  - the rollout.posthog developers (@rollout-posthog)
version_added: 0.1.0
attributes:
  check_mode:
    support: full
    description: Reports what would be written. nginx cannot test what is not there, so the test is not made.
  diff_mode:
    support: full
    description: Shows each file that differs.
options:
  files:
    description: The files that are there in the end. Each has to contain O(marker).
    type: list
    elements: dict
    required: true
    suboptions:
      path:
        description: Where the file is. Missing directories are made.
        type: path
        required: true
      content:
        description: What is in it.
        type: str
        required: true
  directories:
    description:
      - Where files that contain O(marker) and are not in O(files) are removed, also in directories below, which go
        when they become empty. Files without it, hidden files and links are left alone.
    type: list
    elements: path
    default: []
  marker:
    description: A text by which files that are written here are recognised. Other files are never overwritten.
    type: str
    required: true
  test:
    description: The command that tests the configuration.
    type: list
    elements: str
    default: [nginx, -t]
"""

EXAMPLES = r"""
- name: The shop's configuration is as declared
  rollout.posthog.nginx_files:
    files:
      - path: /etc/nginx/conf.d/shop.conf
        content: |
          # written by Ansible for the shop
          server { listen 80; server_name shop.example.com; root /srv/shop; }
    directories: [/etc/nginx/conf.d]
    marker: written by Ansible for the shop
"""

RETURN = r"""
files:
  description: The files that were changed, or in check mode would be.
  returned: success
  type: list
  elements: dict
  sample: [{path: /etc/nginx/conf.d/shop.conf, action: updated}]
previous:
  description: The files of O(marker) as they were, in the form of O(files), so that they can be put back.
  returned: success
  type: list
  elements: dict
  sample: [{path: /etc/nginx/conf.d/shop.conf, content: "# written by Ansible for the shop"}]
recovered:
  description: The files that a killed run had left untested, and that were put back first.
  returned: success
  type: list
  elements: str
  sample: []
file:
  description: The file in which nginx found the error; empty when it names none.
  returned: when nginx refuses the configuration
  type: str
  sample: /etc/nginx/conf.d/shop.conf
line:
  description: The line of the error.
  returned: when nginx refuses the configuration
  type: int
  sample: 12
said:
  description: What nginx said.
  returned: when nginx refuses the configuration
  type: str
  sample: unknown directive "serve"
"""

import os
import typing as t

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.rollout.posthog.plugins.module_utils.ending import run
from ansible_collections.rollout.posthog.plugins.module_utils.nginx_files import changes_to, recover, write_tested

FILE = {"path": {"type": "path", "required": True}, "content": {"type": "str", "required": True}}
SPEC: dict[str, t.Any] = {
    "files": {"type": "list", "elements": "dict", "required": True, "options": FILE},
    "directories": {"type": "list", "elements": "path", "default": []},
    "marker": {"type": "str", "required": True},
    "test": {"type": "list", "elements": "str", "default": ["nginx", "-t"]},
}


def write(module: AnsibleModule) -> dict[str, t.Any]:
    """Raises RolloutError."""
    wanted = {file["path"]: file["content"].encode() for file in module.params["files"]}
    places = {*module.params["directories"], *map(os.path.dirname, wanted)}
    recovered = [] if module.check_mode else recover(places)
    before, changes = changes_to(wanted, module.params["directories"], module.params["marker"].encode())
    if changes and not module.check_mode:
        ours = {*before, *wanted}
        for warning in write_tested(changes, lambda: test(module), keep=module.params["directories"], ours=ours):
            module.warn(f"nginx: {warning}")
    return {
        "changed": bool(changes or recovered),
        "files": [{"path": change.path, "action": change.action} for change in changes],
        "previous": [{"path": path, "content": text.decode()} for path, text in before.items()],
        "recovered": recovered,
        "diff": [change.diff for change in changes],
    }


def test(module: AnsibleModule) -> tuple[int, str]:
    code, printed, complained = module.run_command(module.params["test"])
    return code, printed + complained


def main() -> None:
    module = AnsibleModule(SPEC, supports_check_mode=True)
    unmarked = [file["path"] for file in module.params["files"] if module.params["marker"] not in file["content"]]
    if unmarked:
        module.fail_json(msg=f"{unmarked[0]} lacks the marker")
    run(module, write)


if __name__ == "__main__":
    main()
