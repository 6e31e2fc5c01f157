# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A copy of a repository as it will be, in which programs may do what they like. Afterwards it is gone in any case."""

from __future__ import annotations

import contextlib
import os
import posixpath
import shutil
import signal
import tempfile
import threading
import typing as t

from ..errors import RolloutError
from .edit import FileEdits
from .repository import Repository

_SIGNALS = (signal.SIGTERM, signal.SIGHUP)


@contextlib.contextmanager
def copy_of(repository: Repository, results: t.Mapping[str, FileEdits], parent: str | None = None) -> t.Iterator[str]:
    """The path of the copy. `parent` should be a directory that nobody else can write to: programs read the settings
    that lie above them. Raises RolloutError when there is no room for it."""
    with _Ending() as ending:
        place = tempfile.mkdtemp(prefix="sentry-removal-", dir=parent)
        try:
            _fill(repository, results, place)
            yield place
        except OSError as problem:
            raise RolloutError(
                f"cannot copy {repository.root} to {place}, where package managers are to run: {problem.strerror}"
            ) from problem
        finally:
            ending.clearing = True
            _clear(place)


class _Ending:
    """Turns a signal that would end the process into an exception, and lets none disturb the clearing up."""

    def __init__(self) -> None:
        self.clearing = False
        self._came: int | None = None
        self._before: dict[int, t.Any] = {}

    def __enter__(self) -> _Ending:
        # Elsewhere than in the main thread Python neither lets us nor needs us.
        if threading.current_thread() is threading.main_thread():
            for number in _SIGNALS:
                if signal.getsignal(number) is not signal.SIG_IGN:
                    self._before[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(self, *_exception: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        if self._came is not None:
            raise SystemExit(128 + self._came)

    def _on_signal(self, number: int, _frame: object) -> None:
        first = self._came is None
        self._came = number
        if first and not self.clearing:
            raise SystemExit(128 + number)


def _fill(repository: Repository, results: t.Mapping[str, FileEdits], place: str) -> None:
    made = [path for path, result in results.items() if result.create]
    for path in [*repository.everything(), *made]:
        result = results.get(path)
        if result is not None and result.delete:
            continue
        target = os.path.join(place, *path.split("/"))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        source = repository.absolute(path)
        if result is not None:
            with open(target, "wb") as file:
                file.write(result.result())
        elif os.path.islink(source):
            if _stays_inside(path, os.readlink(source)):
                os.symlink(os.readlink(source), target)
        else:
            shutil.copyfile(source, target)
            shutil.copymode(source, target)


def _stays_inside(path: str, target: str) -> bool:
    """Whether a link leads to something in the copy, and not to where it was copied from."""
    goal = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
    return not posixpath.isabs(target) and goal != ".." and not goal.startswith("../")


def _clear(place: str) -> None:
    # Some managers take the right to write from what they unpack.
    for folder, _folders, _files in os.walk(place):
        os.chmod(folder, 0o700)
    shutil.rmtree(place)
