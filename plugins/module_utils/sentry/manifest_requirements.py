# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""requirements*.txt and .in: the SDK's lines; in compiled files also what by their own word only the SDK needed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .edit import FileEdits, line_start, with_blank_line
from .headings import above_heading
from .needed import needed_by
from .packages import PYTHON, python_name
from .repository import Repository
from .rest import report_rest

_VIA = re.compile(rb"#\s*via(?:\s+(?P<who>[^\n]*?))?\s*$")
_MORE = re.compile(rb"#\s{2,}(?P<who>\S[^\n]*?)\s*$")


@dataclass
class Via:
    """One of those that need a requirement, with the bytes that say so; `alone` when it has its line for itself."""

    name: str
    start: int
    end: int
    alone: bool


@dataclass
class Requirement:
    """A requirement with its continuation lines and the comments of the compiler under it."""

    name: str
    start: int
    end: int
    vias: list[Via] = field(default_factory=list)
    #: The line that has only "# via" on it
    heading: tuple[int, int] | None = None


def edit(repository: Repository, path: str) -> FileEdits:
    """What goes from a file of requirements."""
    file = FileEdits(path, repository.read(path))
    requirements = read(file.original)
    use = repository.needed.python(path)
    gone = without_need(requirements) if use is None else set()
    for requirement in requirements:
        if requirement.name in PYTHON and use is not None:
            file.report(requirement.start, "manifest", *needed_by(use))
        elif requirement.name in gone:
            start = above_heading(file.original, requirement.start, requirement.end, must_mention=True)
            file.cut(*with_blank_line(file.original, start, requirement.end), "the SDK, or only it needed this")
        else:
            _trim(file, requirement, gone)
    return report_rest(
        file,
        "manifest",
        "this line is not a requirement of the SDK",
        "Decide whether this comment or package is still wanted without Sentry.",
    )


def read(text: bytes) -> list[Requirement]:
    """The requirements in order."""
    found: list[Requirement] = []
    at, continued, open_via = 0, False, False
    for line in text.splitlines(keepends=True):
        start, at = at, at + len(line)
        plain = line.strip()
        if continued:
            found[-1].end = at
        elif plain.startswith(b"#") and line[:1] in b" \t" and found and found[-1].end == start:
            open_via = _comment(found[-1], plain, start + line.index(b"#"), at, open_via)
            continue
        elif plain and not plain.startswith((b"#", b"-")):
            found.append(Requirement(python_name(plain.decode("utf-8", "replace")), start, at))
            _behind(found[-1], line, start)
        else:
            continue
        open_via = False
        continued = plain.endswith(b"\\")
    return found


def without_need(requirements: list[Requirement]) -> set[str]:
    """The names that go: the SDK's, and those of which every need is gone."""
    gone = {requirement.name for requirement in requirements} & PYTHON
    while True:
        more = {
            requirement.name
            for requirement in requirements
            if requirement.name not in gone and requirement.vias and all(via.name in gone for via in requirement.vias)
        }
        if not more:
            return gone
        gone |= more


def _comment(requirement: Requirement, plain: bytes, start: int, end: int, open_via: bool) -> bool:
    """Files a comment under a requirement; says whether names may follow on the next lines."""
    via, more = _VIA.match(plain), _MORE.match(plain)
    if via:
        requirement.end = end
        if via.group("who"):
            _names(requirement, via.group("who"), start + via.start("who"), (start, end))
            return False
        requirement.heading = (start, end)
        return True
    if open_via and more:
        requirement.end = end
        _names(requirement, more.group("who"), start + more.start("who"), (start, end))
        return True
    return False


def _behind(requirement: Requirement, line: bytes, start: int) -> None:
    """Compilers of old write their comment behind the requirement."""
    found = re.search(rb"\s#\s*via\s+(?P<who>[^\n]*?)\s*$", line)
    if found:
        _names(requirement, found.group("who"), start + found.start("who"), None)


def _names(requirement: Requirement, who: bytes, start: int, line: tuple[int, int] | None) -> None:
    parts = who.split(b",")
    for part in parts:
        name = part.strip().decode("utf-8", "replace")
        # "-r requirements.in" and a project's own name in brackets are needs that stay.
        known = "" if name.startswith(("-", "(")) else python_name(name)
        alone = line is not None and len(parts) == 1
        requirement.vias.append(
            Via(known, line[0] if line and alone else start, line[1] if line and alone else start + len(part), alone)
        )
        start += len(part) + 1


def _trim(file: FileEdits, requirement: Requirement, gone: set[str]) -> None:
    """Takes those that are gone out of the comment of a requirement that stays."""
    lost = [via for via in requirement.vias if via.name in gone]
    if not lost:
        return
    for via in lost:
        if via.alone:
            file.cut(line_start(file.original, via.start), via.end, "no longer needs this")
    left = [via for via in requirement.vias if via.alone and via.name not in gone]
    if requirement.heading and len(left) == 1:
        # One need is written on the line of "# via" itself.
        start, end = requirement.heading
        line = file.original[left[0].start : left[0].end]
        name = left[0].start + 1 + len(line[1:]) - len(line[1:].lstrip())
        file.cut(start + len(file.original[start:end].rstrip()), name - 1, "one need is left")
    shared = [via for via in requirement.vias if not via.alone]
    if any(via in lost for via in shared):
        names = b", ".join(file.original[via.start : via.end].strip() for via in shared if via not in lost)
        file.replace(shared[0].start, shared[-1].end, names, "no longer need this")
