"""lock_strategy: package_manager with the managers as their makers publish them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from integration.package_managers import PYTHON_PACKAGES, Managers, Unreachable, each, run
from integration.test_sentry_locks import JAVASCRIPT, PYPROJECT, make_project, write

from ansible_collections.rollout.posthog.plugins.module_utils.sentry.edit import FileEdits
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.lines import line_edits
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.relock import relock
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.repository import Repository
from support.removal import task
from support.repositories import commit, contents, git

UNRELATED = '{"name": "elsewhere", "lockfileVersion": 3, "packages": {"": {"name": "elsewhere"}}}'


@pytest.fixture(scope="session")
def managers() -> Managers:
    return Managers()


def remove(root: Path) -> dict[str, Any]:
    return task(root, lock_strategy="package_manager", code=False)


def add(root: Path, path: str, before: str, after: str) -> None:
    """What a replacement does: a manifest gets one more package, and the locks follow."""
    repository = Repository(str(root))
    text = repository.read(path)
    assert before.encode() in text
    edited = FileEdits(path, text, line_edits(text, text.replace(before.encode(), after.encode(), 1)))
    for file in [edited, *relock(repository, {path: edited}, [path]).values()]:
        (root / file.path).write_bytes(file.result())


def refuse(root: Path, path: str, before: str, after: str) -> None:
    """A manifest that nothing can satisfy: the task fails, and nothing has changed."""
    text = (root / path).read_text()
    assert before in text
    (root / path).write_text(text.replace(before, after, 1))
    commit(root)
    as_it_was = contents(root)
    result = remove(root)
    assert result["failed"] is True
    assert contents(root) == as_it_was
    assert re.search(r"failed with status \d+ and said: .*; make it work there, or set lock_strategy", result["msg"])


def make_javascript(name: str, managers: Managers, root: Path) -> None:
    make_project(root)
    manager = managers.javascript(name)
    manager.prepare(root)
    manager.run(root, JAVASCRIPT[name][1])
    write(root / "elsewhere/package.json", '{"name": "elsewhere"}')
    write(root / "elsewhere/package-lock.json", UNRELATED)
    write(root / ".gitignore", "node_modules\n.yarn\n.pnp.*\n")
    git(root, "init", "-q", ".")
    commit(root)


@pytest.mark.parametrize("name", each(JAVASCRIPT))
def test_javascript(name: str, managers: Managers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock, _locking, frozen = JAVASCRIPT[name]
    root = tmp_path / "project"
    try:
        make_javascript(name, managers, root)
        monkeypatch.setenv("PATH", managers.on_path(name, tmp_path / "bin"))
    except Unreachable as problem:
        pytest.skip(f"{name}: {problem}")
    manager = managers.javascript(name)
    ignored = set(git(root, "status", "--porcelain", "--ignored").split("\n"))
    result = remove(root)
    assert {one["path"] for one in result["files"]} == {"package.json", "packages/member/package.json", lock}, result
    text = (root / lock).read_text()
    assert "sentry" not in text
    assert (root / "elsewhere/package-lock.json").read_text() == UNRELATED
    status = git(root, "status", "--porcelain", "--ignored").split("\n")
    assert {line for line in status if line.startswith("!!")} <= ignored, "something was left in the tree"
    manager.run(root, frozen)
    assert (root / lock).read_text() == text, "the manager had something to change"
    assert remove(root)["changed"] is False

    add(root, "packages/member/package.json", '"semver":', '"wrappy": "^1.0.2",\n    "semver":')
    text = (root / lock).read_text()
    assert "wrappy" in text
    manager.run(root, frozen)
    assert (root / lock).read_text() == text


@pytest.mark.parametrize("name", each(["pnpm8", "pnpm9", "pnpm10"]))
def test_a_stranger_in_a_workspace(
    name: str, managers: Managers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Left to itself, pnpm would look after the workspace above, and find everything in order."""
    root = tmp_path / "project"
    try:
        make_javascript(name, managers, root)
        write(root / "examples/one/package.json", {"name": "one", "dependencies": {"ms": "2.0.0"}})
        managers.javascript(name).run(root / "examples/one", "install --lockfile-only --ignore-workspace")
        monkeypatch.setenv("PATH", managers.on_path(name, tmp_path / "bin"))
    except Unreachable as problem:
        pytest.skip(f"{name}: {problem}")
    commit(root)
    shared = (root / "pnpm-lock.yaml").read_bytes()
    add(root, "examples/one/package.json", '"ms":', '"wrappy": "^1.0.2",\n    "ms":')
    assert "wrappy" in (root / "examples/one/pnpm-lock.yaml").read_text()
    assert (root / "pnpm-lock.yaml").read_bytes() == shared


