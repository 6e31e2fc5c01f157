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
    if not missing:
        return False
    if root.get("dependencies") is None:
        return draft.apply([group_of(draft.text, root, missing)])
    for name in missing:
        node = jsonc.parse(draft.text).get("dependencies")
        if node is None or node.kind != "object":
            return False
        draft.apply([insertion(draft.text, node, member(name))])
    return True


def member(name: str) -> str:
    return f'"{name}": "{VERSIONS[name]}"'


def group_of(text: bytes, root: jsonc.Node, names: list[str]) -> Edit:
    """A group of dependencies, before those for development."""
    gap = gap_before(text, root.entries[0]) if root.entries else b" "
    line_break, _newline, step = gap.rpartition(b"\n")
    inner = gap + step if line_break or gap.startswith(b"\n") else b" "
    members = b",".join(inner + member(name).encode() for name in names)
    group = b'"dependencies": {' + members + (gap if inner != b" " else b" ") + b"}"
    behind = next((one for one in root.entries if one.key == "devDependencies"), None)
    if behind is not None:
        return Edit(behind.start, behind.start, group + b"," + gap)
    if not root.entries:
        return Edit(root.start + 1, root.end - 1, b" " + group + b" ")
    last = root.entries[-1]
    return Edit(last.end, last.end, b"," + gap + group)


def insertion(text: bytes, node: jsonc.Node, member: str) -> Edit:
    """A member put into an object, where the order of the names wants it."""
    new = member.encode()
    if not node.entries:
        return Edit(node.start + 1, node.end - 1, b" " + new + b" ")
    behind = next((one for one in node.entries if one.key > member[1:].partition('"')[0]), None)
    if behind is None:
        last = node.entries[-1]
        return Edit(last.end, last.end, b"," + gap_before(text, last) + new)
    first = line_start(text, behind.start)
    indent = text[first : behind.start]
    if indent.strip():
        return Edit(behind.start, behind.start, new + b", ")
    # A whole line, so that what is known of the lines below stays true.
    return Edit(first, first, indent + new + b"," + gap_before(text, behind).removesuffix(indent))


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
