# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The JavaScript packages that a repository is made of: which of its files `@acme/errors/browser` means."""

from __future__ import annotations

import functools
import posixpath
import typing as t

from ..errors import RolloutError
from . import jsonc
from .repository import Repository

# Where a package keeps the sources of what its manifest calls dist.
_BUILT = ("dist/", "build/", "lib/", "out/")


class Members:
    def __init__(self, repository: Repository, at: t.Callable[[str], str | None]) -> None:
        """`at` gives the file that a path without ending means."""
        self.repository = repository
        self.at = at

    @functools.cached_property
    def places(self) -> dict[str, str]:
        """The directories of the packages, by name."""
        return {name: place for place, name in self._names.items()}

    @functools.cached_property
    def _names(self) -> dict[str, str]:
        found = {}
        for place in self.repository.package_roots():
            name = self._manifest(place).get("name") if place else None
            if name is not None and isinstance(name.scalar, str):
                found[place] = name.scalar
        return found

    def names_of(self, path: str) -> list[str]:
        """The name of the package that a file lies in."""
        place = self.repository.package_root(path)
        return [self._names[place]] if place in self._names else []

    def file_of(self, specifier: str) -> str | None:
        """The file that an import of a package of the repository means, or None."""
        parts = specifier.split("/")
        length = 2 if specifier.startswith("@") else 1
        place = self.places.get("/".join(parts[:length]))
        if place is None:
            return None
        below = "/".join(parts[length:])
        for target in self._targets(self._manifest(place), below):
            found = self._source(place, target.removeprefix("./"))
            if found is not None:
                return found
        return None

    def _source(self, place: str, target: str) -> str | None:
        """A target as it is written, or the source of what would be built there."""
        tries = [target]
        for folder in _BUILT:
            if target.startswith(folder):
                stem = posixpath.splitext(target[len(folder) :])[0].removesuffix(".d")
                tries += [f"src/{stem}", stem]
        return next((found for one in tries if (found := self.at(posixpath.join(place, one))) is not None), None)

    def _targets(self, manifest: jsonc.Node, below: str) -> t.Iterator[str]:
        """What a package's manifest says of a path below it, and what is usual."""
        exports = manifest.get("exports")
        if exports is not None:
            yield from _exported(exports, "./" + below if below else ".")
        if not below:
            yield from (
                str(node.scalar) for key in ("source", "module", "main", "types") if (node := manifest.get(key))
            )
        yield from (below, f"src/{below}") if below else ("src/index", "index")

    def _manifest(self, place: str) -> jsonc.Node:
        try:
            return jsonc.parse(self.repository.read(posixpath.join(place, "package.json")))
        except RolloutError:
            return jsonc.parse(b"{}")


def _exported(exports: jsonc.Node, wanted: str) -> t.Iterator[str]:
    """The targets under a key of `exports`, whatever their conditions."""
    if exports.kind != "object" or not any(entry.key.startswith(".") for entry in exports.entries):
        if wanted == ".":
            yield from _leaves(exports, "")
        return
    for entry in exports.entries:
        before, star, after = entry.key.partition("*")
        if entry.key == wanted:
            yield from _leaves(entry.value, "")
        elif star and wanted.startswith(before) and wanted.endswith(after):
            yield from _leaves(entry.value, wanted[len(before) : len(wanted) - len(after)])


def _leaves(node: jsonc.Node, star: str) -> t.Iterator[str]:
    if isinstance(node.scalar, str):
        yield node.scalar.replace("*", star)
    for entry in node.entries:
        yield from _leaves(entry.value, star)