@pytest.mark.parametrize("name", each(name for name in JAVASCRIPT if name != "npm-v2"))
def test_javascript_that_cannot_be_resolved(
    name: str, managers: Managers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "project"
    try:
        make_javascript(name, managers, root)
        monkeypatch.setenv("PATH", managers.on_path(name, tmp_path / "bin"))
    except Unreachable as problem:
        pytest.skip(f"{name}: {problem}")
    refuse(root, "package.json", '"ms": "2.0.0"', '"ms": "99.99.99"')


POETRY_1 = """\
[tool.poetry]
name = "project"
version = "1.0.0"
description = ""
authors = []

[tool.poetry.dependencies]
python = "^3.11"
idna = ">=3.4"
sentry-sdk = ">=2.0"
urllib3 = ">=2"
"""
SOURCE = """
[[tool.poetry.source]]
name = "index"
url = "{index}"
priority = "primary"
"""
PIPFILE = """\
[[source]]
url = "{index}"
verify_ssl = true
name = "index"

[packages]
idna = ">=3.4"
sentry-sdk = ">=2.0"
"""
REQUIREMENTS = "idna>=3.4\nsentry-sdk>=2.0\n"

# manager: the manifest, its text, the lock, how to make it, how to check it
PYTHON = {
    "uv": ("pyproject.toml", PYPROJECT, "uv.lock", "uv lock", "uv lock --check"),
    "poetry1": ("pyproject.toml", POETRY_1 + SOURCE, "poetry.lock", "poetry lock", "poetry check --lock"),
    "poetry2": (
        "pyproject.toml",
        PYPROJECT + "\n[tool.poetry]\npackage-mode = false\n" + SOURCE,
        "poetry.lock",
        "poetry lock",
        "poetry check --lock",
    ),
    "pipenv": ("Pipfile", PIPFILE, "Pipfile.lock", "pipenv lock", "pipenv verify"),
    "pip-tools": ("requirements.in", REQUIREMENTS, "requirements.txt", "pip-compile -q --no-emit-options", None),
    "uv pip": (
        "requirements.in",
        REQUIREMENTS,
        "requirements.txt",
        "uv pip compile requirements.in -o requirements.txt",
        None,
    ),
}
LINES = {
    "Pipfile": ('idna = ">=3.4"', 'idna = ">=3.4"\niniconfig = ">=2"'),
    "requirements.in": ("idna>=3.4", "idna>=3.4\niniconfig>=2"),
}
IN_PYPROJECT = {
    "poetry1": ('idna = ">=3.4"', 'idna = ">=3.4"\niniconfig = ">=2"'),
    "poetry2": ('    "idna>=3.4",', '    "idna>=3.4",\n    "iniconfig>=2",'),
    "uv": ('    "idna>=3.4",', '    "idna>=3.4",\n    "iniconfig>=2",'),
}


@pytest.fixture(scope="session")
def index(managers: Managers, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The index that uv asks: some managers want it written down."""
    place = tmp_path_factory.mktemp("index")
    write(place / "pyproject.toml", PYPROJECT)
    try:
        run([managers.uv(), "lock"], place)
    except Unreachable as problem:
        pytest.skip(str(problem))
    found = re.search(r'registry = "([^"]+)"', (place / "uv.lock").read_text())
    assert found is not None
    return found.group(1)


@pytest.fixture
def python_project(
    request: pytest.FixtureRequest,
    managers: Managers,
    index: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> tuple[str, Path]:
    name = request.param
    manifest, text, _lock, locking, _check = PYTHON[name]
    root = tmp_path / "project"
    program = name if name in PYTHON_PACKAGES else "uv"
    monkeypatch.setenv("PIPENV_VENV_IN_PROJECT", "1")
    monkeypatch.setenv("POETRY_VIRTUALENVS_IN_PROJECT", "true")
    try:
        monkeypatch.setenv("PATH", managers.on_path(program, tmp_path / "bin"))
        write(root / manifest, text.replace("{index}", index))
        run(locking.split(), root)
    except Unreachable as problem:
        pytest.skip(f"{name}: {problem}")
    write(root / "elsewhere/package.json", '{"name": "elsewhere"}')
    write(root / "elsewhere/package-lock.json", UNRELATED)
    write(root / ".gitignore", ".venv\n")
    git(root, "init", "-q", ".")
    commit(root)
    return name, root


@pytest.mark.parametrize("python_project", each(PYTHON), indirect=True)
def test_python(python_project: tuple[str, Path]) -> None:
    name, root = python_project
    manifest, _text, lock, _locking, check = PYTHON[name]
    before = (root / lock).read_text()
    result = remove(root)
    assert {one["path"] for one in result["files"]} == {manifest, lock}, result
    text = (root / lock).read_text()
    assert "sentry" in before
    assert "sentry" not in text
    assert "idna" in text
    assert (root / "elsewhere/package-lock.json").read_text() == UNRELATED
    if check:
        run(check.split(), root)
    assert (root / lock).read_text() == text
    assert remove(root)["changed"] is False

    add(root, manifest, *(LINES.get(manifest) or IN_PYPROJECT[name]))
    assert "iniconfig" in (root / lock).read_text()
    if check:
        run(check.split(), root)


@pytest.mark.parametrize("python_project", each(PYTHON), indirect=True)
def test_python_that_cannot_be_resolved(python_project: tuple[str, Path]) -> None:
    name, root = python_project
    manifest = PYTHON[name][0]
    old = 'idna = ">=3.4"' if name in ("poetry1", "pipenv") else "idna>=3.4"
    refuse(root, manifest, old, old.replace("3.4", "99.4"))
