"""What code that stays still needs: packages in manifests and locks, variables, scripts."""

from __future__ import annotations

import json
from pathlib import Path

from support.removal import CODE, remove
from support.repositories import contents, make_repository

BOUNDARY = 'import { ErrorBoundary } from "@sentry/react";\nexport const A = () => <ErrorBoundary>a</ErrorBoundary>;\n'
DEPENDING = '{"dependencies": {"@sentry/node": "1", "@sentry/react": "1"}}'


def test_a_package_that_code_still_imports_stays_in_manifest_and_lock(tmp_path: Path) -> None:
    lock = {
        "lockfileVersion": 3,
        "packages": {
            "": json.loads(DEPENDING),
            "node_modules/@sentry/core": {"version": "1.0.0"},
            "node_modules/@sentry/node": {"version": "1.0.0", "dependencies": {"@sentry/core": "1"}},
            "node_modules/@sentry/react": {"version": "1.0.0", "dependencies": {"@sentry/core": "1"}},
        },
    }
    root = make_repository(
        tmp_path / "r",
        {
            "package.json": DEPENDING,
            "package-lock.json": json.dumps(lock, indent=2),
            "src/a.tsx": BOUNDARY,
            "b.ts": CODE,
        },
    )
    removal = remove(root)
    assert json.loads((root / "package.json").read_text()) == {"dependencies": {"@sentry/react": "1"}}
    packages = json.loads((root / "package-lock.json").read_text())["packages"]
    assert list(packages) == ["", "node_modules/@sentry/core", "node_modules/@sentry/react"]
    assert packages[""] == {"dependencies": {"@sentry/react": "1"}}
    reasons = {one.reason for one in removal.residue if one.path == "package.json"}
    assert reasons == {"src/a.tsx:1 still imports it"}


def test_only_the_manifest_nearest_to_the_code_keeps_a_package(tmp_path: Path) -> None:
    files = {"apps/a/src/a.tsx": BOUNDARY, "apps/a/a.test.ts": CODE, "apps/b/b.ts": CODE, "apps/b/b.test.ts": CODE}
    manifests = dict.fromkeys(("package.json", "apps/a/package.json", "apps/b/package.json"), DEPENDING)
    root = make_repository(tmp_path / "r", {**files, **manifests})
    remove(root)
    left = {path: json.loads((root / path).read_text()) for path in manifests}
    assert left == {
        "package.json": {},
        "apps/a/package.json": {"dependencies": {"@sentry/react": "1"}},
        "apps/b/package.json": {},
    }


def test_a_package_that_only_a_manifest_above_lists_stays_there(tmp_path: Path) -> None:
    root = make_repository(
        tmp_path / "r", {"apps/a/a.tsx": BOUNDARY, "apps/a/package.json": "{}", "package.json": DEPENDING}
    )
    remove(root)
    assert json.loads((root / "package.json").read_text()) == {"dependencies": {"@sentry/react": "1"}}


def test_an_import_in_a_comment_keeps_nothing(tmp_path: Path) -> None:
    root = make_repository(
        tmp_path / "r", {"a.ts": '// import * as Sentry from "@sentry/node";\nrun();\n', "package.json": DEPENDING}
    )
    remove(root)
    assert (root / "package.json").read_text() == "{}"


def test_a_requirement_that_code_still_imports_stays(tmp_path: Path) -> None:
    transport = "from sentry_sdk.transport import Transport\n\n\nclass A(Transport):\n    pass\n\n\nrun(A)\n"
    files = {"api/a.py": transport, "jobs/b.py": "import sentry_sdk\nsentry_sdk.init()\nrun()\n"}
    requirements = "a==1\nsentry-sdk==2\n"
    root = make_repository(
        tmp_path / "r", {**files, "api/requirements/base.txt": requirements, "jobs/requirements.txt": requirements}
    )
    removal = remove(root)
    assert (root / "api/requirements/base.txt").read_text() == requirements
    assert (root / "jobs/requirements.txt").read_text() == "a==1\n"
    assert "api/a.py:1 still imports it" in {one.reason for one in removal.residue}


def test_a_path_of_the_sdk_in_a_setting_needs_it(tmp_path: Path) -> None:
    text = 'LOGGING = {"handlers": {"a": {"class": "sentry_sdk.integrations.logging.EventHandler"}}}\n'
    root = make_repository(tmp_path / "r", {"settings.py": text, "requirements.txt": "sentry-sdk==2\n"})
    remove(root)
    assert (root / "requirements.txt").read_text() == "sentry-sdk==2\n"


def test_a_variable_that_code_still_reads_stays(tmp_path: Path) -> None:
    files = {
        "a.ts": "export const on = Boolean(process.env.SENTRY_DSN);\n",
        ".env": "SENTRY_DSN=a\nSENTRY_ORG=b\nC=d\n",
    }
    root = make_repository(tmp_path / "r", dict(files))
    remove(root)
    assert contents(root) == {"a.ts": files["a.ts"].encode(), ".env": b"SENTRY_DSN=a\nC=d\n"}


def test_a_script_that_somebody_runs_stays_and_does_nothing(tmp_path: Path) -> None:
    files = {
        "package.json": '{"scripts": {"build": "tsc", "maps": "sentry-cli sourcemaps upload dist"}}\n',
        ".github/workflows/ci.yml": "jobs:\n  a:\n    steps:\n      - run: npm run build\n      - run: npm run maps\n",
        "Makefile": "all:\n\tnpm run maps\n",
    }
    root = make_repository(tmp_path / "r", files)
    removal = remove(root)
    assert (root / "package.json").read_text() == '{"scripts": {"build": "tsc", "maps": "exit 0"}}\n'
    assert (root / ".github/workflows/ci.yml").read_text() == "jobs:\n  a:\n    steps:\n      - run: npm run build\n"
    assert [(one.path, one.line, one.reason[:27]) for one in removal.residue] == [
        ("package.json", 1, "Makefile:2 runs this script")
    ]
    assert remove(root).files() == []
