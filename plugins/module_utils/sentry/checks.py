# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must hold before anything is written. A failure here is a mistake in a rule, so nothing at all is done."""

from __future__ import annotations

import json
import posixpath
import re
import typing as t

from ..errors import RolloutError
from .edit import FileEdits, line_of
from .imports import COMPONENTS, SCRIPTS, Resolver
from .javascript import names as javascript
from .javascript.component import BLOCK
from .javascript.script import LANGUAGES
from .project import stem_of
from .python import names as python
from .repository import Repository
from .tree import Node, Tree


class CheckFailed(RolloutError):
    """The result would be broken; nothing was written."""


def check(repository: Repository, results: dict[str, FileEdits], gone: set[str], code: bool) -> None:
    """Raises CheckFailed."""
    for path, result in sorted(results.items()):
        if result.delete or not result.changed:
            continue
        if path.endswith(".json"):
            check_json(result)
        elif code and path.endswith((*SCRIPTS, ".py")):
            check_code(result)
    if code:
        check_modules(repository, results, gone)
        check_names(repository, results)


def check_json(result: FileEdits) -> None:
    try:
        json.loads(result.original)
    except ValueError:
        return  # With comments, or not JSON before: what edits it has looked itself.
    try:
        json.loads(result.result())
    except ValueError as problem:
        raise CheckFailed(f"{result.path}: would not be JSON any more ({problem}); nothing was written") from None


# -- code -------------------------------------------------------------------------------------------------------------


def check_code(result: FileEdits) -> None:
    before = {tree.language: tree for tree in trees(result.path, result.original)}
    for number, tree in enumerate(trees(result.path, result.result())):
        if tree.has_error and not any(one.has_error for one in before.values()):
            raise CheckFailed(f"{result.path}: would not parse any more; nothing was written")
        new = unknown_names(tree) - {name for one in before.values() for name in unknown_names(one)}
        if new and not tree.has_error:
            use = min((one for one in uses(tree) if one.text in new), key=lambda one: one.start)
            raise CheckFailed(
                f"{result.path}:{line_of(tree.text, use.start)}: the name {use.text.decode()} would be used, but its "
                f"declaration be gone (script {number + 1}); nothing was written"
            )


def trees(path: str, text: bytes) -> list[Tree]:
    if path.endswith(".py"):
        return [Tree(text, "python")]
    if path.endswith(COMPONENTS):
        return [best(block.group("body"), ("tsx", "typescript", "javascript")) for block in BLOCK.finditer(text)]
    return [best(text, LANGUAGES[posixpath.splitext(path)[1]])]


def best(text: bytes, languages: t.Sequence[str]) -> Tree:
    found = [Tree(text, language) for language in languages]
    return next((tree for tree in found if not tree.has_error), found[0])


def uses(tree: Tree) -> list[Node]:
    return names_of(tree).uses


def names_of(tree: Tree) -> python.Names | javascript.Names:
    def no_module(module: bytes, name: bytes | None) -> bool:
        return False

    kind = python.Names if tree.language == "python" else javascript.Names
    return kind(tree, no_module, lambda node: False)


def unknown_names(tree: Tree) -> set[bytes]:
    """The names that are read but nowhere declared: globals, and what would be missing."""
    names = names_of(tree)
    if isinstance(names, python.Names):
        return {use.text for use in names.uses if not names.bindings(use)}
    return {use.text for use in names.uses if names.declaration(use) is None}


# -- modules ----------------------------------------------------------------------------------------------------------


def check_modules(repository: Repository, results: dict[str, FileEdits], gone: set[str]) -> None:
    """No file may import one that goes."""
    resolver = Resolver(repository)
    for target in sorted(gone):
        if not target.endswith((*SCRIPTS, ".py")):
            continue
        for path in repository.with_word(stem_of(target)):
            if path in gone or not path.endswith((*SCRIPTS, ".py")):
                continue
            text = results[path].result() if path in results else repository.read(path)
            line = imports_line(resolver, path, text, target)
            if line is not None:
                raise CheckFailed(f"{path}:{line}: imports {target}, which would be deleted; nothing was written")


def check_names(repository: Repository, results: dict[str, FileEdits]) -> None:
    """No file may import a name from a local one that had it and has it no more."""
    resolver = Resolver(repository)
    for target, result in sorted(results.items()):
        if result.delete or not result.changed or not target.endswith((*SCRIPTS, ".py")):
            continue
        lost = top_names(target, result.original) - top_names(target, result.result())
        for name in sorted(lost):
            for path in repository.with_word(name):
                text = results[path].result() if path in results else repository.read(path)
                gone = path in results and results[path].delete
                if gone or path == target or name not in text or not path.endswith((*SCRIPTS, ".py")):
                    continue
                for source, imported, offset in imports_of(resolver, path, text):
                    if imported == name and source == target:
                        raise CheckFailed(
                            f"{path}:{line_of(text, offset)}: imports {name.decode()} from {target}, which would not "
                            "have it any more; nothing was written"
                        )


def top_names(path: str, text: bytes) -> set[bytes]:
    """The names that a file binds outside of functions, imports left out."""
    found: set[bytes] = set()
    for tree in trees(path, text):
        names = names_of(tree)
        if isinstance(names, python.Names):
            bindings = [one for group in names.bound.values() for one in group]
            found.update(one.name.text for one in bindings if one.scope.type == "module" and one.kind != "import")
        else:
            declarations = [one for group in names.declared.values() for one in group]
            found.update(one.node.text for one in declarations if one.start == tree.root.start and one.kind != "import")
    return found


def imports_of(resolver: Resolver, path: str, text: bytes) -> t.Iterator[tuple[str, bytes, int]]:
    """(file, name, place) of each name that a file imports from another file of the repository."""
    for tree in trees(path, text):
        names = names_of(tree)
        if isinstance(names, python.Names):
            for group in names.bound.values():
                for one in group:
                    if one.kind == "import" and one.original is not None:
                        for source in resolver.python(path, one.module.decode()):
                            yield source, one.original, one.name.start
            continue
        for specifier in tree.of_type("import_specifier", "export_specifier"):
            module, name = javascript.module_of(specifier), specifier.get("name")
            found = resolver.script(path, module.decode(errors="replace")) if module else None
            if found is not None and name is not None:
                yield found, name.text, specifier.start


def imports_line(resolver: Resolver, path: str, text: bytes, target: str) -> int | None:
    """The line where a file imports another one, as far as a search tells."""
    if path.endswith(".py"):
        pattern = re.compile(rb"^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import|import[ \t]+([.\w]+))", re.MULTILINE)
        for found in pattern.finditer(text):
            module = (found.group(1) or found.group(2)).decode()
            if target in resolver.python(path, module):
                return line_of(text, found.start())
        return None
    for found in re.finditer(rb"(?:from|import|require)\s*\(?\s*['\"]([^'\"\n]+)['\"]", text):
        if resolver.script(path, found.group(1).decode(errors="replace")) == target:
            return line_of(text, found.start())
    return None
