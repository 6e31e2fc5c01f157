# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Diffs that can be shown: values of secrets are replaced before anything is compared."""

from __future__ import annotations

import difflib
import posixpath
import re
import typing as t

from .imports import SCRIPTS

CODE = (*SCRIPTS, ".py")
HIDDEN = b"********"
ENV = re.compile(r"(^|/)(\.env[^/]*|[^/]*\.env|\.sentryclirc|[^/]*\.properties)$")
ASSIGNED = re.compile(
    rb"^(?P<name>[ \t#;]*(?:export[ \t]+)?[\w.-]+[ \t]*[=:][ \t]*)(?P<value>\S.*?)(?P<end>\r?)$", re.MULTILINE
)
LOCK = re.compile(r"\.lock$|-lock\.|npm-shrinkwrap|bun\.lock")
# A Dockerfile may part name and value by a blank.
DOCKERFILE = re.compile(r"(docker|container)file", re.IGNORECASE)
INSTRUCTION = re.compile(
    rb"(?im)^(?P<name>[ \t]*(?:ENV|ARG)[ \t]+\w*(?:TOKEN|SECRET|PASSWORD|PASSWD|KEY|AUTH|DSN)\w*[ \t]+)"
    rb"(?P<value>\S[^\r\n]*)"
)
# Behind this the value is what stands deeper on the next lines.
BLOCK = re.compile(rb":[ \t]*[>|][+-]?\d?[ \t]*\r?$")
# Keys inside a URL, Sentry's tokens by their prefix, and anything that looks like a key.
SECRETS = (
    re.compile(rb"(?<=://)[^/@\s'\"`<>]+(?=@)"),
    re.compile(rb"\bsntry[a-z]_[\w=+/.-]+"),
    re.compile(rb"(?<!sha256:)\b[0-9a-f]{32,64}\b"),
)
# What is written behind a telling name: in code only where it is a text.
VALUE = re.compile(rb"(?P<gap>[=:][ \t]*)(?!\$|\{\{|true\b|false\b|null\b)(?P<value>[^\s\"'`,;]{8,})(?=[,;]?\s*$)")
TEXT = re.compile(rb"(?P<gap>[=:(,?|][ \t]*[\"'`])(?!\$|\{\{|[A-Z0-9_]+[\"'`])(?P<value>[^\s\"'`]{8,})(?=[\"'`])")
TELLING = re.compile(rb"(?i)(token|secret|password|passwd|api_?key|auth|dsn)\w*[\"']?\s*[=:]")


def masked(path: str, text: bytes) -> bytes:
    """A text without the values of secrets; names stay, so that a diff tells what went."""
    if ENV.search(path) or posixpath.basename(path).startswith(".env"):
        text = b"\n".join(mask_assignments(text.split(b"\n")))
    if DOCKERFILE.search(posixpath.basename(path)):
        text = INSTRUCTION.sub(lambda found: found["name"] + HIDDEN, text)
    if LOCK.search(path):
        return text
    for pattern in SECRETS:
        text = pattern.sub(HIDDEN, text)
    lines = [mask_line(one, path.endswith(CODE)) if TELLING.search(one) else one for one in text.split(b"\n")]
    return b"\n".join(mask_blocks(lines))


def mask_assignments(lines: list[bytes]) -> t.Iterator[bytes]:
    """The lines of a file of variables; a quoted value may go over several."""
    quote = b""
    for line in lines:
        if quote:
            yield HIDDEN
            quote = b"" if quote in line else quote
            continue
        found = ASSIGNED.match(line)
        yield found["name"] + HIDDEN + found["end"] if found else line
        if found and found["value"][:1] in (b'"', b"'", b"`") and found["value"].count(found["value"][:1]) == 1:
            quote = found["value"][:1]


def mask_blocks(lines: list[bytes]) -> t.Iterator[bytes]:
    """Hides the text of a telling key that is written over several lines."""
    depth: int | None = None
    for line in lines:
        here = len(line) - len(line.lstrip())
        if depth is not None and line.strip() and here <= depth:
            depth = None
        yield line[:here] + HIDDEN if depth is not None and line.strip() else line
        if depth is None and BLOCK.search(line) and TELLING.search(line):
            depth = here


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
