"""Whole applications in which PostHog takes Sentry's place: what they look like before and after is in replaced/."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from unit.sentry.cases import FIXTURES, applications

from ansible_collections.rollout.posthog.plugins.module_utils.sentry.posthog.wish import Wish
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.removal import Options, Removal, plan_removal
from support.repositories import contents, copy_repository

# These add to the application of the same name in fixtures/ what the removal alone has no use for.
EXTENDED = ("express", "nest", "nextjs-app", "nextjs-pages", "react-vite", "sveltekit", "vue")
case = applications(Path(__file__).with_name("replaced"))


@pytest.fixture
def repository(case: Path, tmp_path: Path) -> Path:
    under = [FIXTURES / case.name / "before"] if case.name in EXTENDED else []
    return copy_repository(tmp_path / "repository", *under, case / "before")


def replaced(repository: Path) -> Removal:
    return plan_removal(str(repository), Options(wish=Wish()))


def test_the_result_is_as_expected(case: Path, repository: Path) -> None:
    replaced(repository).write()
    found, wanted = contents(repository), contents(case / "after")
    assert {path: text.decode() for path, text in found.items()} == {
        path: text.decode() for path, text in wanted.items()
    }


def test_what_is_left_is_as_expected(case: Path, repository: Path) -> None:
    found = [[one.path, one.line, one.kind] for one in replaced(repository).residue]
    assert found == json.loads((case / "residue.json").read_text())


def test_a_second_run_changes_nothing(repository: Path) -> None:
    replaced(repository).write()
    before = contents(repository)
    assert [one.path for one in replaced(repository).changed] == []
    assert contents(repository) == before


def test_a_new_file_is_shown_as_such(repository: Path) -> None:
    removal = replaced(repository)
    for one in removal.changed:
        if one.create:
            assert f"--- /dev/null\n+++ b/{one.path}\n" in removal.diff()
