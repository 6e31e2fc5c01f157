# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of nginx's configuration that are written together and tested, or stay as they were."""

from __future__ import annotations

import os
import re
import tempfile
import typing as t
from contextlib import ExitStack
from dataclasses import dataclass

from .errors import RolloutError

# Hidden, so that no `include *` of nginx reads them.
ASIDE, CREATED, STAGED = ".before", ".created", ".posthog-"
# What nginx -t says of an error, such as: nginx: [emerg] unknown directive "foo" in /etc/nginx/nginx.conf:12
EMERGENCY = re.compile(r"\[emerg\] (?:\d+#\d+: )?(?P<said>.*?)(?: in (?P<file>/\S+):(?P<line>\d+))?$")
WARNING = re.compile(r"\[warn\] (?:\d+#\d+: )?(?P<said>.*)$")

# Runs the test; gives its exit code and what it printed.
Test = t.Callable[[], tuple[int, str]]


class NotOurs(RolloutError):
    """A file is in the way that does not bear the marker."""


class Unwritable(RolloutError):
    """The system refused a write; everything is as it was."""


class Refused(RolloutError):
    """nginx refused the files; everything is as it was."""

    def __init__(self, output: str, advice: str) -> None:
        self.said, self.file, self.line = explained(output)
        place = f"{self.file}, line {self.line}: " if self.file else ""
        super().__init__(f"nginx refuses the new configuration, so the old one stays: {place}{self.said}{advice}")

    def details(self) -> dict[str, t.Any]:
        return {"file": self.file, "line": self.line, "said": self.said}


@dataclass(frozen=True)
class Change:
    """One file: None is no file."""

    path: str
    before: t.Optional[bytes]
    after: t.Optional[bytes]

    @property
    def action(self) -> str:
        if self.before is None:
            return "created"
        return "updated" if self.after is not None else "removed"

    @property
    def diff(self) -> dict[str, str]:
        """As Ansible shows it."""
        return {
            "before": (self.before or b"").decode(errors="replace"),
            "after": (self.after or b"").decode(errors="replace"),
            "before_header": self.path if self.before is not None else "no file",
            "after_header": self.path if self.after is not None else "no file",
        }


def changes_to(
    wanted: t.Mapping[str, bytes], directories: t.Iterable[str], marker: bytes
) -> tuple[dict[str, bytes], list[Change]]:
    """The files of ours as they are, contents by path, and what to change.

    Files below `directories` that bear the marker and are not `wanted` go. Raises NotOurs.
    """
    paths = {*wanted, *(path for place in directories for path in marked(place, marker))}
    found = {path: contents(path) for path in sorted(paths)}
    before = {path: text for path, text in found.items() if text is not None}
    for path, text in before.items():
        if marker not in text:
            raise NotOurs(f"{path} is there already and was not written by this role; move it out of the way")
    changes = [Change(path, before.get(path), wanted.get(path)) for path in found]
    return before, [change for change in changes if change.before != change.after]


def marked(directory: str, marker: bytes) -> t.Iterator[str]:
    """The files below a directory that bear the marker. Links are other people's."""
    for folder, _folders, names in os.walk(directory):
        for name in names:
            path = os.path.join(folder, name)
            hidden = name.startswith(".")
            if not hidden and os.path.isfile(path) and not os.path.islink(path) and marker in (contents(path) or b""):
                yield path


