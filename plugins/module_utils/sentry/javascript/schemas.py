# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entries of environment schemas (zod, t3-env, plain objects) that only Sentry's variables had."""

from __future__ import annotations

import re

from ..outcome import Elsewhere
from ..tree import Node
from .code import Code

NAME = re.compile(rb"(\w+_)?SENTRY(_\w+)?")
PLACE = re.compile(r"env|config|schema|turbo", re.IGNORECASE)
MAKING = re.compile(rb"\bcreateEnv\(")
SOURCE = re.compile(rb"(process|import\.meta)\.env\b|z\.|v\.|str\(|url\(|optional\(")


def cut_entries(code: Code, elsewhere: Elsewhere) -> None:
    """`SENTRY_DSN: z.string().optional()`, when nothing reads the name any more. One per list and round."""
    if not PLACE.search(code.path) and not MAKING.search(code.text):
        return
    lists: set[int] = set()
    for pair in code.tree.of_type("pair"):
        key, value = pair.get("key"), pair.get("value")
        if key is None or value is None or pair.parent is None or pair.parent.start in lists:
            continue
        name = key.text.strip(b"'\"")
        if not NAME.fullmatch(name) or not SOURCE.match(value.text) or is_read(code, name) or elsewhere(name):
            continue
        lists.add(pair.parent.start)
        code.cut_element(pair)


def is_read(code: Code, name: bytes) -> bool:
    """Whether this file itself uses the entry: more than as a key, or as the variable that an entry is taken from."""
    return any(
        node.text == name and not is_source(node)
        for node in code.tree.of_type("property_identifier")
        if node.field != "key"
    ) or any(use.text == name for use in code.names.uses)


def is_source(node: Node) -> bool:
    """Whether a name is what an entry of the same name reads: `A: process.env.A`."""
    member = node.parent
    pair = next((one for one in node.up() if one.type == "pair"), None)
    key = pair.get("key") if pair else None
    if member is None or key is None or key.text.strip(b"'\"") != node.text:
        return False
    inner = member.get("object")
    return inner is not None and inner.text in (b"process.env", b"import.meta.env")
