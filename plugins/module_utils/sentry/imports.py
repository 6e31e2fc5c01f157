# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which file of the repository an import means."""

from __future__ import annotations

import posixpath
import re
import typing as t

from ..errors import RolloutError
from . import jsonc
from .members import Members
from .repository import Repository

SCRIPTS = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".vue", ".svelte")
COMPONENTS = (".vue", ".svelte")
TSCONFIG = re.compile(r"(^|/)[tj]sconfig[^/]*\.json$")
# What frameworks set up without a tsconfig that is checked in: (prefix, folders below the package's root).
USUAL = (("@/", ("", "src/", "app/")), ("~/", ("", "src/", "app/")), ("$lib/", ("src/lib/",)), ("src/", ("src/",)))
# What TypeScript writes for a file that is not there yet: `./a.js` for a.ts.
BUILT = {
    ".js": (".ts", ".tsx", ".js", ".jsx"),
    ".mjs": (".mts", ".mjs"),
    ".cjs": (".cts", ".cjs"),
    ".jsx": (".tsx", ".jsx"),
}


SPECIFIER = re.compile(rb"(?:\bfrom|\bimport|\brequire|\bmock)\s*\(?\s*['\"`]([^'\"`\n]+)['\"`]")
PYTHON_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]+(?:\(([^)]*)\)|([^\n#]*))|import[ \t]+([\w., \t]+))", re.MULTILINE
)


class Resolver:
    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self._paths: dict[str, list[tuple[str, list[str]]]] | None = None
        self._python: dict[str, list[str]] | None = None
        self.members = Members(repository, self._script_at)

    def script(self, importer: str, specifier: str) -> str | None:
        """The file that a JavaScript import means, or None for a package."""
        specifier = specifier.split("?")[0]
        if specifier.startswith("."):
            return self._script_at(posixpath.normpath(posixpath.join(posixpath.dirname(importer), specifier)))
        member = self.members.file_of(specifier)
        if member is not None:
            return member
        for prefix, targets in self.aliases(importer):
            if specifier == prefix or (prefix.endswith("/") and specifier.startswith(prefix)):
                for target in targets:
                    found = self._script_at(posixpath.normpath(posixpath.join(target, specifier[len(prefix) :])))
                    if found is not None:
                        return found
        return None

    def _script_at(self, path: str) -> str | None:
        stem, ending = posixpath.splitext(path)
        tries = [path] + [stem + one for one in BUILT.get(ending, ())]
        tries += [path + one for one in SCRIPTS] + [f"{path}/index{one}" for one in SCRIPTS]
        return next((one for one in tries if one in self.repository and one.endswith(SCRIPTS)), None)

    def imports(self, path: str, text: bytes, target: str) -> bool:
        """Whether a text imports a file, as far as a search tells."""
        if path.endswith(".py"):
            return any(target in self.python(path, module) for module in python_modules(text))
        return any(self.script(path, one.decode(errors="replace")) == target for one in SPECIFIER.findall(text))

    def package_words(self, path: str) -> list[bytes]:
        """Other words by which a file may be imported: the name of the package that it lies in."""
        return [name.encode() for name in self.members.names_of(path)]

    def aliases(self, importer: str) -> t.Iterator[tuple[str, list[str]]]:
        """(prefix, folders) that hold for a file: those of the configurations in the folders around it."""
        if self._paths is None:
            self._paths = {}
            for path in self.repository.files:
                if TSCONFIG.search(path):
                    self._paths.setdefault(posixpath.dirname(path), []).extend(self._read_paths(path))
        place = posixpath.dirname(importer)
        while True:
            yield from self._paths.get(place, ())
            if f"{place}/package.json".lstrip("/") in self.repository or not place:
                yield from ((prefix, [posixpath.join(place, one) for one in below]) for prefix, below in USUAL)
            if not place:
                return
            place = posixpath.dirname(place)

    def _read_paths(self, path: str) -> list[tuple[str, list[str]]]:
        try:
            options = jsonc.parse(self.repository.read(path)).get("compilerOptions")
        except RolloutError:
            return []
        paths, base = (options.get("paths"), options.get("baseUrl")) if options else (None, None)
        root = posixpath.join(posixpath.dirname(path), str(base.scalar) if base else "")
        found = []
        for entry in paths.entries if paths else ():
            targets = [str(one.value.scalar) for one in entry.value.entries]
            found.append((entry.key.rstrip("*"), [posixpath.join(root, one.rstrip("*")) for one in targets]))
        return found

    def python(self, importer: str, module: str) -> list[str]:
        """The files that a Python module name may mean."""
        dots = len(module) - len(module.lstrip("."))
        parts = [part for part in module[dots:].split(".") if part]
        if dots:
            place = posixpath.dirname(importer)
            for _level in range(dots - 1):
                place = posixpath.dirname(place)
            stem = posixpath.join(place, *parts)
            return [one for one in (f"{stem}.py", f"{stem}/__init__.py") if one in self.repository]
        if self._python is None:
            self._python = {}
            for path in self.repository.files:
                if path.endswith(".py"):
                    name = (
                        posixpath.basename(path)
                        if not path.endswith("/__init__.py")
                        else "/".join(path.split("/")[-2:])
                    )
                    self._python.setdefault(name, []).append(path)
        if not parts:
            return []
        tails = ("/".join(parts) + ".py", "/".join(parts) + "/__init__.py")
        near = self._python.get(parts[-1] + ".py", []) + self._python.get(parts[-1] + "/__init__.py", [])
        return [path for path in near if path in tails or path.endswith(tuple("/" + tail for tail in tails))]


def python_modules(text: bytes) -> t.Iterator[str]:
    """The modules that a text may import: `from a import b` may mean a, and a.b."""
    for found in PYTHON_IMPORT.finditer(text):
        source, inside, names, plain = (part.decode(errors="replace") if part else "" for part in found.groups())
        for one in plain.split(","):
            if one.split():
                yield one.split()[0]
        if source:
            yield source
            for one in (inside or names).split(","):
                if one.split():
                    yield source + ("" if source.endswith(".") else ".") + one.split()[0]
