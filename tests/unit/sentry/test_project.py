"""Several files together: what one loses, and what others still use of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.removal import CODE, remove
from support.repositories import contents, make_repository


def test_a_module_that_something_else_starts_stays_as_an_empty_file(tmp_path: Path) -> None:
    root = make_repository(
        tmp_path / "r",
        {
            "src/instrument.ts": 'import * as Sentry from "@sentry/node";\n\nSentry.init();\n',
            "src/main.ts": 'import "./instrument";\nrun();\n',
            "Procfile": "web: node --import ./dist/instrument.js dist/main.js\n",
        },
    )
    remove(root)
    assert (root / "src/instrument.ts").read_text() == ""


def test_a_module_whose_functions_are_values_elsewhere_stays(tmp_path: Path) -> None:
    root = make_repository(
        tmp_path / "r",
        {
            "src/report.ts": (
                'import * as Sentry from "@sentry/node";\n'
                "export function report(e) {\n  Sentry.captureException(e);\n}\n"
            ),
            "src/a.ts": 'import { report } from "./report";\nreport(1);\nrun();\n',
            "src/b.ts": 'import { report } from "./report";\nprocess.on("error", report);\n',
        },
    )
    remove(root)
    assert (root / "src/report.ts").read_text() == "export function report(e) {\n}\n"
    assert (root / "src/a.ts").read_text() == "run();\n"
    assert "report" in (root / "src/b.ts").read_text()


REPORT = (
    'import * as Sentry from "@sentry/node";\n'
    "/** Tells of an error. */\n"
    "export function report(error: Error): string {\n  return Sentry.captureException(error);\n}\n\n"
    "export const format = (error: Error) => error.message;\n"
)


def test_who_calls_what_only_hands_on_to_sentry_calls_sentry(tmp_path: Path) -> None:
    files = {"errors.ts": REPORT, "a.ts": 'import { report } from "./errors";\nreport(e);\nrun();\n'}
    root = make_repository(tmp_path / "r", files)
    remove(root)
    assert contents(root) == {
        "errors.ts": b"export const format = (error: Error) => error.message;\n",
        "a.ts": b"run();\n",
    }


def test_what_somebody_needs_of_such_a_function_stays(tmp_path: Path) -> None:
    files = {"errors.ts": REPORT, "a.ts": 'import { report } from "./errors";\nexport const id = show(report(e));\n'}
    root = make_repository(tmp_path / "r", dict(files))
    remove(root)
    assert contents(root) == {path: text.encode() for path, text in files.items()}


PASSED_ON = {
    "namespace": (
        "import * as Sentry from '@sentry/node';\nSentry.init();\nexport { Sentry };\n",
        "import { Sentry } from './m';\nSentry.setTag(1);\n",
    ),
    "default": (
        "import * as Sentry from '@sentry/node';\nexport default Sentry;\n",
        "import S from './m';\nS.setTag(1);\n",
    ),
    "name": ("export { setTag as tag } from '@sentry/node';\n", "import { tag } from './m';\ntag(1);\n"),
    "everything": ("export * from '@sentry/node';\n", "import { setTag } from './m';\nsetTag(1);\n"),
    "everything as a name": (
        "export * as Sentry from '@sentry/node';\n",
        "import { Sentry } from './m';\nSentry.setTag(1);\n",
    ),
    "member": (
        "import * as S from '@sentry/node';\nexport const { logger } = S;\n",
        "import { logger } from './m';\nlogger.info(1);\n",
    ),
    "module.exports": (
        "const Sentry = require('@sentry/node');\nSentry.init();\nmodule.exports = Sentry;\n",
        "const S = require('./m');\nS.setTag(1);\n",
    ),
    "exports": (
        "const Sentry = require('@sentry/node');\nexports.tag = Sentry.setTag;\n",
        "const { tag } = require('./m');\ntag(1);\n",
    ),
}


@pytest.mark.parametrize("name", PASSED_ON)
def test_what_is_passed_on_from_sentry_is_sentrys(tmp_path: Path, name: str) -> None:
    export, use = PASSED_ON[name]
    root = make_repository(tmp_path / "r", {"m.js": export, "a.js": use + "run();\n"})
    remove(root)
    assert contents(root) == {"a.js": b"run();\n"}


def test_a_module_of_sentrys_that_nobody_imports_any_more_goes(tmp_path: Path) -> None:
    files = {
        "sentry.server.config.ts": (
            'import * as Sentry from "@sentry/node";\nimport { options } from "./lib/monitoring";\n'
            "Sentry.init(options());\n"
        ),
        "lib/monitoring.ts": (
            'import type { NodeOptions } from "@sentry/node";\nimport { scrub } from "./sentry-scrub";\n'
            "export const options = (): NodeOptions => ({ beforeSend: scrub });\n"
        ),
        "lib/sentry-scrub.ts": "export const scrub = (event: object) => event;\n",
    }
    root = make_repository(tmp_path / "r", files)
    remove(root)
    assert contents(root) == {}


def test_what_a_framework_loads_by_the_name_of_its_file_stays(tmp_path: Path) -> None:
    """Nobody ever imported it, so something else takes its default export; without one the server does not start."""
    server = (
        'import * as Sentry from "@sentry/react-router";\nimport { ServerRouter } from "react-router";\n'
        "const handle = Sentry.createSentryHandleRequest({ ServerRouter });\nexport default handle;\n"
    )
    manifest = '{"dependencies": {"@sentry/react-router": "1"}}'
    root = make_repository(tmp_path / "r", {"app/entry.server.tsx": server, "package.json": manifest})
    removal = remove(root)
    assert contents(root) == {"app/entry.server.tsx": server.encode(), "package.json": manifest.encode()}
    assert ("app/entry.server.tsx", 3) in {(one.path, one.line) for one in removal.residue}


def test_a_module_that_a_test_still_imports_stays(tmp_path: Path) -> None:
    files = {
        "sentry.server.config.ts": (
            'import * as Sentry from "@sentry/node";\nimport { scrub } from "./lib/sentry-scrub";\n'
            "Sentry.init({ beforeSend: scrub });\n"
        ),
        "lib/sentry-scrub.ts": "export const scrub = (event: object) => event;\n",
        "lib/sentry-scrub.test.ts": 'import { scrub } from "./sentry-scrub";\nexpect(scrub({})).toEqual({});\n',
    }
    root = make_repository(tmp_path / "r", files)
    remove(root)
    assert contents(root).keys() == {"lib/sentry-scrub.ts", "lib/sentry-scrub.test.ts"}


def test_packages_of_the_repository_are_followed_by_name(tmp_path: Path) -> None:
    files = {
        "package.json": '{"workspaces": ["packages/*"]}',
        "packages/errors/package.json": (
            '{"name": "@acme/errors", "exports": {".": "./dist/index.js", "./client": "./client.ts"}, '
            '"dependencies": {"@sentry/node": "1"}}'
        ),
        "packages/errors/src/index.ts": 'export { captureException } from "@sentry/node";\nexport const a = 1;\n',
        "packages/errors/client.ts": 'import { init } from "@sentry/node";\nexport const start = () => init();\n',
        "packages/web/package.json": '{"name": "web"}',
        "packages/web/a.ts": (
            'import { captureException } from "@acme/errors";\nimport { start } from "@acme/errors/client";\n'
            "start();\ncaptureException(e);\nrun();\n"
        ),
    }
    root = make_repository(tmp_path / "r", files)
    remove(root)
    left = contents(root)
    assert left["packages/web/a.ts"] == b"run();\n"
    assert left["packages/errors/src/index.ts"] == b"export const a = 1;\n"
    assert b"sentry" not in b"".join(left.values())


def test_an_index_is_followed_by_the_name_of_its_package(tmp_path: Path) -> None:
    files = {
        "packages/errors/package.json": '{"name": "@acme/errors"}',
        "packages/errors/src/index.ts": 'export { captureException } from "@sentry/node";\nexport const a = 1;\n',
        "web/a.ts": 'import { captureException } from "@acme/errors";\ncaptureException(e);\nrun();\n',
    }
    root = make_repository(tmp_path / "r", files)
    remove(root)
    assert (root / "web/a.ts").read_text() == "run();\n"
    assert (root / "packages/errors/src/index.ts").read_text() == "export const a = 1;\n"


def test_a_word_in_quotes_is_not_a_module(tmp_path: Path) -> None:
    files = {
        "lib/client.ts": 'import * as Sentry from "@sentry/nextjs";\n\nSentry.init();\n',
        "a.tsx": '"use client";\nimport "./lib/client";\nrun();\n',
    }
    root = make_repository(tmp_path / "r", files)
    remove(root)
    assert contents(root) == {"a.tsx": b'"use client";\nrun();\n'}


def test_what_builds_the_native_part_keeps_its_package(tmp_path: Path) -> None:
    files = {
        "package.json": '{"dependencies": {"@sentry/react-native": "1"}}',
        "android/app/build.gradle": 'apply from: "../../node_modules/@sentry/react-native/sentry.gradle"\n',
        "App.tsx": CODE.replace("@sentry/node", "@sentry/react-native"),
    }
    root = make_repository(tmp_path / "r", dict(files))
    removal = remove(root)
    assert (root / "package.json").read_text() == files["package.json"]
    assert "android/app/build.gradle:1 still imports it" in {one.reason for one in removal.residue}


def test_an_alias_of_tsconfig_is_followed(tmp_path: Path) -> None:
    root = make_repository(
        tmp_path / "r",
        {
            "apps/web/tsconfig.json": '{"compilerOptions": {"paths": {"#lib/*": ["./source/*"]}}, /* c */}',
            "apps/web/source/errors.ts": (
                'import * as Sentry from "@sentry/node";\nexport const tell = (e) => Sentry.captureException(e);\n'
            ),
            "apps/web/source/deep/a.ts": 'import { tell } from "#lib/errors";\ntell(1);\nrun();\n',
        },
    )
    remove(root)
    assert contents(root).keys() == {"apps/web/tsconfig.json", "apps/web/source/deep/a.ts"}
    assert (root / "apps/web/source/deep/a.ts").read_text() == "run();\n"


def test_a_function_that_an_entry_point_names_stays(tmp_path: Path) -> None:
    files = {
        "shop/views.py": "import sentry_sdk\n\n\ndef odd(n):\n    sentry_sdk.capture_message(n)\n",
        "pyproject.toml": '[project.entry-points."shop.hooks"]\nodd = "shop.views:odd"\n',
    }
    root = make_repository(tmp_path / "r", files)
    remove(root)
    assert (root / "shop/views.py").read_text() == "def odd(n):\n    pass\n"
