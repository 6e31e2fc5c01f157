# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Diffs that can be shown: values of secrets are replaced before anything is compared."""

from __future__ import annotations

import difflib
import posixpath
import re

from .imports import SCRIPTS

CODE = (*SCRIPTS, ".py")
HIDDEN = b"********"
ENV = re.compile(r"(^|/)(\.env[^/]*|[^/]*\.env|\.sentryclirc|[^/]*\.properties)$")
ASSIGNED = re.compile(
    rb"^(?P<name>[ \t#;]*(?:export[ \t]+)?[\w.-]+[ \t]*[=:][ \t]*)(?P<value>\S.*?)(?P<end>\r?)$", re.MULTILINE
)
LOCK = re.compile(r"\.lock$|-lock\.|npm-shrinkwrap|bun\.lock")
# Keys inside a URL, Sentry's tokens by their prefix, and anything that looks like a key.
SECRETS = (
    re.compile(rb"(?<=://)[^/@\s'\"`<>]+(?=@)"),
    re.compile(rb"\bsntry[a-z]_[\w=+/.-]+"),
    re.compile(rb"\b[0-9a-f]{32,64}\b"),
)
# What is written behind a telling name: in code only where it is a text.
VALUE = re.compile(rb"(?P<gap>[=:][ \t]*)(?!\$|\{\{|true\b|false\b|null\b)(?P<value>[^\s\"'`,;]{8,})(?=[,;]?\s*$)")
TEXT = re.compile(rb"(?P<gap>[=:(,?|][ \t]*[\"'`])(?!\$|\{\{|[A-Z0-9_]+[\"'`])(?P<value>[^\s\"'`]{8,})(?=[\"'`])")
TELLING = re.compile(rb"(?i)(token|secret|password|passwd|api_?key|auth|dsn)\w*[\"']?\s*[=:]")


def masked(path: str, text: bytes) -> bytes:
    """A text without the values of secrets; names stay, so that a diff tells what went."""
    if ENV.search(path) or posixpath.basename(path).startswith(".env"):
        text = ASSIGNED.sub(lambda found: found["name"] + HIDDEN + found["end"], text)
    if LOCK.search(path):
        return text
    for pattern in SECRETS:
        text = pattern.sub(HIDDEN, text)
    lines = text.split(b"\n")
    return b"\n".join(mask_line(line, path.endswith(CODE)) if TELLING.search(line) else line for line in lines)


def mask_line(line: bytes, code: bool) -> bytes:
    line = TEXT.sub(lambda found: found["gap"] + HIDDEN, line)
    return line if code else VALUE.sub(lambda found: found["gap"] + HIDDEN, line)


def unified(path: str, before: bytes | None, after: bytes | None) -> str:
    """The change of one file as a unified diff; the side on which the file is not there is None."""
    old, new = ([] if text is None else shown(path, text) for text in (before, after))
    names = ("/dev/null" if before is None else f"a/{path}", "/dev/null" if after is None else f"b/{path}")
    lines = difflib.unified_diff(old, new, *names)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def shown(path: str, text: bytes) -> list[str]:
    return masked(path, text).decode(errors="replace").splitlines(keepends=True)
