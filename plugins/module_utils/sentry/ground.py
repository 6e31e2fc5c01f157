# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a removal starts from: the branch to go on with, without what a stopped run has left, beside nobody's work."""

from __future__ import annotations

import contextlib
import typing as t
from dataclasses import dataclass

from ..errors import RolloutError
from .begun import find_begun, take_back
from .git import Git
from .landing import Landing
from .removal import Options, Removal
from .repository import Repository, require_directory


@dataclass(frozen=True)
class Ground:
    """A working tree, and how it may be used."""

    git: Git
    options: Options
    landing: Landing
    allow_dirty: bool = False
    own: str = ""  # The report, if it is in the tree: it is nobody's work

    @contextlib.contextmanager
    def prepared(self, only_look: bool) -> t.Iterator[tuple[str, bool]]:
        """The folder to plan in, and whether another branch is, or with `only_look` would be, checked out for that.

        With `only_look` the tree stays as it is; what it would be lies in a folder for as long as it is needed.
        Raises RolloutError."""
        require_directory(self.git.root)
        if self.landing.branch or self.landing.commit:
            self.landing.require_possible(self.git)
        state = self._take_back(only_look)
        earlier = self.landing.earlier(self.git)
        if earlier and not only_look:
            self._require_clean()
            self.landing.go_to(self.git, earlier)
        if only_look and (earlier or state):
            with self.git.exported(earlier or state) as place:
                yield place, bool(earlier)
        else:
            yield self.git.root, bool(earlier)

    def require_apart(self, removal: Removal) -> None:
        """Raises RolloutError when a removal could not be told apart from, or would endanger, somebody's work."""
        if not removal.repository.is_git and not self.allow_dirty:
            raise RolloutError(
                f"path: {self.git.root} is not in a git repository, so nothing could bring its files back; "
                "put it under version control, or set allow_dirty to true"
            )
        self._require_clean()
        if self.landing.commit:
            mixed = {one.path for one in removal.changed}.intersection(self._dirty())
            if mixed:
                raise RolloutError(
                    f"commit: {min(mixed)} in {self.git.root} has changes of somebody else; commit them first"
                )

    def _take_back(self, only_look: bool) -> str:
        """The commit to plan in if the tree may not be put into that state itself."""
        if not self.git.head() or (self.allow_dirty and not self.landing.commit):
            return ""
        dirty = self._dirty()
        if not dirty:
            return ""
        begun = find_begun(self.git, dirty, self.options)
        if not begun or (begun.complete and not self.landing.commit):
            return ""
        if begun.others:
            if self.landing.commit:
                raise RolloutError(
                    f"path: {self.git.root} has a removal that is not committed, and other changes, among them "
                    f"{begun.others[0]}; commit or stash those"
                )
            return ""
        if only_look:
            return "HEAD"
        take_back(Repository(self.git.root, self.options.exclude), begun)
        return ""

    def _dirty(self) -> list[str]:
        inside = self.git.ask("rev-parse", "--is-inside-work-tree") is not None
        return [path for path in self.git.dirty() if path != self.own] if inside else []

    def _require_clean(self) -> None:
        dirty = self._dirty()
        if dirty and not self.allow_dirty:
            raise RolloutError(
                f"path: {self.git.root} has changes that are not committed, among them {dirty[0]}; commit them, "
                "or set allow_dirty to true"
            )
