# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole removal from one repository: compute everything, check everything, and only then write."""

from __future__ import annotations

import posixpath
import re
import typing as t
from dataclasses import dataclass, field

from ..errors import RolloutError
from .checks import Known, check
from .config_workflow import is_workflow, removed_scripts
from .edit import FileEdits, Residue
from .editors import editor_of
from .mask import unified
from .needed import BUILD, Needed, imports_sentry, is_manifest
from .posthog.furnish import furnish
from .posthog.wish import Wish
from .project import CODE, TEST, Project
from .relock import concerned, relock
from .repository import Repository, says_sentry
from .residue import WHY, mentions_in, moved
from .tree import require_grammars
from .write import write_all

LOCK = re.compile(r"(^|/)([^/]*\.lock|[^/]*-lock\.(ya?ml|json)|npm-shrinkwrap\.json|bun\.lockb?)$")


@dataclass
class Options:
    code: bool = True
    locks: bool = True
    exclude: tuple[str, ...] = ()
    wish: Wish | None = None  # What takes Sentry's place


@dataclass
class Removal:
    """What a removal does to a repository, and what it leaves."""

    repository: Repository
    results: dict[str, FileEdits] = field(default_factory=dict)
    residue: list[Residue] = field(default_factory=list)
    extended: list[str] = field(default_factory=list)  # Manifests that ask for packages which no lock has yet

    @property
    def changed(self) -> list[FileEdits]:
        return [result for _path, result in sorted(self.results.items()) if result.changed]

    def files(self) -> list[dict[str, t.Any]]:
        return [{"path": one.path, "action": one.action} for one in self.changed]

    def summary(self) -> dict[str, t.Any]:
        kinds: dict[str, int] = {}
        for one in self.residue:
            kinds[one.kind] = kinds.get(one.kind, 0) + 1
        actions = [one.action for one in self.changed]
        return {
            "created": actions.count("created"),
            "edited": actions.count("edited"),
            "deleted": actions.count("deleted"),
            "left": len(self.residue),
            "still_imported": len(self.still_imported()),
            "kinds": dict(sorted(kinds.items())),
        }

    def still_imported(self) -> list[str]:
        """Code files that import Sentry and could not be changed by rule, tests among them."""
        return [path for path in self.mentioning() if path.endswith(CODE) and imports_sentry(path, self.text(path))]

    def mentioning(self) -> list[str]:
        """The files that say Sentry when all is done."""
        gone = {path for path, result in self.results.items() if result.delete}
        return [path for path in self.repository.mentioning() if path not in gone and says_sentry(self.text(path))]

    def text(self, path: str) -> bytes:
        return self.results[path].result() if path in self.results else self.repository.read(path)

    def diff(self) -> str:
        return "".join(
            unified(one.path, None if one.create else one.original, None if one.delete else one.result())
            for one in self.changed
        )

    def locks_of(self, paths: t.Collection[str]) -> list[str]:
        """The locks that are made from some files."""
        return [lock.path for lock in concerned(self.repository, paths)]

    def resolve_locks(self, paths: t.Collection[str], parent: str | None = None) -> None:
        """Lets package managers resolve the locks of some files anew, see relock.py. Raises RolloutError."""
        self.results.update(relock(self.repository, self.results, paths, parent))
        self.residue = list_residue(self)

    def write(self) -> None:
        write_all(self.repository, self.changed)


def plan_removal(path: str, options: Options) -> Removal:
    """Raises RolloutError; writes nothing."""
    repository = Repository(path, options.exclude)
    removal = Removal(repository)
    known: Known = {}
    project: Project | None = None
    if options.code and any(one.endswith(CODE) for one in repository.mentioning()):
        require_grammars()
        project = Project(repository, options.wish)
        removal.results.update(project.run())
        known = project.facts
    repository.needed = needed_by_code(removal)
    # Sentry's own files seldom name it inside.
    own = [one for one in repository.files if says_sentry(posixpath.basename(one).encode())]
    # A workflow may run a script that only did Sentry's work, whatever it is called.
    runs = [one for one in repository.files if is_workflow(one)] if removed_scripts(repository) else []
    for one in sorted({*repository.mentioning(), *own, *runs}):
        if one not in removal.results and repository.editable(one):
            result = edit_other(repository, one, options)
            if result is not None:
                removal.results[one] = result
    if project is not None and options.wish is not None:
        removal.extended = furnish(repository, project, removal.results)
    gone = {one.path for one in removal.changed if one.delete}
    check(repository, removal.results, gone, options.code, known)
    removal.residue = list_residue(removal)
    return removal


def needed_by_code(removal: Removal) -> Needed:
    """What has to stay because code that stays needs it. Tests need nothing: they are adapted or deleted by hand."""
    repository, left = removal.repository, removal.mentioning()
    found = Needed({path: repository.read(path) for path in repository.mentioning() if is_manifest(path)})
    for path in left:
        if not TEST.search(path) and (path.endswith(CODE) or BUILD.search(path)):
            found.look(path, removal.text(path))
    for path in repository.excluded():
        if path.endswith(CODE) and says_sentry(text := repository.read(path)):
            found.look(path, text)
    return found


def edit_other(repository: Repository, path: str, options: Options) -> FileEdits | None:
    """What is not code, by the editor of its kind. A file that its editor cannot read is left alone, and reported."""
    editor = editor_of(path)
    if editor is None or path.endswith(CODE) or (LOCK.search(path) and not options.locks):
        return None
    try:
        result = editor(repository, path)
        result.result()
    except RolloutError as problem:
        advice = "Correct the file, or remove Sentry from it by hand."
        return FileEdits(path, repository.read(path), residue=[Residue(path, 1, "config", str(problem), advice)])
    return result


def list_residue(removal: Removal) -> list[Residue]:
    """What editors say, and each other line that still says Sentry."""
    found: set[Residue] = set()
    for result in removal.results.values():
        if not result.delete:
            found.update(moved(result))
    told = {(one.path, one.line) for one in found}
    for path in removal.mentioning():
        found.update(one for one in mentions_in(path, removal.text(path)) if (path, one.line) not in told)
    for path in removal.repository.unreadable:
        found.add(Residue(path, 1, "unreadable", *WHY["unreadable"]))
    return sorted(found)
