# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Components of Vue and Svelte: their <script> blocks are edited, their templates only read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..edit import Edit
from ..outcome import Elsewhere, Facts, Modules, Note, nowhere
from ..posthog.javascript.speech import Speech
from .script import edit_script, of_package

BLOCK = re.compile(rb"<script\b(?P<attributes>[^>]*)>(?P<body>.*?)</script\s*>", re.DOTALL | re.IGNORECASE)
TYPED = re.compile(rb"""lang\s*=\s*["']?(ts|tsx|typescript)\b""")
WORD = re.compile(rb"[A-Za-z_$][\w$]*")


@dataclass
class Component:
    """A component after the rules; offsets are those of the whole file."""

    edits: list[Edit] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    facts: list[tuple[Facts, Facts]] = field(default_factory=list)
    reads_sentry: bool = False
    needs: frozenset[str] = frozenset()
    helpers: frozenset[str] = frozenset()


def edit_component(
    path: str,
    original: bytes,
    modules: Modules = of_package,
    elsewhere: Elsewhere = nowhere,
    speech: Speech | None = None,
) -> Component:
    """Raises Unparsable."""
    done = Component()
    for block in BLOCK.finditer(original):
        body, start = block.group("body"), block.start("body")
        languages = ("tsx", "typescript") if TYPED.search(block.group("attributes")) else ("javascript", "tsx")
        outside = frozenset(WORD.findall(original[:start] + original[block.end("body") :]))
        script = edit_script(path, body, languages, modules, outside, elsewhere, speech=speech)
        done.edits += [Edit(one.start + start, one.end + start, one.replacement) for one in script.draft.edits()]
        done.facts.append((script.before, script.after))
        done.notes += [Note(one.offset + start, one.reason, one.advice) for one in script.notes]
        done.reads_sentry = done.reads_sentry or script.reads_sentry
        done.needs |= script.needs
        done.helpers |= script.helpers
    return done
