# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One lock and its manager, in a copy of the repository: whether the program fits, and what it makes of the lock."""

from __future__ import annotations

import json
import os
import posixpath
import re
import shutil
import stat

from ..errors import RolloutError
from .complaint import complaint
from .managers import ENVIRONMENT, Command, Lock, Manager, major_of
from .program import run

#: Seconds that one command of a manager may take. yarn 1 takes minutes for a large project, since it installs it.
LIMIT = 1800.0
_INSTEAD = "or set lock_strategy to prune or leave"
_VERSION = re.compile(r"\d+(?:\.\d+)+")
_JAVASCRIPT = ("npm", "pnpm", "yarn", "bun")


class ManagerFailed(RolloutError):
    """A lock cannot be brought into agreement with its manifests; nothing was written."""

    def __init__(self, lock: Lock, problem: str, advice: str) -> None:
        super().__init__(f"{lock.path}: {problem}; {advice}, {_INSTEAD}; nothing was changed")


def require_program(lock: Lock) -> None:
    """Raises ManagerFailed when it is certain already that nothing will come of it."""
    if lock.refusal:
        raise ManagerFailed(lock, lock.refusal, "make it anew by hand")
    program = lock.managers[0].program
    if shutil.which(program) is None:
        raise ManagerFailed(lock, f"{program} is not on this host's PATH", "install it")


class ManagerRun:
    def __init__(self, lock: Lock, place: str) -> None:
        """`place` is the copy."""
        self.lock = lock
        self.place = place
        self.folder = os.path.normpath(os.path.join(place, lock.folder))
        self.where = lock.folder or "the root"
        self.environment = {**os.environ, **ENVIRONMENT}

    def resolve(self) -> bytes:
        """The lock as its manager makes it, which by its frozen check it is content with. Raises ManagerFailed."""
        before = self._read()
        manager = self._fitting()
        self._call(manager, manager.relock)
        after = self._read()
        old, new = self.lock.version_of(before), self.lock.version_of(after)
        if old != new:
            problem = f"is of version {old or 'none'}, and {self._found} writes version {new or 'none'}"
            raise ManagerFailed(self.lock, problem, f"use the {manager.program} that the project uses")
        self._call(manager, manager.frozen)
        if self._read() != after:
            raise ManagerFailed(self.lock, f"{manager.program} changes it with every run", "make it anew by hand")
        return after

    def _fitting(self) -> Manager:
        program = self.lock.managers[0].program
        said = self._call(self.lock.managers[0], Command(("--version",)))
        found = _VERSION.search(said)
        if found is None:
            raise ManagerFailed(self.lock, f"{program} --version in {self.where} names no version", "install it anew")
        self._found = f"{program} {found.group()}"
        self._require_named(program, found.group())
        for manager in self.lock.managers:
            if manager.fits(found.group()):
                return manager
        wanted = self.lock.managers[0].name
        raise ManagerFailed(
            self.lock,
            f"is a lock of {wanted}, but this host has {self._found}",
            "install the one that the project uses",
        )

    def _require_named(self, program: str, version: str) -> None:
        """package.json may say by which manager it wants to be managed."""
        where, named = self._package_manager() if program in _JAVASCRIPT else ("", "")
        name, _at, wanted = named.partition("@")
        if not name:
            return
        if name != program:
            problem = f"is a lock of {program}, but {where} says that the project uses {name}"
            raise ManagerFailed(self.lock, problem, "delete or exclude it if nobody uses it")
        if wanted[:1].isdigit() and major_of(wanted) != major_of(version):
            problem = f"{where} wants {program} {wanted.partition('+')[0]}, but this host has {self._found}"
            raise ManagerFailed(self.lock, problem, "install the version that it wants")

    def _package_manager(self) -> tuple[str, str]:
        """The nearest package.json that names one, and what it names."""
        folder = self.lock.folder
        while True:
            path = posixpath.join(folder, "package.json")
            try:
                with open(os.path.join(self.place, path), encoding="utf-8") as file:
                    manifest = json.load(file)
            except (OSError, ValueError):
                manifest = {}
            named = manifest.get("packageManager") if isinstance(manifest, dict) else None
            if isinstance(named, str):
                return path, named
            if not folder:
                return "", ""
            folder = posixpath.dirname(folder)

    def _call(self, manager: Manager, command: Command) -> str:
        words = [manager.program, *command.arguments]
        shown = " ".join(words[:3]) if len(words) > 1 else manager.program
        environment = {**self.environment, **command.environment}
        program = shutil.which(manager.program)
        if program is None or not os.path.isdir(self.folder):
            raise ManagerFailed(self.lock, f"{shown} cannot run in {self.where}", "look at what is there")
        try:
            done = run([program, *command.arguments], self.folder, environment, LIMIT)
        except OSError as error:
            raise ManagerFailed(self.lock, f"{program} cannot be started: {error.strerror}", "install it") from None
        if done.status == 0:
            return done.said
        said = complaint(done.said, self.place, environment) or "nothing"
        if done.status is None:
            how = f"did not end within {LIMIT:g} s"
        else:
            how = f"failed with status {done.status}" if done.status > 0 else f"was ended by signal {-done.status}"
        problem = f"'{shown}' in {self.where} {how} and said: {said}"
        raise ManagerFailed(self.lock, problem, "make it work there")

    def _read(self) -> bytes:
        place = os.path.join(self.place, *self.lock.path.split("/"))
        try:
            if stat.S_ISREG(os.lstat(place).st_mode):
                with open(place, "rb") as file:
                    return file.read()
        except OSError:
            pass
        raise ManagerFailed(self.lock, "its manager took it away", "make it anew by hand")
