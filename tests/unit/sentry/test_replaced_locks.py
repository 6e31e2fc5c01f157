"""Locks of manifests that gain PostHog's packages: a package manager has to resolve them, whatever the strategy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from unit.sentry.programs import Programs

from support.removal import task
from support.repositories import contents, make_repository

ENTRY = {"version": "1.0.0"}
WITH = {"@sentry/node": "^8.0.0", "express": "^4.0.0"}
LOCK = {
    "name": "shop",
    "lockfileVersion": 3,
    "packages": {
        "": {"name": "shop", "dependencies": WITH},
        "node_modules/@sentry/node": ENTRY,
        "node_modules/express": ENTRY,
    },
}
FILES: dict[str, str | bytes] = {
    "package.json": json.dumps({"name": "shop", "dependencies": WITH}, indent=2) + "\n",
    "package-lock.json": json.dumps(LOCK, indent=2) + "\n",
    "server.js": "const Sentry = require('@sentry/node');\nSentry.captureException(new Error('a'));\n",
}
RESOLVES = """\
import json
lock = pathlib.Path("package-lock.json")
if words.startswith("install"):
    data = json.loads(lock.read_text())
    data["packages"][""]["dependencies"] = json.loads(pathlib.Path("package.json").read_text())["dependencies"]
    data["packages"]["node_modules/posthog-node"] = {"version": "5.70.0"}
    lock.write_text(json.dumps(data, indent=2) + "\\n")
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "shop", FILES)


def replace(root: Path, **options: Any) -> dict[str, Any]:
    return task(root, replace_with_posthog=True, **options)


@pytest.mark.parametrize("strategy", ["prune", "package_manager"])
def test_the_manager_adds_what_pruning_cannot(root: Path, programs: Programs, strategy: str) -> None:
    programs.add("npm", RESOLVES)
    result = replace(root, lock_strategy=strategy)
    packages = json.loads((root / "package-lock.json").read_text())["packages"]
    assert set(packages) == {"", "node_modules/express", "node_modules/posthog-node"}, result
    assert packages[""]["dependencies"] == json.loads((root / "package.json").read_text())["dependencies"]
    assert replace(root, lock_strategy=strategy)["changed"] is False


def test_without_replacement_pruning_needs_no_manager(root: Path, programs: Programs) -> None:
    programs.add("npm", "note(words)\n")
    assert task(root)["changed"] is True
    assert programs.saw() == []


def test_a_manager_that_fails_leaves_everything(root: Path, programs: Programs) -> None:
    programs.add("npm", "sys.stderr.write('npm error no such version\\n')\nsys.exit(1)\n")
    before = contents(root)
    result = replace(root)
    assert result["failed"] is True
    assert "no such version" in result["msg"]
    assert contents(root) == before


def test_left_alone_the_lock_is_warned_of(root: Path, programs: Programs) -> None:
    programs.add("npm", "note(words)\n")
    result = replace(root, lock_strategy="leave")
    said = "The manifests ask for packages of PostHog that package-lock.json has not; run the package manager"
    assert str(result["warnings"]).count(said) == 1
    assert (root / "package-lock.json").read_bytes() == FILES["package-lock.json"].encode()  # type: ignore[union-attr]
    assert programs.saw() == []


def test_check_mode_runs_no_manager(root: Path, programs: Programs) -> None:
    programs.add("npm", "note(words)\n")
    before = contents(root)
    result = replace(root, _ansible_check_mode=True)
    assert result["changed"] is True
    assert str(result["warnings"]).count("package-lock.json is shown as pruned") == 1
    assert contents(root) == before
    assert programs.saw() == []
