# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dockerfiles: ARG and ENV instructions that are about one variable of Sentry's and nothing else."""

from __future__ import annotations

import re
import typing as t

from .config_env import runs
from .edit import FileEdits
from .headings import above_heading, with_gap
from .repository import Repository
from .rest import report_rest

_ONE_NAME = re.compile(
    rb"[ \t]*(ARG|ENV)[ \t]+([A-Za-z_]\w*)(?P<value>[ \t]*(?:=[^\n]*|[ \t][^\n]*)?)\r?\n?$", re.IGNORECASE
)
_SECOND = re.compile(rb"(?:^|\s)[A-Za-z_]\w*=")
_QUOTED = re.compile(rb"\"(?:[^\"\\\\]|\\\\.)*\"|'[^']*'")


def edit(repository: Repository, path: str) -> FileEdits:
    """What goes from a Dockerfile."""
    file = FileEdits(path, repository.read(path))
    escape = b"`" if re.match(rb"\s*#\s*escape\s*=\s*`", file.original) else b"\\"
    lines, at, continued = [], 0, False
    for line in file.original.splitlines(keepends=True):
        if not continued and _is_sentrys(line, repository.needed.frees):
            lines.append((at, at + len(line)))
        # A comment between the lines of an instruction does not end it.
        if not line.lstrip().startswith(b"#"):
            continued = line.rstrip().endswith(escape)
        at += len(line)
    used = _rest(file.original, lines)
    if b"sentry-cli" in used:
        # It takes its settings from variables without naming them.
        lines = []
    lines = [(start, end) for start, end in lines if not _is_used(file.original[start:end], used)]
    for start, end in runs(lines):
        top = above_heading(file.original, start, end, must_mention=True)
        file.cut(*with_gap(file.original, top, end), "variables of Sentry")
    return report_rest(
        file,
        "dockerfile",
        "this instruction does more than setting one variable of Sentry's, or another one uses it",
        "Take Sentry's part out by hand, and build the image.",
    )


def _is_sentrys(line: bytes, frees: t.Callable[[str], bool]) -> bool:
    found = _ONE_NAME.match(line)
    if not found or not frees(found.group(2).decode()):
        return False
    value = found.group("value").strip()
    if value.endswith((b"\\", b"`")) or b"<<" in value:
        return False
    # ENV A=1 B=2 sets two; ENV A 1 B=2 sets one, but nobody should have to know.
    return not _SECOND.search(_QUOTED.sub(b"", value[1:] if value.startswith(b"=") else value))


def _rest(text: bytes, lines: list[tuple[int, int]]) -> bytes:
    kept, at = [], 0
    for start, end in lines:
        kept.append(text[at:start])
        at = end
    return b"".join([*kept, text[at:]])


def _is_used(line: bytes, rest: bytes) -> bool:
    """Whether a build argument is put to use by an instruction that stays."""
    found = _ONE_NAME.match(line)
    name = re.escape(found.group(2)) if found else b""
    return re.search(rb"\$\{?" + name + rb"\b", rest) is not None
