"""Whole repositories, one per framework: what they look like before and after is in fixtures/."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from unit.sentry.cases import FIXTURES, applications

from ansible_collections.rollout.posthog.plugins.module_utils.sentry.removal import Options, plan_removal
from support.repositories import contents, copy_repository

case = applications(FIXTURES)


@pytest.fixture
def repository(case: Path, tmp_path: Path) -> Path:
    return copy_repository(tmp_path / "repository", case / "before")


def test_the_result_is_as_expected(case: Path, repository: Path) -> None:
    removal = plan_removal(str(repository), Options())
    removal.write()
    assert contents(repository) == contents(case / "after")


def test_what_is_left_is_as_expected(case: Path, repository: Path) -> None:
    removal = plan_removal(str(repository), Options())
    found = [[one.path, one.line, one.kind] for one in removal.residue]
    assert found == json.loads((case / "residue.json").read_text())


def test_every_remaining_mention_is_listed(repository: Path) -> None:
    removal = plan_removal(str(repository), Options())
    removal.write()
    listed = {(one.path, one.line) for one in removal.residue}
    said = {
        (path, number)
        for path, text in contents(repository).items()
        for number, line in enumerate(text.split(b"\n"), 1)
        if b"sentry" in line.lower() or b"spotlightjs" in line.lower()
    }
    assert said - listed == set()


def test_a_second_run_changes_nothing(repository: Path) -> None:
    plan_removal(str(repository), Options()).write()
    before = contents(repository)
    again = plan_removal(str(repository), Options())
    assert [one.path for one in again.changed] == []
    assert contents(repository) == before
