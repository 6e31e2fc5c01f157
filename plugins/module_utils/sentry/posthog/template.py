# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The template of the environment: PostHog's variables, without values, where Sentry's were or at the end."""

from __future__ import annotations

import posixpath
import re

from ..draft import Draft
from ..edit import Edit
from .furnishing import Furnishing

TEMPLATE = re.compile(
    r"^(\.?env[\w.-]*\.(example|sample|template|dist)|\.?env-(example|sample|template)|example\.env)$"
)
USUAL = ".env.example"


def add_variables(furnishing: Furnishing, root: str, names: list[str]) -> None:
    """Adds what is missing to the templates nearest to a package, or makes one."""
    repository = furnishing.repository
    for place in (root, ""):
        found = [
            path
            for path in repository.files
            if posixpath.dirname(path) == place
            and TEMPLATE.match(posixpath.basename(path))
            and repository.editable(path)
        ]
        for path in found:
            furnishing.revise(path, lambda draft: add(draft, names))
        if found:
            return
    furnishing.put(posixpath.join(root, USUAL), "".join(f"{name}=\n" for name in names))


def add(draft: Draft, names: list[str]) -> bool:
    missing = [name for name in names if not re.search(rb"^[ \t#]*%s=" % name.encode(), draft.text, re.MULTILINE)]
    if not missing:
        return False
    line_break = b"\r\n" if b"\r\n" in draft.text else b"\n"
    lines = b"".join(name.encode() + b"=" + line_break for name in missing)
    return draft.apply([in_place_of_sentry(draft, lines, line_break) or at_the_end(draft.text, lines, line_break)])


def in_place_of_sentry(draft: Draft, lines: bytes, line_break: bytes) -> Edit | None:
    """Where the first of Sentry's variables was, with the blank line that went with them."""
    first = next(iter(draft.edits()), None)
    if first is None or first.replacement:
        return None
    gone = draft.original[first.start : first.end]
    before = line_break if gone.startswith(line_break) else b""
    behind = line_break if gone.endswith(line_break * 2) else b""
    return Edit(first.start, first.start, before + lines + behind)


def at_the_end(text: bytes, lines: bytes, line_break: bytes) -> Edit:
    joint = line_break if text and not text.endswith(b"\n") else b""
    return Edit(len(text), len(text), joint + lines)
