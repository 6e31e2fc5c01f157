"""Branches and commits: exactly our files, once, however a run ends, and nobody's work is lost."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rollout.posthog.plugins.module_utils.sentry import begun
from ansible_collections.rollout.posthog.plugins.module_utils.sentry import task as glue
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.edit import Edit, FileEdits
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.removal import Options, Removal, plan_removal
from support.removal import task
from support.repositories import commit, contents, git, make_repository

CODE = 'import * as Sentry from "@sentry/node";\nSentry.init();\nrun();\n'
SETUP = 'import * as Sentry from "@sentry/node";\nSentry.init();\n'
FILES: dict[str, str | bytes] = {
    "a.ts": CODE,
    "naïve name/b ü.ts": CODE,
    "sentry.server.config.ts": SETUP,
    "README.md": "Errors go to Sentry.\n",
    ".gitignore": ".env\n",
}
CHANGED = ["a.ts", "naïve name/b ü.ts", "sentry.server.config.ts"]
BRANCH = "chore/remove-sentry"
WANTED: dict[str, Any] = {"branch": BRANCH, "commit": True, "commit_author": "Ä Robot <robot@example.com>"}


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which git knows nobody."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = make_repository(tmp_path / "päth with space", FILES)
    (root / ".env").write_text("SENTRY_DSN=1\nPORT=1\n")
    return root


def remove(root: Path, **options: Any) -> dict[str, Any]:
    return task(root, **{**WANTED, **options})


def works(root: Path, **options: Any) -> dict[str, Any]:
    result = remove(root, **options)
    assert not result.get("failed"), result["msg"]
    return result


def refused(root: Path, **options: Any) -> str:
    before = contents(root), state(root)
    result = remove(root, **options)
    assert result.get("failed"), result
    assert (contents(root), state(root)) == before
    return str(result["msg"])


def state(root: Path) -> tuple[str, str, str]:
    """What git has: where we are, its branches, and what is not committed."""
    branches = git(root, "for-each-ref", "--format=%(refname) %(objectname)")
    return git(root, "rev-parse", "--abbrev-ref", "HEAD"), branches, git(root, "status", "--porcelain")


def committed(root: Path, revision: str = "HEAD") -> list[str]:
    names = git(root, "-c", "core.quotePath=false", "show", "--format=", "--name-only", revision)
    return names.splitlines()


def removals(root: Path) -> int:
    return len(git(root, "log", "--format=%H", "--grep=^Made-by: rollout.posthog.sentry_removal$").split())


def test_a_branch_with_one_commit_of_exactly_our_files(root: Path) -> None:
    start = git(root, "rev-parse", "HEAD")
    result = works(root, commit_message="Take Sentry out\n\nWe have PostHog.")
    assert (result["branch"], result["commit"]) == (BRANCH, git(root, "rev-parse", "HEAD").strip())
    assert git(root, "rev-parse", "HEAD^", "main") == start * 2
    assert committed(root) == CHANGED
    assert [one["path"] for one in result["files"]] == [".env", *CHANGED]
    assert git(root, "status", "--porcelain") == ""
    assert git(root, "log", "-1", "--format=%an %ae %cn %ce|%B").splitlines() == [
        "Ä Robot robot@example.com Ä Robot robot@example.com|Take Sentry out",
        "",
        "We have PostHog.",
        "",
        "Made-by: rollout.posthog.sentry_removal",
        "",
    ]


def test_a_second_run_makes_no_second_commit(root: Path) -> None:
    works(root)
    before = contents(root), state(root)
    again = works(root)
    assert (again["changed"], again["branch"], again["commit"]) == (False, BRANCH, "")
    assert (contents(root), state(root)) == before


def test_without_a_branch_the_commit_is_on_the_present_one(root: Path) -> None:
    assert works(root, branch=None)["branch"] == "main"
    assert (committed(root), removals(root)) == (CHANGED, 1)


def test_a_branch_without_a_commit(root: Path) -> None:
    result = works(root, commit=False)
    assert (result["branch"], result["commit"]) == (BRANCH, "")
    assert removals(root) == 0
    assert works(root, commit=False)["changed"] is False


def test_without_sentry_there_is_no_branch(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "r", {"a.ts": "run();\n"})
    before = state(root)
    result = works(root)
    assert (result["changed"], result["branch"]) == (False, "main")
    assert state(root) == before


def test_what_git_ignores_is_edited_and_not_committed(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "r", {".gitignore": ".env\n"})
    (root / ".env").write_text("SENTRY_DSN=1\nPORT=1\n")
    result = works(root)
    assert (result["changed"], result["commit"]) == (True, "")
    assert (root / ".env").read_text() == "PORT=1\n"


def test_check_mode_makes_neither_branch_nor_commit(root: Path) -> None:
    before = contents(root), state(root)
    result = works(root, _ansible_check_mode=True)
    assert (result["changed"], result["branch"], result["commit"]) == (True, BRANCH, "")
    assert (contents(root), state(root)) == before


def test_a_scan_looks_at_what_is_checked_out(root: Path) -> None:
    works(root)
    git(root, "switch", "-q", "main")
    before = contents(root), state(root)
    result = works(root, scan_only=True)
    assert result["summary"]["edited"] + result["summary"]["deleted"] == 3
    assert (contents(root), state(root)) == before


def test_other_work_that_is_staged_stays_staged(root: Path) -> None:
    (root / "mine.ts").write_text("mine();\n")
    git(root, "add", "mine.ts")
    works(root, allow_dirty=True)
    assert committed(root) == CHANGED
    assert git(root, "status", "--porcelain") == "A  mine.ts\n"


# -- a branch of that name is there -----------------------------------------------------------------------------------


def test_an_earlier_removal_is_gone_back_to(root: Path) -> None:
    works(root)
    removed = contents(root)
    git(root, "switch", "-q", "main")
    looked = works(root, _ansible_check_mode=True)
    assert (looked["changed"], looked["files"], looked["branch"]) == (True, [], BRANCH)
    assert git(root, "branch", "--show-current") == "main\n"
    result = works(root)
    assert (result["changed"], result["files"], result["branch"]) == (True, [], BRANCH)
    assert contents(root) == removed
    assert removals(root) == 1


def test_an_earlier_removal_is_gone_on_with(root: Path) -> None:
    works(root)
    (root / "late.ts").write_text(CODE)
    commit(root)
    git(root, "switch", "-q", "main")
    assert [one["path"] for one in works(root, _ansible_check_mode=True)["files"]] == ["late.ts"]
    works(root)
    assert (committed(root), removals(root)) == (["late.ts"], 2)


def test_an_earlier_removal_that_was_pushed_and_fetched_is_found(root: Path, tmp_path: Path) -> None:
    works(root)
    git(root, "switch", "-q", "main")
    git(tmp_path, "clone", "-q", str(root), "clone")
    result = works(tmp_path / "clone")
    assert (result["files"], result["branch"]) == ([], BRANCH)
    assert removals(tmp_path / "clone") == 1


def test_a_branch_that_a_stopped_run_has_only_made(root: Path) -> None:
    git(root, "branch", BRANCH)
    works(root)
    assert (git(root, "branch", "--show-current"), removals(root)) == (f"{BRANCH}\n", 1)


def test_a_branch_that_is_behind_moves_along(root: Path) -> None:
    git(root, "branch", BRANCH)
    (root / "new.ts").write_text("run();\n")
    commit(root)
    works(root)
    assert "new.ts" in contents(root)


def test_somebodys_branch_of_that_name_is_refused(root: Path) -> None:
    git(root, "switch", "-qc", BRANCH)
    (root / "theirs.ts").write_text("theirs();\n")
    commit(root)
    git(root, "switch", "-q", "main")
    assert BRANCH in refused(root)
    assert BRANCH in refused(root, _ansible_check_mode=True)


def test_the_branch_that_is_checked_out_is_meant(root: Path) -> None:
    git(root, "switch", "-qc", BRANCH)
    (root / "theirs.ts").write_text("theirs();\n")
    commit(root)
    works(root)
    assert committed(root) == CHANGED


# -- a run was stopped ------------------------------------------------------------------------------------------------


def written(root: Path) -> Path:
    """All is written, and nothing committed."""
    works(root, commit=False)
    assert git(root, "status", "--porcelain")
    return root


def half_written(root: Path) -> Path:
    """The first file is written and one deleted, and the rest lie ready or moved aside."""
    other = root.parent / "other"
    shutil.copytree(root, other)
    works(other, commit=False)
    (root / "a.ts").write_bytes((other / "a.ts").read_bytes())
    shutil.copy(other / "naïve name/b ü.ts", root / "naïve name/.sentry-removal-x_1y2z3a")
    os.replace(root / "sentry.server.config.ts", root / ".sentry-removal-77-sentry.server.config.ts")
    (root / ".sentry-removal-abcdefgh").write_text("impo")
    git(root, "switch", "-qc", BRANCH)
    return root


STOPPED = pytest.mark.parametrize("stopped", [written, half_written])


@STOPPED
def test_a_stopped_run_is_finished_by_the_next(root: Path, stopped: Any) -> None:
    stopped(root)
    result = works(root)
    assert [one["path"] for one in result["files"] if one["path"] != ".env"] == CHANGED
    assert (committed(root), removals(root)) == (CHANGED, 1)
    assert git(root, "status", "--porcelain") == ""
    assert not [name for name in contents(root) if ".sentry-removal-" in name]
    assert works(root)["changed"] is False


@STOPPED
def test_check_mode_looks_behind_a_stopped_run(root: Path, stopped: Any) -> None:
    before = contents(stopped(root)), state(root)
    result = works(root, _ansible_check_mode=True)
    assert [one["path"] for one in result["files"]] == CHANGED
    assert (contents(root), state(root)) == before


def test_a_stopped_run_without_a_commit_is_finished_too(root: Path) -> None:
    half_written(root)
    assert works(root, branch=None, commit=False)["changed"] is True
    assert not [name for name in contents(root) if ".sentry-removal-" in name]
    assert works(root, branch=None, commit=False)["changed"] is False


@STOPPED
@pytest.mark.parametrize("path", ["a.ts", "mine.ts"])
def test_what_somebody_did_after_a_stopped_run_is_kept(root: Path, stopped: Any, path: str) -> None:
    stopped(root)
    with (root / path).open("a") as file:
        file.write("mine();\n")
    assert path in refused(root)
    assert path in refused(root, allow_dirty=True)


def test_modes_survive_a_stopped_run(root: Path) -> None:
    (root / "a.ts").chmod(0o755)
    commit(root)
    half_written(root)
    (root / "a.ts").chmod(0o755)
    works(root)
    assert git(root, "diff", "--summary", "HEAD^") == " delete mode 100644 sentry.server.config.ts\n"


def test_a_file_that_git_does_not_have_comes_back(root: Path) -> None:
    (root / ".gitignore").write_text(".env\n.sentryclirc\n")
    commit(root)
    (root / ".sentry-removal-77-.sentryclirc").write_text("[auth]\n")
    (root / "a.ts").write_text("run();\n")
    result = works(root)
    assert {"path": ".sentryclirc", "action": "deleted"} in result["files"]
    assert not [name for name in contents(root) if "sentryclirc" in name]


def test_new_files_are_committed_too(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def plan(path: str, options: Options) -> Removal:
        removal = plan_removal(path, options)
        if "src/new.ts" not in removal.repository:
            text = FileEdits("src/new.ts", b"", edits=[Edit(0, 0, b"track();\n")], create=True)
            removal.results["src/new.ts"] = text
        return removal

    for place in (begun, glue):
        monkeypatch.setattr(place, "plan_removal", plan)
    written(root)
    works(root)
    assert committed(root) == [*CHANGED, "src/new.ts"]
    assert git(root, "status", "--porcelain") == ""


# -- what cannot go well is refused first -----------------------------------------------------------------------------


def test_work_in_progress_is_refused(root: Path) -> None:
    (root / "mine.ts").write_text("mine();\n")
    assert "mine.ts" in refused(root)


def test_half_of_a_file_is_not_committed(root: Path) -> None:
    with (root / "a.ts").open("a") as file:
        file.write("mine();\n")
    assert "a.ts" in refused(root, allow_dirty=True)


def test_a_report_in_the_repository_is_not_in_the_way(root: Path) -> None:
    (root / "report.md").write_text("# What is left of Sentry\n\nold\n")
    works(root, report_path=str(root / "report.md"))
    assert committed(root) == CHANGED


@pytest.mark.parametrize("author", ["Robot", "Robot <>", "<robot@example.com>", "Robot <robot@example.com> more"])
def test_an_author_in_another_form(root: Path, author: str) -> None:
    assert "commit_author" in refused(root, commit_author=author)


def test_nobody_to_commit(root: Path) -> None:
    git(root, "config", "user.useConfigOnly", "true")
    assert "commit_author" in refused(root, commit_author=None)


def test_a_name_that_is_none(root: Path) -> None:
    assert "branch" in refused(root, branch="no..branch")


def test_a_commit_on_no_branch(root: Path) -> None:
    git(root, "switch", "-q", "--detach")
    assert "branch" in refused(root, branch=None)
    assert works(root)["branch"] == BRANCH


def test_in_the_middle_of_a_merge(root: Path) -> None:
    git(root, "switch", "-qc", "other")
    commit(root)
    git(root, "switch", "-q", "main")
    git(root, "merge", "-q", "--no-commit", "--no-ff", "other")
    assert "merge" in refused(root)


def test_a_repository_without_a_commit(tmp_path: Path) -> None:
    (tmp_path / "a.ts").write_text(CODE)
    git(tmp_path, "init", "-q")
    result = remove(tmp_path)
    assert result["failed"] is True
    assert (tmp_path / "a.ts").read_text() == CODE


def test_git_is_busy(root: Path) -> None:
    (root / ".git/index.lock").touch()
    assert "index.lock" in refused(root)


def test_a_folder_of_a_repository(root: Path) -> None:
    git(root, "mv", "naïve name", "apps")
    commit(root)
    works(root / "apps", commit=False)
    works(root / "apps")
    assert committed(root) == ["apps/b ü.ts"]
    assert works(root / "apps")["changed"] is False


def test_hooks_of_the_repository_do_not_run(root: Path) -> None:
    hook = root / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    works(root)
    assert removals(root) == 1
