"""Pruned locks in the eyes of the real package managers: the frozen install passes, and nothing was added."""

from __future__ import annotations

import difflib
import json
import subprocess
from pathlib import Path

import pytest
from integration.package_managers import Managers, Unreachable, each, run

from ansible_collections.rollout.posthog.plugins.module_utils.sentry.editors import editor_of
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.repository import Repository

# Small packages, of which some are needed by Sentry too, in the same version and in another one.
ORDINARY = {"debug": "^4.3.4", "ms": "2.0.0", "require-in-the-middle": "^7.5.0"}
SENTRY = {"@sentry/node": "^8.30.0"}
MEMBER = {"name": "member", "version": "1.0.0", "private": True, "dependencies": {"semver": "^7.6.0"}}


def write(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content, indent=2) + "\n")


def make_project(place: Path, **more: object) -> None:
    """A workspace of two packages, one of which only Sentry's command line tool makes different from what it was."""
    dependencies = dict(sorted({**ORDINARY, **SENTRY, **{"@sentry/core": "^8.30.0"}}.items()))
    manifest = {"name": "project", "version": "1.0.0", "private": True, "workspaces": ["packages/*"]}
    write(place / "package.json", {**manifest, "dependencies": dependencies, **more})
    write(place / "packages/member/package.json", {**MEMBER, "devDependencies": {"@sentry/core": "^8.30.0"}})


def remove_sentry(place: Path, *paths: str) -> None:
    """What the module does: every file is edited as the repository was, then all are written."""
    repository = Repository(str(place))
    edited = []
    for path in paths:
        editor = editor_of(path)
        assert editor is not None, path
        edited.append(editor(repository, path))
    for file in edited:
        assert not [note for note in file.residue if "left as it was" in note.reason], file.residue
        (place / file.path).write_bytes(file.result())


def added(before: str, after: str) -> list[str]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in lines if line.startswith("+") and not line.startswith("+++")]


PNPM = ("pnpm-lock.yaml", "install --lockfile-only", "install --frozen-lockfile --ignore-scripts")
BERRY = ("yarn.lock", "install --mode=update-lockfile", "install --immutable")
BUN = ("bun.lock", "install --lockfile-only", "install --frozen-lockfile --ignore-scripts")
NPM = "install --package-lock-only --ignore-scripts"

# manager: its lock, how to make it, how to install what is in it and nothing else
JAVASCRIPT = {
    "npm": ("package-lock.json", NPM, "ci --ignore-scripts"),
    "npm-v2": ("package-lock.json", f"{NPM} --lockfile-version 2", "ci --ignore-scripts"),
    "pnpm8": PNPM,
    "pnpm9": PNPM,
    "pnpm10": PNPM,
    "yarn": ("yarn.lock", "install --ignore-scripts", "install --frozen-lockfile --ignore-scripts"),
    "yarn3": BERRY,
    "yarn4": BERRY,
    "bun1.2": BUN,
    "bun1.4": BUN,
}


@pytest.fixture(scope="session")
def managers() -> Managers:
    return Managers()


@pytest.mark.parametrize("name", each(JAVASCRIPT))
def test_the_frozen_install_passes(name: str, managers: Managers, tmp_path: Path) -> None:
    lock, locking, frozen = JAVASCRIPT[name]
    try:
        manager = managers.javascript(name)
        place = tmp_path / "project"
        make_project(place)
        manager.prepare(place)
        manager.run(place, locking)
    except Unreachable as problem:
        pytest.skip(f"{name}: {problem}")
    before = (place / lock).read_text()
    remove_sentry(place, "package.json", "packages/member/package.json", lock)
    after = (place / lock).read_text()
    assert "sentry" in before
    assert "sentry" not in after
    assert "debug" in after
    # A block of yarn's that several ranges share says so in one line, which gets shorter.
    assert [line for line in added(before, after) if not (name.startswith("yarn") and line.endswith(":"))] == []
    manager.run(place, frozen)
    assert (place / lock).read_text() == after, "the manager had something to change"
    assert not list(place.glob("node_modules/@sentry*/*/package.json"))


PYPROJECT = """\
[project]
name = "project"
version = "1.0.0"
requires-python = ">=3.11"
dependencies = [
    "idna>=3.4",
    "sentry-sdk[flask]>=2.0",
    "urllib3>=2",
]

[project.optional-dependencies]
errors = ["sentry-sdk[django]>=2.0"]
http = ["certifi"]

[dependency-groups]
dev = [
    "iniconfig>=2",
    "sentry-sdk>=2.0",
]
"""


def test_uv_finds_its_lock_up_to_date(managers: Managers, tmp_path: Path) -> None:
    try:
        uv = managers.uv()
        write(tmp_path / "pyproject.toml", PYPROJECT)
        run([uv, "lock"], tmp_path)
    except Unreachable as problem:
        pytest.skip(f"uv: {problem}")
    before = (tmp_path / "uv.lock").read_text()
    remove_sentry(tmp_path, "pyproject.toml", "uv.lock")
    after = (tmp_path / "uv.lock").read_text()
    assert "sentry" in before
    assert "sentry" not in after
    assert "flask" not in after
    assert "urllib3" in after
    assert added(before, after) == []
    done = subprocess.run([uv, "lock", "--check"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
