"""Configuration: fixtures/config, and lists of ignored files, which git would obey if they lay there."""

from __future__ import annotations

from pathlib import Path

import pytest
from unit.sentry import cases

CASES = cases.names("config")


@pytest.mark.parametrize("case", CASES)
def test_the_result_is_as_expected(case: str, tmp_path: Path) -> None:
    place = cases.copy_of("config", case, tmp_path)
    results = cases.edited(place)
    assert cases.notes(results) == cases.expected_notes("config", case)
    assert cases.written(place, results) == cases.expected("config", case)
    assert [path for path, file in cases.edited(place).items() if file.changed] == []


@pytest.mark.parametrize("case", CASES)
def test_line_breaks_stay_what_they_are(case: str, tmp_path: Path) -> None:
    place = cases.copy_of("config", case, tmp_path)
    for path, text in cases.files(place).items():
        cases.write(place / path, text.replace(b"\n", b"\r\n"))
    found = cases.written(place, cases.edited(place))
    assert found == {path: text.replace(b"\n", b"\r\n") for path, text in cases.expected("config", case).items()}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "node_modules\n\n# Sentry Config File\n.env.sentry-build-plugin\n\n# Logs\n*.log\n",
            "node_modules\n\n# Logs\n*.log\n",
        ),
        ("node_modules\n\n# Sentry Config File\n.sentryclirc", "node_modules\n"),
        ("# Secrets\n.sentryclirc\n.env\n", "# Secrets\n.env\n"),
        ("# Sentry\n/android/sentry.properties\nsentry-data/\n", "# Sentry\nsentry-data/\n"),
        (".sentryclirc\r\ndist\r\n", "dist\r\n"),
        ("sentry/\n", "sentry/\n"),
    ],
)
@pytest.mark.parametrize("name", [".gitignore", "web/.dockerignore"])
def test_ignore_lists(name: str, before: str, after: str, tmp_path: Path) -> None:
    cases.write(tmp_path / name, before)
    file = cases.edited(tmp_path)[name]
    assert file.result() == after.encode()
    # Whatever still says Sentry is listed.
    assert len(file.residue) == after.lower().count("sentry")


def test_a_file_that_an_image_copies_stays(tmp_path: Path) -> None:
    cases.write(tmp_path / ".sentryclirc", "[auth]\ntoken=sntrys_secret\n")
    cases.write(tmp_path / "Dockerfile", "FROM node\nCOPY .sentryclirc .\n")
    file = cases.edited(tmp_path)[".sentryclirc"]
    assert not file.changed
    assert "Dockerfile" in file.residue[0].reason


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".env", "# sentry: https://secret@o1.ingest.sentry.io/1\nX=https://secret@o1.ingest.sentry.io/1\n"),
        ("compose.yml", "services:\n  a:\n    command: run --dsn https://secret@o1.ingest.sentry.io/1\n"),
        (".github/workflows/a.yml", "env: {SENTRY_AUTH_TOKEN: secret@x, A: 1}\n"),
        ("Dockerfile", "ENV A=1 SENTRY_AUTH_TOKEN=secret\n"),
        ("pyproject.toml", '[tool.x]\nsentry = "secret"\n'),
        ("package.json", '{"scripts": {"a": "SENTRY_AUTH_TOKEN=secret b | sentry-cli"}}'),
    ],
)
def test_notes_hold_no_secret(name: str, text: str, tmp_path: Path) -> None:
    cases.write(tmp_path / name, text)
    file = cases.edited(tmp_path)[name]
    assert file.residue
    assert "secret@" not in str(file.residue)
    assert "=secret" not in str(file.residue)


@pytest.mark.parametrize("name", ["compose.yml", ".github/workflows/a.yml"])
@pytest.mark.parametrize("text", ["a: [\nSENTRY_DSN: 1\n", "- SENTRY_DSN\n", "a: 1\n---\nb: SENTRY_DSN\n"])
def test_yaml_of_another_shape_stays(name: str, text: str, tmp_path: Path) -> None:
    cases.write(tmp_path / name, text)
    file = cases.edited(tmp_path)[name]
    assert not file.changed
    assert len(file.residue) == 1
