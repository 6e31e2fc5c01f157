# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a removal lands in git: the branch that it is made on, and the commit that holds it. Nothing is ever pushed."""

from __future__ import annotations

import os
import re
import typing as t
from dataclasses import dataclass

from ..errors import RolloutError
from .edit import FileEdits
from .git import Git

# In each commit that is made here, so that it is known again whatever its message says.
MARK = "Made-by: rollout.posthog.sentry_removal"
AUTHOR = re.compile(r"(?P<name>[^<>\n]*[^<>\s]) <(?P<address>[^<>\s]+)>")


@dataclass(frozen=True)
class Landing:
    """What the user wants. No branch means the one that is checked out."""

    branch: str = ""
    commit: bool = False
    message: str = "Remove Sentry"
    author: str = ""  # Name <address>; git's own if empty

    def require_possible(self, git: Git) -> None:
        """Asks before anything is written what would fail afterwards. Raises RolloutError."""
        if not git.head():
            raise RolloutError(f"path: {git.root} is in no git repository that has a commit, so none can follow")
        if self.branch and git.ask("check-ref-format", "--branch", self.branch) is None:
            raise RolloutError(f"branch: git takes no branch of the name {self.branch}")
        if git.line("rev-parse", "--verify", "--quiet", "MERGE_HEAD"):
            raise RolloutError(f"path: {git.root} is in the middle of a merge; finish it first")
        if self.commit and not (self.branch or git.branch()):
            raise RolloutError(f"branch: {git.root} is on no branch, where a commit gets lost; name a branch for it")
        if self.commit and git.ask("var", "GIT_COMMITTER_IDENT", settings=self.identity()) is None:
            raise RolloutError(f"commit_author: git knows nobody to commit in {git.root}; write it as Name <address>")

    def identity(self) -> tuple[str, ...]:
        """Settings of git. Raises RolloutError."""
        if not self.author:
            return ()
        found = AUTHOR.fullmatch(self.author)
        if not found:
            raise RolloutError(f"commit_author: {self.author} is not written as Name <address>")
        return "-c", f"user.name={found['name']}", "-c", f"user.email={found['address']}"

    def earlier(self, git: Git) -> str:
        """The branch's ref, here or as it was fetched, when an earlier removal is on it and it has to be gone to.

        Raises RolloutError for a branch of that name with work that is in none of our commits."""
        if not self.branch or git.branch() == self.branch:
            return ""
        wanted = (f"refs/heads/{self.branch}", f"refs/remotes/*/{self.branch}")
        for ref in git.run("for-each-ref", "--format=%(refname)", *wanted).decode().split():
            if not ref.endswith(f"/{self.branch}") or not git.line("rev-list", "-1", f"HEAD..{ref}"):
                continue
            if not git.line("rev-list", "-1", "--fixed-strings", f"--grep={MARK}", f"HEAD..{ref}"):
                raise RolloutError(
                    f"branch: {self.branch} is there already ({ref}), with commits that no earlier removal has made; "
                    "choose another name"
                )
            return ref
        return ""

    def go_to(self, git: Git, ref: str) -> None:
        """An earlier removal's branch is checked out. Raises GitFailed."""
        if not git.branch() and not git.line("for-each-ref", "--count=1", "--contains", "HEAD"):
            raise RolloutError(f"branch: {git.root} is at a commit that is on no branch; make one for it first")
        if ref.startswith("refs/heads/"):
            git.run("switch", "--quiet", self.branch)
        else:
            git.run("switch", "--quiet", "--track", "--force-create", self.branch, ref)

    def begin(self, git: Git) -> None:
        """The branch is checked out, made from where we are. Raises RolloutError."""
        lock = os.path.join(git.root, git.line("rev-parse", "--git-path", "index.lock"))
        if self != Landing() and os.path.exists(lock):
            raise RolloutError(
                f"path: another git is at work in {git.root}, or was stopped in the middle; if none runs, delete {lock}"
            )
        if self.branch and git.branch() != self.branch:
            # There is none of that name, or none with anything on it that is not here as well.
            git.run("switch", "--quiet", "--no-track", "--force-create", self.branch)

    def finish(self, git: Git, changed: t.Iterable[FileEdits]) -> str:
        """The new commit of exactly these files; nothing if none is wanted, or git follows none of them.

        Raises GitFailed."""
        if not self.commit:
            return ""
        changed = list(changed)
        new = [one.path for one in changed if one.create and not git.ask("check-ignore", "--quiet", "--", one.path)]
        if new:
            git.run("add", paths=new)
        tracked = git.tracked()
        files = [one.path for one in changed if one.path in tracked]
        if not files:
            return ""
        message = ("-m", self.message, "-m", MARK)
        git.run("commit", "--quiet", "--no-verify", *message, paths=files, settings=self.identity())
        return git.head()
