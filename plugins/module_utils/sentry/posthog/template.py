# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The template of the environment: PostHog's variables, without values, where Sentry's were or at the end."""

from __future__ import annotations

import posixpath
import re

from ..draft import Draft
from ..edit import Edit, line_end
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
    break_ = b"\r\n" if b"\r\n" in draft.text else b"\n"
    lines = b"".join(name.encode() + b"=" + break_ for name in missing)
    place = place_of_sentry(draft)
    if place == len(draft.text) and draft.text and not draft.text.endswith(b"\n"):
        lines = break_ + lines.removesuffix(break_)
    return draft.apply([Edit(place, place, lines)])


def place_of_sentry(draft: Draft) -> int:
    """Where the first of Sentry's variables was, in the text without them."""
    for edit in draft.edits():
        kept = draft.original[: edit.start]
        if not edit.replacement and (not kept or kept.endswith(b"\n")):
            return min(len(kept), len(draft.text))
        break
    return line_end(draft.text, max(len(draft.text) - 1, 0))
