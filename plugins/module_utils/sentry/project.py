# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All code of a repository together: what one file loses, others may not go on using.

Files are edited again until nothing changes: a local module that is empty now takes the imports of it along, and a
setting goes when the last file that read it does not read it any more.
"""

from __future__ import annotations

import functools
import posixpath
import re
import typing as t

from ..errors import RolloutError
from .edit import FileEdits, Residue, line_of
from .imports import COMPONENTS, SCRIPTS, Resolver
from .javascript import component
from .javascript import script as javascript
from .needed import imports_sentry
from .outcome import Facts, Note, Script
from .packages import is_env_name
from .posthog.javascript.scene import Scene
from .posthog.javascript.speech import Speech
from .posthog.python.shadow import in_the_way
from .posthog.wish import Wish
from .python import script as python
from .repository import Repository, says_sentry
from .tree import Unparsable

CODE = (*SCRIPTS, ".py")
TEXTS = (*CODE, ".html", ".jinja", ".j2", ".astro", ".mdx")
TEST = re.compile(
    r"(^|/)(__tests__|__mocks__|tests?|spec|e2e|cypress)/|[._-](test|spec|stories|cy)\.[^/]+$"
    r"|(^|/)(test_[^/]*|conftest|[^/]*_test)\.py$"
)
# Made by Sentry's own installer, to try it out.
EXAMPLE = re.compile(r"(^|/)(sentry-example-page|sentry-example-api|sentry_example_page|sentry_sample_error)([./]|$)")
# A framework or a tool looks for these by their name; empty they are still there.
STAYS = re.compile(
    r"(^|/)(global-error|_error|_app|_document|layout|page|route|error|middleware|proxy|index|__init__|manage|conftest"
    r"|settings|wsgi|asgi|[^/]*\.config)\.[^/]+$"
)
# What looks like a config, but is one of Sentry's own.
OWN = re.compile(
    r"(^|/)(sentry[._-](client|server|edge|worker)[._-]config|instrument(ation)?([._-]\w+)*|sentry[\w.-]*)\.\w+$"
    r"|(^|/)sentry/[^/]+$"
)
# Prose may go on naming a file that is gone; it is in the report.
PROSE = (".md", ".rst", ".txt", ".lock", "-lock.yaml", "-lock.json")
PASSES = 25


class Project:
    """The code of one repository; `results` are the edits of each file that has some, or notes."""

    def __init__(self, repository: Repository, wish: Wish | None = None) -> None:
        self.repository = repository
        self.wish = wish
        self.resolver = Resolver(repository)
        self.texts: dict[str, bytes] = {}
        self.scripts: dict[str, Script] = {}
        #: What each file uses of PostHog's now: packages, and the sides whose set-up it imports
        self.needs: dict[str, frozenset[str]] = {}
        self.helpers: dict[str, frozenset[str]] = {}
        self.scenes: dict[str, Scene] = {}
        self.results: dict[str, FileEdits] = {}
        #: What is known of the names of each file (a component has several scripts), before and after
        self.facts: dict[str, list[tuple[Facts, Facts]]] = {}
        self.gone: set[str] = set()
        self.kept: set[str] = set()
        self.hollow_names: dict[str, frozenset[bytes]] = {}
        self._words: dict[bytes, list[str]] = {}
        self._asked: dict[str, dict[tuple[bytes | bool | None, ...], tuple[t.Callable[[], bool], bool]]] = {}

    def run(self) -> dict[str, FileEdits]:
        files = {path for path in self.repository.mentioning() if self._is_ours(path)}
        while True:
            self._settle(files)
            orphans = self._orphan()
            self.gone |= orphans
            if not self._keep_what_is_named() and not orphans:
                break
        for path in self.gone:
            self.results[path].delete = True
        return {path: result for path, result in self.results.items() if result.changed or result.residue}

    def _settle(self, files: set[str]) -> None:
        """Edits until no file's text depends on one that has changed since."""
        for _pass in range(PASSES):
            stale = [path for path in sorted(files) if self._is_stale(path)]
            for path in stale:
                self._edit(path)
            self._follow()
            files |= self._importers()
            if not stale:
                return
        raise RolloutError("the edits of files that depend on one another do not settle; nothing was written")

    def _is_stale(self, path: str) -> bool:
        """Whether a file was not edited yet, or asked something that has another answer now."""
        asked = self._asked.get(path)
        return asked is None or any(question() != answer for question, answer in asked.values())

    def _is_ours(self, path: str) -> bool:
        return path.endswith(CODE) and self.repository.editable(path)

    # -- one file -----------------------------------------------------------------------------------------------------

    def _edit(self, path: str) -> None:
        self._asked[path] = {}
        original = self.repository.read(path)
        result = FileEdits(path, original)
        try:
            notes, reads = self._apply(path, result)
        except Unparsable:
            self.results[path] = FileEdits(path, original, residue=[unreadable(path, original)])
            self.texts[path] = original
            return
        if TEST.search(path) and (reads or says_sentry(result.result())):
            # A test that looks for Sentry's calls is no test without them: a person decides.
            result.edits, notes = [], []
            self.needs[path] = self.helpers[path] = frozenset()
            self.scripts.pop(path, None)
            self.facts.pop(path, None)
        result.residue = [Residue(path, line_of(original, one.offset), "code", one.reason, one.advice) for one in notes]
        self.results[path] = result
        self.texts[path] = result.result()

    def _apply(self, path: str, result: FileEdits) -> tuple[list[Note], bool]:
        if EXAMPLE.search(path):
            result.delete = True
            self.gone.add(path)
            return [], False
        asked = self._asked[path]

        def modules(module: bytes, name: bytes | None) -> bool:
            key = (module, name)
            if key not in asked:
                question = functools.partial(self._is_sentry, path, module, name)
                asked[key] = (question, question())
            return asked[key][1]

        def elsewhere(name: bytes) -> bool:
            if (name,) not in asked:
                question = functools.partial(self._elsewhere, path, name)
                asked[(name,)] = (question, question())
            return asked[(name,)][1]

        def wanted(name: bytes, before: bool) -> bool:
            if (name, before) not in asked:
                question = functools.partial(self._is_wanted, path, name, before)
                asked[(name, before)] = (question, question())
            return asked[(name, before)][1]

        if path.endswith(COMPONENTS):
            done = component.edit_component(path, result.original, modules, elsewhere, self._speech(path))
            result.edits = done.edits
            self.facts[path] = done.facts
            self.needs[path], self.helpers[path] = done.needs, done.helpers
            return done.notes, done.reads_sentry
        if path.endswith(".py"):
            # What a test tells Sentry is no error of the app's.
            wish = None if TEST.search(path) or in_the_way(self.repository, path) else self.wish
            script = python.edit_script(path, result.original, modules, elsewhere, wish)
        else:
            speech = self._speech(path)
            script = javascript.edit_script(
                path, result.original, modules=modules, elsewhere=elsewhere, wanted=wanted, speech=speech
            )
        self.scripts[path] = script
        self.needs[path], self.helpers[path] = script.needs, script.helpers
        self.facts[path] = [(script.before, script.after)]
        result.edits = script.draft.edits()
        return script.notes, script.reads_sentry

    def _speech(self, path: str) -> Speech | None:
        """How a file speaks to PostHog, if it is to, and it is known how."""
        root = self.repository.package_root(path)
        if self.wish is None or root is None or TEST.search(path):
            return None
        if root not in self.scenes:
            self.scenes[root] = Scene(self.repository, root, self.wish)
        scene = self.scenes[root]
        if scene.unsupported or scene.is_out_of_reach(path):
            return None
        return Speech(scene, path, scene.side(path, self._imported_by), tuple(self.resolver.aliases(path)))

    def _imported_by(self, path: str) -> t.Iterator[str]:
        """The files that import another one."""
        scripts = [one for one in self._with_word(stem_of(path)) if one.endswith(SCRIPTS) and one != path]
        return (one for one in scripts if self.resolver.imports(one, self.repository.read(one), path))

    def _is_sentry(self, path: str, module: bytes, name: bytes | None) -> bool:
        if path.endswith(".py"):
            return python.of_package(module, name) or self._python_gone(path, module.decode(), name)
        if javascript.of_package(module, name):
            return True
        target = self.resolver.script(path, module.decode(errors="replace"))
        return target is not None and self._is_gone(target, name)

    def _python_gone(self, path: str, module: str, name: bytes | None) -> bool:
        if any(self._is_gone(target, name) for target in self.resolver.python(path, module)):
            return True
        if name is None:
            return False
        joint = "" if module.endswith(".") else "."
        return any(target in self.gone for target in self.resolver.python(path, f"{module}{joint}{name.decode()}"))

    def _is_gone(self, target: str, name: bytes | None) -> bool:
        names = self.hollow_names.get(target, ())
        return target in self.gone or b"*" in names or (name is not None and name in names)

    # -- the others ---------------------------------------------------------------------------------------------------

    def _follow(self) -> None:
        """Which files and functions are empty now, so that their users can do without."""
        for path, script in self.scripts.items():
            # Once empty, always empty: also when it is cut because nobody uses it any more.
            self.hollow_names[path] = script.hollow_exports | self.hollow_names.get(path, frozenset())
            changed = self.texts[path] != script.draft.original
            hollow = changed and script.hollow and not script.reads_sentry and path not in self.kept
            if hollow and (OWN.search(path) or not STAYS.search(path)):
                self.gone.add(path)

    def _is_wanted(self, path: str, name: bytes, before: bool) -> bool:
        """Whether others import a name of a module (`*` is any), or might: frameworks take what they find."""
        if STAYS.search(path) and not OWN.search(path) and not stem_is_index(path):
            return True
        if name in (b"default", b"*") and not OWN.search(path) and not self._is_imported(path, before=True):
            return True
        return any(name in (b"default", b"*") or name in text for text in self._importing_texts(path, before))

    def _importing_texts(self, target: str, before: bool) -> t.Iterator[bytes]:
        """The texts of the files that import a module, now or before all edits."""
        for word in {stem_of(target), *self.resolver.package_words(target)}:
            for path in self._with_word(word):
                if path == target or not path.endswith(TEXTS) or (path in self.gone and not before):
                    continue
                text = self.repository.read(path) if before else self._text(path)
                if self.resolver.imports(path, text, target):
                    yield text

    def _is_imported(self, path: str, before: bool) -> bool:
        return any(True for _text in self._importing_texts(path, before))

    def _orphan(self) -> set[str]:
        """Sentry's own modules that others imported, and nobody does any more."""
        named = {path for path in self.repository.files if self._is_ours(path) and says_sentry(path.encode())}
        found = set()
        for path in {*self.scripts, *named} - self.gone - self.kept:
            if TEST.search(path) or (STAYS.search(path) and not OWN.search(path)):
                continue
            uses = path in named or OWN.search(path) or imports_sentry(path, self._text(path))
            lost = uses and not self._is_imported(path, before=False) and self._is_imported(path, before=True)
            if lost and not self._is_named(path):
                self.results.setdefault(path, FileEdits(path, self.repository.read(path)))
                found.add(path)
        return found

    def _importers(self) -> set[str]:
        """Files that may import what is gone; they need not mention Sentry themselves."""
        targets = self.gone | {path for path, names in self.hollow_names.items() if names}
        found: set[str] = set()
        for target in targets:
            for word in {stem_of(target), *self.resolver.package_words(target)}:
                found.update(path for path in self._with_word(word) if self._may_import(path, target))
        return found - self.gone

    def _may_import(self, path: str, target: str) -> bool:
        return self._is_ours(path) and self.resolver.imports(path, self.repository.read(path), target)

    def _keep_what_is_named(self) -> bool:
        """Files stay when one that this run does not change still names them; whether there are new ones of these."""
        named = {path for path in self.gone if not EXAMPLE.search(path) and self._is_named(path)}
        self.kept |= named
        self.gone -= named
        return bool(named)

    def _is_named(self, path: str) -> bool:
        stem = stem_of(path)
        return any(
            names_module(self._text(other), stem, python=path.endswith(".py"))
            for other in self._with_word(stem)
            if other != path and other not in self.gone and not other.endswith(PROSE)
        )

    def _text(self, path: str) -> bytes:
        return self.texts[path] if path in self.texts else self.repository.read(path)

    def _with_word(self, word: bytes) -> list[str]:
        """The files in which a word is, before all edits."""
        if word not in self._words:
            self._words[word] = self.repository.with_word(word)
        return self._words[word]

    def _elsewhere(self, path: str, name: bytes) -> bool:
        word = re.compile(rb"(?<![\w$])" + re.escape(name) + rb"(?![\w$])")
        # Entry points name functions; what names a variable there goes by the rules for such files.
        endings = TEXTS if is_env_name(name.decode(errors="replace")) else (*TEXTS, ".toml", ".cfg", ".ini")
        return any(
            word.search(self._text(other)) is not None
            for other in self._with_word(name)
            if other != path and other not in self.gone and other.endswith(endings)
        )


def stem_of(path: str) -> bytes:
    """The word by which others import a file."""
    stem = posixpath.splitext(posixpath.basename(path))[0]
    return (posixpath.basename(posixpath.dirname(path)) if stem in ("index", "__init__") else stem).encode()


def stem_is_index(path: str) -> bool:
    return posixpath.splitext(posixpath.basename(path))[0] == "index"


def names_module(text: bytes, stem: bytes, python: bool) -> bool:
    """Whether a text names a module in a way that may be an import, as far as one can tell without its language."""
    word = re.escape(stem)
    if python:
        imported = rb"(^|\n)[ \t]*(from|import)[^\n]*\b" + word + rb"\b"
        found = re.search(imported + rb"|['\"][\w.]+\." + word + rb"[.'\":]", text)
    else:
        found = re.search(rb"['\"`/ =]" + word + rb"\.[cm]?[jt]sx?|/" + word + rb"['\"`]", text)
    return found is not None


def unreadable(path: str, text: bytes) -> Residue:
    first = re.search(rb"sentry", text, re.IGNORECASE)
    return Residue(
        path,
        line_of(text, first.start() if first else 0),
        "code",
        "The grammar cannot read this file, so nothing in it is changed.",
        "Remove Sentry from it by hand.",
    )