def contents(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def recover(directories: t.Iterable[str]) -> list[str]:
    """Undoes what a run that was killed before its test has left; gives the files that are as before again."""
    undone = []
    for directory in directories:
        for folder, _folders, names in os.walk(directory):
            for name in names:
                if not name.startswith("."):
                    continue
                trace = os.path.join(folder, name)
                for ending in (ASIDE, CREATED):
                    if name.endswith(ending):
                        place = os.path.join(folder, name[1 : -len(ending)])
                        put_back(place)
                        undone.append(place)
                if name.startswith(STAGED):
                    os.unlink(trace)
    return undone


def write_tested(changes: t.Sequence[Change], test: Test, keep: t.Iterable[str], ours: t.Iterable[str]) -> list[str]:
    """Writes all, tests, and puts everything back when the test fails. Gives what nginx warns of.

    Folders that become empty go, but for those to `keep`. `ours` are all files of ours, also those that do not change.
    Raises Refused, Unwritable.
    """
    folders = {os.path.dirname(change.path) for change in changes}
    made: list[str] = []
    try:
        with ExitStack() as undo:  # also when a signal ends the run: what is not tested does not stay
            undo.callback(remove_folders, made)
            undo.callback(recover, folders)
            for folder in folders:
                made += make_folders(folder)
            replace_all(changes)
            code, output = test()
            if not code:
                undo.pop_all()
    except OSError as problem:
        raise Unwritable(f"cannot write {problem.filename}: {problem.strerror}; nothing was changed") from problem
    if code:
        raise Refused(output, whose(output, ours, test))
    settle(changes, keep)
    return [found["said"] for found in map(WARNING.search, output.splitlines()) if found]


def whose(output: str, ours: t.Iterable[str], test: Test) -> str:
    """What to do about a refusal that files of ours are not to blame for, once the old configuration is back."""
    complaint = explained(output)
    _said, file, _line = complaint
    if os.path.realpath(file) in map(os.path.realpath, ours):
        return ""
    code, before = test()
    if not file:
        same = code and explained(before) == complaint
        return ". nginx refuses the old configuration as well: mend that first" if same else ""
    if code:
        return f". {file} is not one of ours, and nginx refuses the old configuration as well: mend that file first"
    return f". {file} is not one of ours, and nginx takes the old configuration: it does not go with what was to change"


def replace_all(changes: t.Iterable[Change]) -> None:
    """Everything is staged before the first file is replaced, so that a full disk is noticed in time."""
    staged = {change.path: stage(change.path, change.after) for change in changes if change.after is not None}
    for change in changes:
        put_aside(change)
        if change.after is not None:
            os.replace(staged[change.path], change.path)


def make_folders(folder: str) -> list[str]:
    """The folders that were made, the outermost first."""
    missing = []
    while not os.path.isdir(folder):
        missing.append(folder)
        folder = os.path.dirname(folder)
    for name in reversed(missing):
        os.mkdir(name)
        os.chmod(name, 0o755)
    return missing[::-1]


def remove_folders(folders: t.Iterable[str]) -> None:
    """Those of the folders that are empty, the innermost first."""
    for folder in sorted(folders, key=len, reverse=True):
        if os.path.isdir(folder) and not os.listdir(folder):
            os.rmdir(folder)


def stage(path: str, text: bytes) -> str:
    """A hidden file beside the real one."""
    handle, temporary = tempfile.mkstemp(prefix=STAGED, dir=os.path.dirname(path))
    with os.fdopen(handle, "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.chmod(temporary, 0o644)
    return temporary


def trace_of(path: str, ending: str) -> str:
    folder, name = os.path.split(path)
    return os.path.join(folder, f".{name}{ending}")


def put_aside(change: Change) -> None:
    if change.before is None:
        with open(trace_of(change.path, CREATED), "wb"):
            pass  # says that there was nothing
    elif change.after is None:
        os.replace(change.path, trace_of(change.path, ASIDE))
    else:
        os.link(change.path, trace_of(change.path, ASIDE))  # the file is never missing, not for a moment


def put_back(path: str) -> None:
    aside, created = trace_of(path, ASIDE), trace_of(path, CREATED)
    if os.path.lexists(aside):
        os.replace(aside, path)
    elif os.path.lexists(created):
        if os.path.lexists(path):
            os.unlink(path)
        os.unlink(created)


def settle(changes: t.Iterable[Change], keep: t.Iterable[str]) -> None:
    """The traces go, and folders that became empty."""
    for change in changes:
        os.unlink(trace_of(change.path, CREATED if change.before is None else ASIDE))
    emptied = {os.path.dirname(change.path) for change in changes if change.after is None}
    remove_folders(emptied - set(keep))


def explained(output: str) -> tuple[str, str, int]:
    """What nginx said, of which file (empty when it names none) and which line."""
    for line in output.splitlines():
        found = EMERGENCY.search(line)
        if found:
            return found["said"], found["file"] or "", int(found["line"] or 0)
    return " ".join(output.split()) or "nothing", "", 0
