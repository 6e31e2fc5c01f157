"""Repositories as they were and as they have to be, from fixtures/."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rollout.posthog.plugins.module_utils.sentry.edit import FileEdits
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.editors import editor_of
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.repository import Repository

FIXTURES = Path(__file__).parent / "fixtures"


def applications(place: Path) -> Any:
    """The fixture `case` of whole applications: each folder of a place that has a `before`."""

    @pytest.fixture(
        name="case", params=sorted(path.parent for path in place.glob("*/before")), ids=lambda one: one.name
    )
    def fixture(request: pytest.FixtureRequest) -> Path:
        path: Path = request.param
        return path

    return fixture


def names(area: str) -> list[str]:
    """The cases of an area."""
    return sorted(path.name for path in (FIXTURES / area).iterdir())


def files(place: Path) -> dict[str, bytes]:
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in place.rglob("*") if path.is_file()}


def edited(place: Path) -> dict[str, FileEdits]:
    """What the editors of manifests, configuration and locks want with a repository."""
    repository = Repository(str(place))
    found = {}
    for path in repository.files:
        editor = editor_of(path)
        if editor is not None:
            found[path] = editor(repository, path)
    return found


def written(place: Path, results: dict[str, FileEdits]) -> dict[str, bytes]:
    """The files of a repository after the edits, which are carried out."""
    for path, file in results.items():
        if file.delete:
            (place / path).unlink()
        else:
            (place / path).write_bytes(file.result())
    return files(place)


def copy_of(area: str, case: str, place: Path) -> Path:
    """A case's repository as it was, in a place of its own."""
    return Path(shutil.copytree(FIXTURES / area / case / "before", place / case))


def expected(area: str, case: str) -> dict[str, bytes]:
    return files(FIXTURES / area / case / "after")


def notes(results: dict[str, FileEdits]) -> list[str]:
    """The residue, short."""
    return [f"{note.path}:{note.line} {note.kind}" for file in results.values() for note in sorted(file.residue)]


def expected_notes(area: str, case: str) -> list[str]:
    path = FIXTURES / area / case / "residue.txt"
    return path.read_text().splitlines() if path.exists() else []


def write(path: Path, text: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
