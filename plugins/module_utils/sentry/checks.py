# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must hold before anything is written. A failure here is a mistake in a rule, so nothing at all is done."""

from __future__ import annotations

import json
import posixpath
import typing as t

from ..errors import RolloutError
from .edit import FileEdits, line_of
from .imports import COMPONENTS, Resolver
from .javascript import names as javascript
from .javascript.component import BLOCK
from .javascript.script import LANGUAGES
from .outcome import Facts
from .project import CODE, stem_of
from .python import names as python
from .repository import Repository
from .tree import Tree

# What the language itself has, and a replacement may read.
GIVEN = frozenset({b"Error", b"crypto"})


class CheckFailed(RolloutError):
    """The result would be broken; nothing was written."""


Known = dict[str, list[tuple[Facts, Facts]]]


def check(
    repository: Repository, results: dict[str, FileEdits], gone: set[str], code: bool, known: Known | None = None
) -> None:
    """`known` are the facts that editing has found already; others are found here. Raises CheckFailed."""
    facts: Known = dict(known or {})
    for path, result in sorted(results.items()):
        if result.delete or not result.changed:
            facts.pop(path, None)
        elif path.endswith(".json"):
            check_json(result)
        elif code and path.endswith(CODE):
            facts[path] = facts.get(path) or facts_of(path, result)
            check_code(result, facts[path])
    if code:
        resolver = Resolver(repository)
        check_modules(resolver, results, gone)
        check_names(resolver, results, facts)


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


def facts_of(path: str, result: FileEdits) -> list[tuple[Facts, Facts]]:
    """Raises CheckFailed when the result does not parse, and the original did."""
    before, after = trees(path, result.original), trees(path, result.result())
    if any(tree.has_error for tree in after) and not any(tree.has_error for tree in before):
        raise CheckFailed(f"{path}: would not parse any more; nothing was written")
    return [(names_of(one).facts(), names_of(two).facts()) for one, two in zip(before, after)]


def check_code(result: FileEdits, facts: list[tuple[Facts, Facts]]) -> None:
    for before, after in facts:
        new = {name: place for name, place in after.unknown.items() if name not in before.unknown and name not in GIVEN}
        # In a new file there is nothing that could have gone.
        if new and not result.create:
            name = min(new, key=lambda one: new[one])
            line = line_of(result.result(), new[name]) if len(facts) == 1 else 1
            raise CheckFailed(
                f"{result.path}:{line}: the name {name.decode()} would be used, but its declaration be gone; "
                "nothing was written"
            )


def trees(path: str, text: bytes) -> list[Tree]:
    if path.endswith(".py"):
        return [Tree(text, "python")]
    if path.endswith(COMPONENTS):
        return [best(block.group("body"), ("tsx", "typescript", "javascript")) for block in BLOCK.finditer(text)]
    return [best(text, LANGUAGES[posixpath.splitext(path)[1]])]


def best(text: bytes, languages: t.Sequence[str]) -> Tree:
    first = tree = Tree(text, languages[0])
    for language in languages[1:]:
        if not tree.has_error:
            break
        tree = Tree(text, language)
    return first if tree.has_error else tree


def names_of(tree: Tree) -> python.Names | javascript.Names:
    def no_module(module: bytes, name: bytes | None) -> bool:
        return False

    kind = python.Names if tree.language == "python" else javascript.Names
    return kind(tree, no_module, lambda node: False)


# -- modules ----------------------------------------------------------------------------------------------------------


def check_modules(resolver: Resolver, results: dict[str, FileEdits], gone: set[str]) -> None:
    """No file may import one that goes."""
    for target in sorted(gone):
        for path in importers_of(resolver, results, target) if target.endswith(CODE) else ():
            line = imports_line(resolver, path, text_of(resolver.repository, results, path), target)
            if line is not None and path not in gone:
                raise CheckFailed(f"{path}:{line}: imports {target}, which would be deleted; nothing was written")


def check_names(resolver: Resolver, results: dict[str, FileEdits], facts: Known) -> None:
    """No file may import a name from a local one that had it and has it no more."""
    for target, pairs in sorted(facts.items()):
        lost = {name for before, after in pairs for name in before.top - after.top}
        for name in sorted(lost):
            for path in importers(resolver.repository, results, name):
                text = text_of(resolver.repository, results, path)
                for source, imported, offset in imports_of(resolver, path, text) if path != target else ():
                    if imported == name and source == target:
                        raise CheckFailed(
                            f"{path}:{line_of(text, offset)}: imports {name.decode()} from {target}, which would not "
                            "have it any more; nothing was written"
                        )


def importers_of(resolver: Resolver, results: dict[str, FileEdits], target: str) -> list[str]:
    """The code files that will be there and say a word by which a module is imported."""
    words = (stem_of(target), *resolver.package_words(target))
    return sorted({path for word in words for path in importers(resolver.repository, results, word)})


def importers(repository: Repository, results: dict[str, FileEdits], word: bytes) -> list[str]:
    """The code files that will be there and say a word."""
    found = [path for path in repository.with_word(word) if path.endswith(CODE)]
    there = [path for path in found if path not in results or not results[path].delete]
    return [path for path in there if word in text_of(repository, results, path)]


def text_of(repository: Repository, results: dict[str, FileEdits], path: str) -> bytes:
    return results[path].result() if path in results else repository.read(path)


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
    if not resolver.imports(path, text, target):
        return None
    lines = enumerate(text.split(b"\n"), 1)
    return next((number for number, line in lines if resolver.imports(path, line, target)), 1)
