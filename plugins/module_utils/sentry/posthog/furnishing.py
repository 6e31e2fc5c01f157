# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is added to a repository on top of what the editors have already done to its files."""

from __future__ import annotations

import typing as t

from ..draft import Draft
from ..edit import FileEdits, merged, new_file
from ..project import Project
from ..repository import Repository

KIND = "posthog"
REASON = "What reports to PostHog here cannot be set up by rule."


class Furnishing:
    """New files, and edits of files as they are to be; `results` are those of all editors."""

    def __init__(self, repository: Repository, project: Project, results: dict[str, FileEdits]) -> None:
        self.repository = repository
        self.project = project
        self.results = results
        #: Manifests that ask for packages which no lock has yet
        self.extended: list[str] = []

    def is_gone(self, path: str) -> bool:
        return path in self.results and self.results[path].delete

    def revise(self, path: str, change: t.Callable[[Draft], bool]) -> bool:
        """Lets `change` edit the text of a file as it is to be; whether it did."""
        result = self.results.get(path) or FileEdits(path, self.repository.read(path))
        draft = Draft(result.original)
        draft.apply(result.edits)
        if result.delete or not change(draft):
            return False
        result.edits = draft.edits()
        self._keep(result)
        return True

    def put(self, path: str, text: str) -> None:
        """A file with new contents, in place of one that was to be deleted, or where none is."""
        if path not in self.repository:
            self._keep(new_file(path, text))
            return
        result = self.results.get(path) or FileEdits(path, self.repository.read(path))
        result.delete = False
        result.edits = []
        result.replace(0, len(result.original), text.encode(), "PostHog in Sentry's place")
        self._keep(result)

    def say(self, path: str, advice: str, reason: str = REASON) -> None:
        """A note for a person about what could not be done by rule."""
        result = self.results.setdefault(path, FileEdits(path, self.repository.read(path)))
        kept = 0
        for edit in merged(result.edits, path):
            # A note on a line that is gone would go with it.
            kept = edit.end if edit.start <= kept and not edit.replacement else kept
        result.report(kept, KIND, reason, advice)

    def _keep(self, result: FileEdits) -> None:
        self.results[result.path] = result
        # What was found out about the text as it was before is no longer true.
        self.project.facts.pop(result.path, None)
