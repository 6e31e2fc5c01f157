# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a program complained about, in a few words that can be shown: without colours, chatter and secrets."""

from __future__ import annotations

import re
import typing as t

from .mask import HIDDEN, SECRETS

_COLOURS = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(\x07|\x1b\\)|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# Logs that are gone by now, advice about other commands, progress, frames of a stack, and lines without a word.
_CHATTER = re.compile(
    r"complete log of this run|^Progress:|^info Visit|^\s+at \S+ \(|^\s*File \"|^Traceback|^(npm (error|ERR!) ?)?\W*$"
    r"|YN0000|^Using (CPython|Python)|^Resolv(ed|ing) |^yarn (install )?v\d|^bun install v|^\$ |DeprecationWarning",
    re.IGNORECASE,
)
_PREFIX = re.compile(r"^(npm (error|ERR!)|error:?|➤|[│┌└·╰─▶\u00d7✘\s]+)\s*", re.IGNORECASE)
_TELLING = re.compile(
    r"\berr(or)?\b|ERR_|ERR!|\u00d7|✘|\bfail(ed|ure)?\b|\bbecause\b|not found|\bcannot\b"
    r"|would have been|forbidden|unable|unsupported|invalid",
    re.IGNORECASE,
)
_NAMED = r"(?i:[\w.-]*(?:token|secret|passw(?:or)?d|api_?key|_auth|credential)[\w.-]*)"
_HIDE = (
    re.compile(rf"(?P<keep>{_NAMED}[\"']?\s*[=:]\s*)(?P<hide>\S+)"),
    re.compile(r"(?i)(?P<keep>\b(?:bearer|basic)\s+)(?P<hide>[\w.~+/=-]{6,})"),
    re.compile(r"(?P<keep>)(?P<hide>\b(?:npm_|gh[a-z]_|github_pat_|glpat-|pypi-|sntry[a-z]_)[\w-]{10,})"),
    re.compile(r"(?P<keep>https?://[^\s?#]+)(?P<hide>\?[^\s'\"]+)"),
)
_LINES = 3
_LONGEST = 400


def complaint(said: str, place: str, environment: t.Mapping[str, str]) -> str:
    """At most three lines as one; `place` is the copy that it ran in. Empty when nothing was said."""
    lines = [line.rstrip() for line in _COLOURS.sub("", said.replace("\r", "\n")).split("\n")]
    lines = [line for line in lines if not _CHATTER.search(line)]
    first = next((number for number, line in enumerate(lines) if _TELLING.search(line)), max(0, len(lines) - _LINES))
    text = ""
    for line in lines[first : first + _LINES]:
        # What is far to the right goes on with a sentence.
        joint = " " if line.startswith("    ") else "; "
        text += (joint if text else "") + _PREFIX.sub("", _PREFIX.sub("", line)).strip().rstrip(".;:")
    text = without_secrets(text.replace(place + "/", "").replace(place, "."), environment)
    return text if len(text) <= _LONGEST else text[:_LONGEST].rstrip() + " ..."


def without_secrets(text: str, environment: t.Mapping[str, str]) -> str:
    """Without what looks like a secret, and without what the environment calls one."""
    for name, value in environment.items():
        if len(value) >= 6 and re.fullmatch(_NAMED, name):
            text = text.replace(value, HIDDEN.decode())
    for pattern in _HIDE:
        text = pattern.sub(lambda found: found["keep"] + HIDDEN.decode(), text)
    raw = text.encode()
    for secret in SECRETS:
        raw = secret.sub(HIDDEN, raw)
    return raw.decode("utf-8", "replace")
