# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What code still needs of Sentry when all is done: packages that it imports, and variables that it reads.

Manifests, locks and configuration ask here, so that they agree with the code and with one another.
"""

from __future__ import annotations

import posixpath
import re
import typing as t

from .edit import line_of
from .packages import is_env_name, is_npm

# An import of a package, or a path into it, as a search finds it; what is in a comment does not count.
NPM = re.compile(
    rb"""(?:\bfrom|\bimport|\brequire\(|\bimport\(|\brequire\.resolve\()\s*['"](?P<name>@[\w-]+/[\w.-]+|sentry-expo)[/'"]"""
    rb"|node_modules/(?P<path>(?:@[\w-]+/)[\w.-]+)"
)
# A setting may name a class of the SDK by its path.
PYTHON = re.compile(rb"^[ \t]*(?:import|from)[ \t]+sentry_sdk\b|^(?![ \t]*#).*['\"]sentry_sdk\.\w", re.MULTILINE)
LISTED = re.compile(rb"[\"'](@[\w-]+/[\w.-]+|sentry-expo)[\"']\s*:")
VARIABLE = re.compile(rb"\b\w*sentry\w*", re.IGNORECASE)
COMMENT = re.compile(rb"\s*(//|\*|#|/\*|<!--)")
# What builds an app out of packages besides JavaScript
BUILD = re.compile(r"\.(gradle|gradle\.kts|pbxproj|podspec|xcconfig)$|(^|/)Podfile$")
PYTHON_MANIFEST = re.compile(
    r"(^|/)(pyproject\.toml|Pipfile|setup\.(py|cfg)|[^/]*(requirements|constraints)[^/]*\.(txt|in))$"
    r"|(^|/)requirements/[^/]+\.(txt|in)$"
)


class Needed:
    """Who needs what. Paths are those of the repository; a use is written `path:line`."""

    def __init__(self, manifests: t.Mapping[str, bytes] | None = None) -> None:
        """`manifests` are the texts of those that mention Sentry."""
        self._manifests = {
            path: set(map(bytes.decode, LISTED.findall(text))) for path, text in (manifests or {}).items()
        }
        self._places = {place_of(path) for path in self._manifests if PYTHON_MANIFEST.search(path)}
        self._npm: dict[tuple[str, str], str] = {}
        self._python: dict[str, str] = {}
        self._variables: set[str] = set()

    def look(self, path: str, text: bytes) -> None:
        """Notes what a file that stays needs."""
        if path.endswith(".py"):
            line = imported_python(text)
            if line:
                places = [place for place in above(path) if place in self._places][:1] or sorted(self._places)
                for place in places:
                    self._python.setdefault(place, f"{path}:{line}")
        else:
            for name, line in imported_npm(text):
                self._npm.setdefault((self._keeper(path, name), name), f"{path}:{line}")
        for found in VARIABLE.finditer(text):
            if not in_comment(text, found.start()):
                self._variables.add(found.group().decode().upper())

    def npm(self, manifest: str, name: str) -> str | None:
        """Who needs that a package.json has a package."""
        return self._npm.get((manifest, name))

    def any_npm(self) -> bool:
        return bool(self._npm)

    def python(self, manifest: str) -> str | None:
        """Who needs that a manifest of Python's has the SDK."""
        return self._python.get(place_of(manifest))

    def frees(self, variable: str) -> bool:
        """Whether a variable is Sentry's, and nobody reads it."""
        return is_env_name(variable) and variable.upper() not in self._variables

    def _keeper(self, path: str, name: str) -> str:
        """The nearest package.json above a file that lists a package, as node finds it."""
        candidates = [posixpath.join(place, "package.json") for place in above(path)]
        return next((one for one in candidates if name in self._manifests.get(one, ())), candidates[-1])


def imported_npm(text: bytes) -> t.Iterator[tuple[str, int]]:
    """(package of Sentry's, line) of all imports, as a search finds them."""
    for found in NPM.finditer(text):
        name = (found.group("name") or found.group("path")).decode()
        if is_npm(name) and not in_comment(text, found.start()):
            yield name, line_of(text, found.start())


def imported_python(text: bytes) -> int | None:
    found = PYTHON.search(text)
    return line_of(text, found.start()) if found else None


def imports_sentry(path: str, text: bytes) -> bool:
    return imported_python(text) is not None if path.endswith(".py") else any(imported_npm(text))


def is_manifest(path: str) -> bool:
    return posixpath.basename(path) == "package.json" or PYTHON_MANIFEST.search(path) is not None


def above(path: str) -> list[str]:
    """The directories that a file lies in, the nearest first."""
    places = []
    while path:
        path = posixpath.dirname(path)
        places.append(path)
    return places


def place_of(manifest: str) -> str:
    """The directory of what a manifest of Python's is for."""
    place = posixpath.dirname(manifest)
    return posixpath.dirname(place) if posixpath.basename(place) == "requirements" else place


def needed_by(use: str) -> tuple[str, str]:
    """Reason and advice for a requirement that stays."""
    return f"{use} still imports it", "Edit that code by hand, then remove this."


def in_comment(text: bytes, offset: int) -> bool:
    """Whether the line of a byte begins as a comment does."""
    return COMMENT.match(text, text.rfind(b"\n", 0, offset) + 1, offset + 1) is not None
