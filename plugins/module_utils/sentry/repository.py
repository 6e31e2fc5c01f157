# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A repository as editors see it: which files there are and what is in them. Nothing here writes."""

from __future__ import annotations

import fnmatch
import os
import posixpath
import re
import stat
import typing as t

from ..errors import RolloutError
from .git import Git, names
from .needed import Needed

MENTION = re.compile(rb"sentry|spotlightjs", re.IGNORECASE)
# Above this a file is looked through, but neither parsed nor edited.
EDITABLE_SIZE = 8 * 1024 * 1024

# Of files that do not mention Sentry, as much is kept in memory to be searched for other words.
KEPT_SIZE = 64 * 1024 * 1024

# What others made: neither edited nor listed.
SKIPPED = frozenset(
    "node_modules bower_components .git .hg .svn .venv venv .tox .nox .next .nuxt .output .svelte-kit .turbo .vercel "
    ".mypy_cache .pytest_cache .ruff_cache __pycache__ site-packages".split()
)
# What others made, but somebody checked in: listed, not edited.
VENDORED = re.compile(
    r"(^|/)(vendor|vendors|third[_-]party|dist|\.yarn/(releases|cache|plugins|sdks)|\.pnp\.[a-z.]+)(/|$)"
    r"|\.min\.(js|css)$|\.bundle\.js$|\.map$"
)
# What a bundler made has lines that nobody wrote.
BUNDLED, LONGEST_LINE = (".js", ".mjs", ".cjs"), 20_000
CONFLICT = re.compile(rb"^<<<<<<< .*^=======\r?$.*^>>>>>>> ", re.MULTILINE | re.DOTALL)
# Files that git ignores, but that are part of how Sentry was set up, or of how packages are found.
IGNORED_BUT_OURS = re.compile(r"(^|/)(\.env[^/]*|\.sentryclirc|sentry\.properties)$")
IGNORED_BUT_NEEDED = re.compile(r"(^|/)(\.npmrc|\.yarnrc(\.yml)?|bunfig\.toml|uv\.toml|poetry\.toml|\.python-version)$")
MANIFESTS = ("package.json", "pyproject.toml", "setup.py", "setup.cfg", "Pipfile", "requirements.txt")


