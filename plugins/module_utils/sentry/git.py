# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""git, as a program that is asked and told. Knows nothing of Sentry."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
import typing as t

from ..errors import RolloutError

# The repository's own hooks and monitors do not run; names of files are names, never patterns.
QUIET = ("--literal-pathspecs", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")
FROM_STDIN = ("--pathspec-from-file=-", "--pathspec-file-nul")


class GitFailed(RolloutError):
    """git did not do what it was told; the text holds its own words."""


class Git:
    """One working tree, or a folder inside it. Paths have forward slashes and are relative to that folder."""

    def __init__(self, root: str) -> None:
        self.root = root

    def ask(self, *arguments: str, settings: t.Sequence[str] = ()) -> bytes | None:
        """What git prints, or None when it fails or is not there."""
        try:
            done = self._call((*settings, *arguments))
        except FileNotFoundError:
            return None
        return done.stdout if done.returncode == 0 else None

    def run(
        self, *arguments: str, paths: t.Iterable[str] | None = None, index: str = "", settings: t.Sequence[str] = ()
    ) -> bytes:
        """What git prints. Any number of `paths` may be named; `index` is a file to use in place of git's own index.

        Raises GitFailed."""
        given = b"" if paths is None else b"\0".join(os.fsencode(path) for path in paths)
        done = self._call((*settings, *arguments, *(() if paths is None else FROM_STDIN)), given, index)
        if done.returncode:
            said = " ".join(done.stderr.decode(errors="replace").split())
            raise GitFailed(f"git {arguments[0]} in {self.root}: {said or f'failed with {done.returncode}'}")
        return done.stdout

    def _call(
        self, arguments: t.Sequence[str], given: bytes = b"", index: str = ""
    ) -> subprocess.CompletedProcess[bytes]:
        environment = {**os.environ, "LC_ALL": "C", "GIT_LFS_SKIP_SMUDGE": "1", "GIT_TERMINAL_PROMPT": "0"}
        if index:
            environment["GIT_INDEX_FILE"] = index
        command = ["git", "-C", self.root, *QUIET, *arguments]
        return subprocess.run(command, input=given, capture_output=True, check=False, env=environment)

    def line(self, *arguments: str) -> str:
        """The one line that git prints, or nothing when it fails."""
        return os.fsdecode(self.ask(*arguments) or b"").rstrip("\n")

    def head(self) -> str:
        """The commit that is checked out, or nothing before the first."""
        return self.line("rev-parse", "--verify", "--quiet", "HEAD")

    def branch(self) -> str:
        """The branch that is checked out, or nothing where none is."""
        return self.line("symbolic-ref", "--quiet", "--short", "HEAD")

    def tracked(self) -> frozenset[str]:
        return frozenset(names(self.run("ls-files", "-z")))

    def dirty(self) -> list[str]:
        """The files that differ from the last commit, or are not in it. Raises GitFailed."""
        above = self.line("rev-parse", "--show-prefix")
        entries = names(self.run("status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--", "."))
        return sorted(entry[3:][len(above) :] for entry in entries)

    @contextlib.contextmanager
    def exported(self, commit: str) -> t.Iterator[str]:
        """This folder as it is in a commit, beside the repository for as long as it is needed. Raises GitFailed."""
        top, above = self.line("rev-parse", "--show-toplevel"), self.line("rev-parse", "--show-prefix")
        with tempfile.TemporaryDirectory(prefix="sentry-removal-") as folder:
            index, tree = os.path.join(folder, "index"), os.path.join(folder, "tree", "")
            whole = Git(top)
            whole.run("read-tree", commit, index=index)
            whole.run("checkout-index", "--all", "--force", "--quiet", f"--prefix={tree}", index=index)
            os.makedirs(os.path.join(tree, above), exist_ok=True)
            yield os.path.join(tree, above)


def names(printed: bytes) -> list[str]:
    """What git prints with -z."""
    return [os.fsdecode(name) for name in printed.split(b"\0") if name]
