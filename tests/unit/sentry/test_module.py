"""The module itself: what it returns and writes, in check mode and otherwise."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.removal import task
from support.repositories import contents, make_repository

CODE = 'import * as Sentry from "@sentry/node";\nSentry.init();\nrun();\n'
FILES: dict[str, str | bytes] = {"a.ts": CODE, "README.md": "Errors go to Sentry.\n"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repository", FILES)


def test_removes_and_reports(root: Path, tmp_path: Path) -> None:
    result = task(root, report_path=str(tmp_path / "report.json"))
    assert result["changed"] is True
    assert result["files"] == [{"path": "a.ts", "action": "edited"}]
    assert [(one["path"], one["line"], one["kind"]) for one in result["residue"]] == [("README.md", 1, "docs")]
    assert result["summary"] == {
        "created": 0,
        "edited": 1,
        "deleted": 0,
        "left": 1,
        "still_imported": 0,
        "kinds": {"docs": 1},
    }
    report = json.loads((tmp_path / "report.json").read_text())
    assert report == {"residue": result["residue"], "summary": result["summary"]}
    assert (root / "a.ts").read_text() == "run();\n"


def test_a_second_run_needs_no_clean_tree(root: Path) -> None:
    task(root)
    again = task(root)
    assert again["changed"] is False
    assert again["files"] == []


def test_check_mode_writes_nothing_and_shows_the_diff(root: Path, tmp_path: Path) -> None:
    before = contents(root)
    report = tmp_path / "report.md"
    result = task(root, report_path=str(report), _ansible_check_mode=True, _ansible_diff=True)
    assert result["changed"] is True
    assert '-import * as Sentry from "@sentry/node";' in result["diff"]["prepared"]
    assert contents(root) == before
    assert not report.exists()


def test_a_scan_only_looks(root: Path, tmp_path: Path) -> None:
    before = contents(root)
    result = task(root, scan_only=True, report_path=str(tmp_path / "report.md"))
    assert result["changed"] is False
    assert result["files"] == [{"path": "a.ts", "action": "edited"}]
    assert contents(root) == before
    assert "| 1 | docs |" in (tmp_path / "report.md").read_text()


def test_a_report_inside_the_repository_is_not_reported_itself(root: Path) -> None:
    report = root / "sentry-report.md"
    first = task(root, report_path=str(report))
    text = report.read_text()
    again = task(root, report_path=str(report))
    assert again["changed"] is False
    assert again["residue"] == first["residue"]
    assert "README.md" in text


@pytest.mark.parametrize("name", ["src.js", "notes.md"])
def test_a_report_is_not_written_over_something_else(root: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("# Mine\n")
    result = task(root, report_path=str(tmp_path / name), scan_only=True)
    assert "is there already and is no report" in result["msg"]
    assert (tmp_path / name).read_text() == "# Mine\n"


@pytest.mark.parametrize("name", ["a.json", "a.md"])
def test_a_report_is_written_over_an_earlier_one(root: Path, tmp_path: Path, name: str) -> None:
    for _time in range(2):
        assert "msg" not in task(root, report_path=str(tmp_path / name), scan_only=True)


def test_two_variables_are_two(root: Path) -> None:
    result = task(root, replace_with_posthog=True, posthog_host_variable="A", posthog_key_variable="A")
    assert "must be another variable" in result["msg"]


def test_without_sentry_there_is_no_report(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "repository", {"a.ts": "run();\n"})
    result = task(root, report_path=str(tmp_path / "report.md"))
    assert (result["changed"], result["residue"]) == (False, [])
    assert not (tmp_path / "report.md").exists()


def test_work_in_progress_is_refused_unless_allowed(root: Path) -> None:
    (root / "b.ts").write_text("mine();\n")
    result = task(root)
    assert result["failed"] is True
    assert "b.ts" in result["msg"]
    assert (root / "a.ts").read_text() == CODE
    assert task(root, allow_dirty=True)["changed"] is True


def test_code_that_still_needs_the_package_is_a_warning(tmp_path: Path) -> None:
    text = 'import * as Sentry from "@sentry/node";\nshow(Sentry.getClient());\n'
    result = task(make_repository(tmp_path / "repository", {"a.ts": text}))
    assert result["summary"]["still_imported"] == 1
    assert "a.ts" in str(result["warnings"])


@pytest.mark.parametrize("options", [{"path": "/no/such/place"}, {"report_path": "/no/such/place/report.md"}])
def test_a_place_that_is_not_there_is_one_sentence(root: Path, options: dict[str, str]) -> None:
    result = task(**{"path": root, **options})  # type: ignore[arg-type]
    assert result["failed"] is True
    assert "/no/such/place" in result["msg"]
    assert "exception" not in result