class Repository:
    """A read-only view of a directory. `files` are paths below it with forward slashes, sorted."""

    def __init__(self, root: str, exclude: t.Sequence[str] = ()) -> None:
        self.root = os.path.abspath(root)
        require_directory(self.root)
        self.exclude = tuple(exclude)
        self.git = Git(self.root)
        self.is_git = self.git.ask("rev-parse", "--is-inside-work-tree") is not None
        self._texts: dict[str, bytes] = {}
        self._mentions: dict[str, bool] = {}
        self._room = KEPT_SIZE
        self._mentioning: list[str] | None = None
        self.unreadable: dict[str, str] = {}
        self.files = sorted(path for path in self._listed() if self._is_ours(path))
        self._names = frozenset(self.files)
        #: What code that stays needs; empty until that is known
        self.needed = Needed()

    def __contains__(self, path: object) -> bool:
        return path in self._names

    def absolute(self, path: str) -> str:
        return os.path.join(self.root, *path.split("/"))

    def size(self, path: str) -> int:
        return os.stat(self.absolute(path)).st_size

    def read(self, path: str) -> bytes:
        """The bytes of a file, kept for the next time. Empty for one that cannot be read, which `unreadable` names."""
        if path not in self._texts:
            self._texts[path] = self._load(path)
        return self._texts[path]

    def _load(self, path: str) -> bytes:
        try:
            with open(self.absolute(path), "rb") as file:
                return file.read()
        except OSError as problem:
            self.unreadable[path] = problem.strerror or str(problem)
            return b""

    def mentions(self, path: str) -> bool:
        """Whether a text file's bytes say Sentry. What does not is forgotten again where there is too much of it."""
        if path not in self._mentions:
            text = self.read(path)
            said = b"\0" not in text[:8192] and says_sentry(text)
            self._mentions[path] = said
            if not said and posixpath.basename(path) not in MANIFESTS:
                self._room -= len(text)
                if self._room < 0:
                    self._room += len(self._texts.pop(path))
        return self._mentions[path]

    def mentioning(self) -> list[str]:
        if self._mentioning is None:
            self._mentioning = [path for path in self.files if self.mentions(path)]
        return self._mentioning

    def with_word(self, word: bytes) -> list[str]:
        """The files that have a word in them; which one is asked for is only known late."""
        found = []
        for path in self.files:
            text = self._texts.get(path)
            if text is None and self.size(path) <= EDITABLE_SIZE:
                text = self._load(path)
            if text and word in text:
                found.append(path)
        return found

    def editable(self, path: str) -> bool:
        """Whether a file may be changed: it is the project's own, of a usual size, and not in the middle of a merge."""
        if VENDORED.search(path) or self.size(path) > EDITABLE_SIZE:
            return False
        text = self.read(path)
        return not is_bundled(path, text) and not CONFLICT.search(text)

    def package_root(self, path: str, manifest: str = "package.json") -> str | None:
        """The nearest directory above a file that has a manifest; `""` is the root."""
        place = posixpath.dirname(path)
        while True:
            if posixpath.join(place, manifest) in self:
                return place
            if not place:
                return None
            place = posixpath.dirname(place)

    def package_roots(self, manifest: str = "package.json") -> list[str]:
        return sorted(posixpath.dirname(path) for path in self.files if posixpath.basename(path) == manifest)

    def everything(self) -> list[str]:
        """All that package managers may want to see: also links, what is excluded, and settings that git ignores."""
        found = {path for path in self._listed(IGNORED_BUT_NEEDED) if not SKIPPED.intersection(path.split("/")[:-1])}
        return sorted({*self.files, *(path for path in found if self._is_file_or_link(path))})

    def excluded(self) -> list[str]:
        """The files that the user does not want to be looked at; they go on needing what they need."""
        if not self.exclude:
            return []
        return [path for path in self.everything() if any(matches(path, pattern) for pattern in self.exclude)]

    def _is_file_or_link(self, path: str) -> bool:
        place = self.absolute(path)
        return os.path.islink(place) or os.path.isfile(place)

    def _listed(self, ignored: t.Pattern[str] = IGNORED_BUT_OURS) -> t.Iterator[str]:
        if not self.is_git:
            yield from walk(self.root)
            return
        yield from set(names(self.git.run("ls-files", "-z", "--cached", "--others", "--exclude-standard")))
        hidden = ("ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory")
        for name in set(names(self.git.run(*hidden))):
            if ignored.search(name):
                yield name

    def _is_ours(self, path: str) -> bool:
        if SKIPPED.intersection(path.split("/")[:-1]) or any(matches(path, pattern) for pattern in self.exclude):
            return False
        try:
            return stat.S_ISREG(os.lstat(self.absolute(path)).st_mode)
        except OSError:
            return False


def require_directory(root: str) -> None:
    if not os.path.isdir(root):
        problem = "is not a directory" if os.path.exists(root) else "does not exist"
        raise RolloutError(f"path: {root} {problem}")


def is_bundled(path: str, text: bytes) -> bool:
    return path.endswith(BUNDLED) and len(max(text.split(b"\n"), key=len)) > LONGEST_LINE


def says_sentry(text: bytes) -> bool:
    lower = text.lower()
    return b"sentry" in lower or b"spotlightjs" in lower


def matches(path: str, pattern: str) -> bool:
    """Whether a path is what a pattern means: a glob over the whole path, or a directory."""
    pattern = pattern.strip("/")
    return fnmatch.fnmatchcase(path, pattern) or path.startswith(pattern + "/")


def walk(root: str) -> t.Iterator[str]:
    for place, directories, files in os.walk(root):
        directories[:] = [name for name in directories if name not in SKIPPED]
        for name in files:
            yield os.path.relpath(os.path.join(place, name), root).replace(os.sep, "/")
