# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
name: stack_table
short_description: Shows the services of a stack as a table
version_added: 0.1.0
author: the rollout.posthog developers (@rollout-posthog)
description:
  - Takes the services that M(rollout.posthog.stack_service_info) returns, and gives one line for each, in columns.
  - What is wrong follows below the table.
options:
  _input:
    description: The services.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: This is what runs
  ansible.builtin.debug:
    msg: "{{ found.services | rollout.posthog.stack_table }}"
"""

RETURN = r"""
_value:
  description: The lines.
  type: list
  elements: str
"""

import re
from typing import Any

HEAD = ["service", "image", "state", "health", "restarts", "ports"]


def stack_table(services: list[dict[str, Any]]) -> list[str]:
    rows = [HEAD, *([cell(entry, column) for column in ["name", *HEAD[1:]]] for entry in services)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip() for row in rows]
    wrong = [f"{entry['name']} {entry['problem']}" for entry in services if entry["problem"]]
    return [*lines, *wrong]


def cell(entry: dict[str, Any], column: str) -> str:
    text = str(entry[column])
    # Checksums say nothing to the eye; their beginnings are enough to compare.
    return re.sub(r"([0-9a-f]{12})([0-9a-f]{28}|[0-9a-f]{52})(?=@|$)", r"\1", text) if column == "image" else text


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"stack_table": stack_table}
