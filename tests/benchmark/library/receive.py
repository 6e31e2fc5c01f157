#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
"""The floor: what it costs Ansible to hand objects to a module that does nothing with them."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule


def main() -> None:
    kinds = ("feature_flags", "cohorts", "actions", "insights")
    module = AnsibleModule({kind: {"type": "list", "elements": "dict"} for kind in kinds}, supports_check_mode=True)
    module.exit_json(changed=False, invocation={})


if __name__ == "__main__":
    main()
