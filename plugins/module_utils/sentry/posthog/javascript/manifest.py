# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PostHog's packages in a package.json: members of their own, in the order and the layout of the others."""

from __future__ import annotations

import re

from ... import jsonc
from ...draft import Draft
from ...edit import Edit, line_start

# What the calls here were checked with. Source: reference, section 7.
VERSIONS = {"posthog-js": "^1.449.2", "posthog-node": "^5.70.0", "@posthog/react": "^1.11.1"}
# What posthog-node 5.70 wants. Source: its package.json.
NODE_VERSIONS = "Node.js 20.20 or 22.22"


def add_packages(draft: Draft, packages: frozenset[str]) -> bool:
    """Adds those that no group has; whether there were any. Raises jsonc.NotJson."""
    root = jsonc.parse(draft.text)
    there = {name for group in ("dependencies", "devDependencies") for name in root.object(group)}
    missing = sorted(packages - there)
    for name in missing:
        draft.apply([addition(draft.text, f'"{name}"', f'"{VERSIONS[name]}"')])
    return bool(missing)


def addition(text: bytes, key: str, value: str) -> Edit:
    root = jsonc.parse(text)
    node = root.get("dependencies")
    if node is None:
        return insertion(text, root, f'"dependencies": {{ {key}: {value} }}', sort=False)
    return insertion(text, node, f"{key}: {value}", sort=True)


def insertion(text: bytes, node: jsonc.Node, member: str, sort: bool) -> Edit:
    """A member put into an object; sorted, or as the last one."""
    new = member.encode()
    if not node.entries:
        return Edit(node.start + 1, node.end - 1, b" " + new + b" ")
    behind = next((one for one in node.entries if sort and one.key > member[1:].partition('"')[0]), None)
    if behind is not None:
        return Edit(behind.start, behind.start, new + b"," + gap_before(text, behind))
    last = node.entries[-1]
    return Edit(last.end, last.end, b"," + gap_before(text, last) + new)


def gap_before(text: bytes, entry: jsonc.Entry) -> bytes:
    """What parts an entry from the one before: a line break and the indentation, or a blank."""
    first = line_start(text, entry.start)
    indent = text[first : entry.start]
    if indent.strip():
        return b" "
    return (b"\r\n" if text[:first].endswith(b"\r\n") else b"\n") + indent


def admits_older_node(range_: str) -> bool:
    """Whether `engines.node` lets in a Node.js that posthog-node does not run on, as far as its first number tells."""
    lowest = re.search(r"(\d+)(?:\.(\d+))?", range_)
    return lowest is not None and (int(lowest.group(1)), int(lowest.group(2) or 0)) < (20, 20)
