"""Whole runs: all or nothing, what is refused, what is left alone, and that no secret is shown."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

import pytest

from ansible_collections.rollout.posthog.plugins.module_utils.errors import RolloutError
from ansible_collections.rollout.posthog.plugins.module_utils.sentry import removal as removal_module
from ansible_collections.rollout.posthog.plugins.module_utils.sentry import repository as repository_module
from ansible_collections.rollout.posthog.plugins.module_utils.sentry import tree, write
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.checks import CheckFailed, check
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.edit import Edit, FileEdits
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.git import Git
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.ground import Ground
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.landing import Landing
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.removal import Options, plan_removal
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.repository import Repository
from support.removal import CODE, remove
from support.repositories import contents, git, make_repository

TOKEN = "sntrys_eyJpYXQiOjE3MDAwMDAwMDB9_abcdefghijk"
KEY = "0123456789abcdef0123456789abcdef"


def require_apart(root: Path) -> None:
    Ground(Git(str(root)), Options(), Landing()).require_apart(plan_removal(str(root), Options()))


# -- what is left alone -----------------------------------------------------------------------------------------------


def test_without_sentry_there_is_nothing_to_do_and_nothing_to_say(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "r", {"a.ts": "run();\n", "package.json": "{}\n", "b.py": "x = (\n"})
    removal = remove(root)
    assert (removal.changed, removal.residue) == ([], [])


def test_folders_of_others_links_and_binaries_stay(tmp_path: Path) -> None:
    outside = tmp_path / "outside.ts"
    outside.write_text(CODE)
    root = make_repository(
        tmp_path / "r",
        {"node_modules/a/a.js": CODE, "dist/a.js": CODE, "a.min.js": CODE, "b.png": b"\0sentry", "c.ts": "run();\n"},
    )
    os.symlink(outside, root / "link.ts")
    os.symlink(root / "dist" / "a.js", root / "inner.js")
    before = contents(root)
    removal = remove(root)
    assert contents(root) == before
    assert outside.read_text() == CODE
    assert {(one.path, one.kind) for one in removal.residue} == {("dist/a.js", "vendored"), ("a.min.js", "vendored")}


def test_sentrys_own_files_go_also_where_they_do_not_say_its_name(tmp_path: Path) -> None:
    files = {
        ".sentryclirc": "[auth]\ntoken=x\n",
        "app/sentry.properties": "defaults.url=https://x\n",
        "a.txt": "mine\n",
    }
    root = make_repository(tmp_path / "r", files)
    remove(root)
    assert contents(root) == {"a.txt": b"mine\n"}


def test_what_is_excluded_is_neither_edited_nor_listed(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "r", {"old/a.ts": CODE, "apps/x/a.ts": CODE, "b.ts": CODE})
    removal = plan_removal(str(root), Options(exclude=("old", "apps/*/a.ts")))
    assert [one.path for one in removal.changed] == ["b.ts"]
    assert removal.residue == []


def test_what_excluded_code_needs_stays(tmp_path: Path) -> None:
    manifest = '{"dependencies": {"@sentry/node": "1"}}'
    files = {"package.json": manifest, "legacy/old.js": 'require("@sentry/node").captureException(1);\n'}
    root = make_repository(tmp_path / "r", files)
    removal = remove(root, exclude=("legacy",))
    assert (root / "package.json").read_text() == manifest
    assert [(one.path, one.kind) for one in removal.residue] == [("package.json", "manifest")]


def test_mode_line_endings_and_mark_stay(tmp_path: Path) -> None:
    text = b"\xef\xbb\xbf" + CODE.replace("\n", "\r\n").encode()
    root = make_repository(tmp_path / "r", {"a.ts": text, "b.py": "import sentry_sdk\nrun()"})
    (root / "a.ts").chmod(0o755)
    remove(root, code=True)
    assert (root / "a.ts").read_bytes() == b"\xef\xbb\xbfrun();\r\n"
    assert stat.S_IMODE((root / "a.ts").stat().st_mode) == 0o755
    assert (root / "b.py").read_bytes() == b"run()"


def test_names_with_blanks_and_letters_of_all_kinds(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "r", {"mit Leer zeichen/größe ✓.ts": CODE, "日本/a'b.py": "import sentry_sdk\n"})
    remove(root)
    assert (root / "mit Leer zeichen/größe ✓.ts").read_text() == "run();\n"


def test_without_code_only_what_code_does_not_need_is_edited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "TREE_SITTER_ERROR", "no such module")
    files = {
        "a.ts": 'import * as Sentry from "@sentry/node";\nSentry.init({ dsn: process.env.SENTRY_DSN });\n',
        "package.json": '{"dependencies": {"@sentry/cli": "1", "@sentry/node": "1", "a": "1"}}',
        ".env.example": "SENTRY_DSN=\nSENTRY_ORG=\n",
        ".sentryclirc": "[auth]\n",
    }
    root = make_repository(tmp_path / "r", dict(files))
    removal = remove(root, code=False)
    assert contents(root) == {
        "a.ts": files["a.ts"].encode(),
        "package.json": b'{"dependencies": {"@sentry/node": "1", "a": "1"}}',
        ".env.example": b"SENTRY_DSN=\n",
    }
    assert removal.still_imported() == ["a.ts"]


def test_locks_can_be_left(tmp_path: Path) -> None:
    lock = '# yarn lockfile v1\n\n\n"@sentry/node@1":\n  version "1.0.0"\n'
    root = make_repository(
        tmp_path / "r", {"yarn.lock": lock, "package.json": '{"dependencies": {"@sentry/node": "1"}}'}
    )
    removal = remove(root, locks=False)
    assert [one.path for one in removal.changed] == ["package.json"]
    assert [(one.path, one.kind) for one in removal.residue] == [("yarn.lock", "lock")]


# -- what is refused --------------------------------------------------------------------------------------------------


def test_no_such_path(tmp_path: Path) -> None:
    with pytest.raises(RolloutError, match="does not exist"):
        plan_removal(str(tmp_path / "nowhere"), Options())


def test_a_file_is_no_repository(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    with pytest.raises(RolloutError, match="is not a directory"):
        plan_removal(str(tmp_path / "a"), Options())


def test_not_under_version_control(tmp_path: Path) -> None:
    (tmp_path / "a.ts").write_text(CODE)
    with pytest.raises(RolloutError, match="not in a git repository"):
        require_apart(tmp_path)


def test_changes_that_are_not_committed(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "r", {"a.ts": CODE})
    require_apart(root)
    (root / "a.ts").write_text(CODE + "more();\n")
    with pytest.raises(RolloutError, match=r"not committed, among them a\.ts"):
        require_apart(root)


def test_a_missing_grammar_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "TREE_SITTER_ERROR", "no such module")
    root = make_repository(tmp_path / "r", {"a.ts": CODE})
    with pytest.raises(RolloutError, match=r"requirements-sentry\.txt"):
        plan_removal(str(root), Options())


def test_a_merge_that_is_not_finished_is_reported(tmp_path: Path) -> None:
    text = f"<<<<<<< HEAD\n{CODE}=======\nrun();\n>>>>>>> main\n"
    root = make_repository(tmp_path / "r", {"a.ts": text, "package.json": text})
    removal = remove(root)
    assert removal.changed == []
    assert {one.kind for one in removal.residue} == {"conflict"}


@pytest.mark.parametrize("path", ["package.json", "package-lock.json", "turbo.json"])
def test_what_is_not_json_is_reported(tmp_path: Path, path: str) -> None:
    root = make_repository(tmp_path / "r", {path: '{"dependencies": {"@sentry/node": \n'})
    removal = remove(root)
    assert removal.changed == []
    assert {one.path for one in removal.residue} == {path}


def test_a_file_without_a_right_to_read_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make_repository(tmp_path / "r", {"a.ts": CODE, "b.ts": CODE})
    real = open

    def refusing(name: str, *rest: str) -> object:
        if str(name).endswith("a.ts"):
            raise PermissionError(13, "Permission denied", name)
        return real(name, *rest)

    monkeypatch.setattr(repository_module, "open", refusing, raising=False)
    removal = plan_removal(str(root), Options())
    assert [one.path for one in removal.changed] == ["b.ts"]
    assert [(one.path, one.kind) for one in removal.residue] == [("a.ts", "unreadable")]


def test_what_a_bundler_made_is_reported_and_not_parsed(tmp_path: Path) -> None:
    bundle = "Sentry.init();" + "a();" * 6000
    root = make_repository(tmp_path / "r", {"static/chunks/1a2b.js": bundle})
    removal = remove(root)
    assert removal.files() == []
    assert [(one.path, one.kind) for one in removal.residue] == [("static/chunks/1a2b.js", "vendored")]


def test_a_huge_file_is_reported(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "r", {"a.js": b"run();\n" * 7_500_000 + CODE.encode()})
    removal = remove(root)
    assert removal.changed == []
    assert [(one.line, one.kind) for one in removal.residue] == [(7_500_001, "large"), (7_500_002, "large")]


def test_code_that_does_not_parse_is_reported(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "r", {"a.ts": "const = ;\n" + CODE})
    removal = remove(root)
    assert removal.changed == []
    assert "cannot read" in removal.residue[0].reason


# -- all or nothing ---------------------------------------------------------------------------------------------------


BROKEN = {
    "no parse": ("f(a);\n", Edit(3, 4), "would not parse"),
    "name without declaration": ("const a = 1;\nf(a);\n", Edit(0, 13), r"a\.ts:1: the name a would be used"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_result_is_not_written(tmp_path: Path, name: str) -> None:
    text, edit, problem = BROKEN[name]
    root = make_repository(tmp_path / "r", {"a.ts": text})
    with pytest.raises(CheckFailed, match=problem):
        check(Repository(str(root)), {"a.ts": FileEdits("a.ts", text.encode(), [edit])}, set(), code=True)


def test_an_import_of_what_goes_is_not_written(tmp_path: Path) -> None:
    root = make_repository(
        tmp_path / "r", {"a.ts": 'import "./b";\n', "b.ts": "x();\n", "c.py": "from . import d\nimport d\n", "d.py": ""}
    )
    with pytest.raises(CheckFailed, match=r"a\.ts:1: imports b\.ts"):
        check(Repository(str(root)), {}, {"b.ts"}, code=True)
    with pytest.raises(CheckFailed, match=r"c\.py:1: imports d\.py"):
        check(Repository(str(root)), {}, {"d.py"}, code=True)


def test_a_name_that_others_import_is_not_cut(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "r", {"a.py": "from b import f\n", "b.py": "def f():\n    pass\n"})
    with pytest.raises(CheckFailed, match=r"a\.py:1: imports f from b\.py"):
        check(
            Repository(str(root)), {"b.py": FileEdits("b.py", b"def f():\n    pass\n", [Edit(0, 18)])}, set(), code=True
        )


def test_when_one_file_cannot_be_written_none_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make_repository(
        tmp_path / "r", {"a.ts": CODE, "b.ts": CODE, "sentry.server.config.ts": CODE.replace("run();\n", "")}
    )
    removal = plan_removal(str(root), Options())
    assert len(removal.changed) == 3
    before = contents(root)
    real = os.replace

    def failing(source: str, target: str) -> None:
        if target.endswith("b.ts") and ".sentry-removal-" in source:
            monkeypatch.setattr(write.os, "replace", real)
            raise OSError(28, "No space left on device", target)
        real(source, target)

    monkeypatch.setattr(write.os, "replace", failing)
    with pytest.raises(write.WriteFailed, match="No space left"):
        removal.write()
    assert contents(root) == before


def test_what_somebody_else_changes_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "r", {"a.ts": CODE})
    removal = plan_removal(str(root), Options())
    (root / "a.ts").write_text("mine\n")
    with pytest.raises(write.WriteFailed, match="somebody else"):
        removal.write()
    assert contents(root) == {"a.ts": b"mine\n"}


# -- secrets and the diff ---------------------------------------------------------------------------------------------


def test_no_secret_is_in_the_diff_or_the_report(tmp_path: Path) -> None:
    root = make_repository(
        tmp_path / "r",
        {
            ".env.production": f"A=very-private\nSENTRY_AUTH_TOKEN={TOKEN}\nSENTRY_DSN=https://{KEY}@sentry.io/2\n",
            "a.ts": CODE.replace("init()", f'init({{ dsn: "https://{KEY}@sentry.io/1" }})'),
            "b.py": f'import sentry_sdk\nsentry_sdk.init(dsn="{KEY}")\npassword = "correct horse"\n',
            ".sentryclirc": f"[auth]\ntoken={TOKEN}\n",
            "docs.md": f"dsn: https://{KEY}@sentry.io/1\n",
        },
    )
    removal = plan_removal(str(root), Options())
    shown = removal.diff() + repr(removal.residue) + repr(removal.files()) + repr(removal.summary())
    for secret in (TOKEN, KEY, "very-private"):
        assert secret not in shown
    assert "SENTRY_AUTH_TOKEN=********" in shown


def test_the_diff_is_one_that_git_applies(tmp_path: Path) -> None:
    files = {"a.ts": CODE, "b.py": "import sentry_sdk\nrun()", "sentry.edge.config.ts": CODE.replace("run();\n", "")}
    root = make_repository(tmp_path / "r", files)
    removal = plan_removal(str(root), Options())
    (tmp_path / "patch").write_text(removal.diff())
    git(root, "apply", str(tmp_path / "patch"))
    by_patch = contents(root)
    git(root, "checkout", "-q", ".")
    remove(root)
    assert contents(root) == by_patch


def test_ignored_files_of_sentrys_go_too(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "r", {".gitignore": ".env*\nbuild/\n"})
    (root / ".env.sentry-build-plugin").write_text(f"SENTRY_AUTH_TOKEN={TOKEN}\n")
    (root / "build").mkdir()
    (root / "build" / "a.ts").write_text(CODE)
    remove(root)
    assert contents(root).keys() == {".gitignore", "build/a.ts"}


def test_every_kind_of_residue_has_a_reason_and_advice(tmp_path: Path) -> None:
    files = {
        "CHANGELOG.md": "Sentry\n", "LICENSE": "Sentry\n", "README.md": "Sentry\n", "main.tf": 'name = "sentry"\n',
        "nginx.conf": "add_header Content-Security-Policy sentry.io;\n", "locales/de.json": '{"a": "Sentry"}\n',
        "eslint.config.mjs": 'export default [{ rules: { "no-restricted-imports": ["@sentry/node"] } }];\n',
        "index.html": "<script src='https://js.sentry-cdn.com/x.js'></script>\n", ".gitlab-ci.yml": "a: sentry\n",
        "src/sponsors.ts": 'export const a = "Sentry";\n', "src/comment.ts": "// like Sentry does\nrun();\n",
    }  # fmt: skip
    removal = remove(make_repository(tmp_path / "r", dict(files)))
    kinds = {one.path: one.kind for one in removal.residue}
    assert kinds == {
        "CHANGELOG.md": "changelog", "LICENSE": "licence", "README.md": "docs", "main.tf": "infrastructure",
        "nginx.conf": "csp", "locales/de.json": "locale", "eslint.config.mjs": "lint", "index.html": "csp",
        ".gitlab-ci.yml": "ci", "src/sponsors.ts": "code", "src/comment.ts": "comment",
    }  # fmt: skip
    assert all(one.reason and one.advice for one in removal.residue)
    assert re.search(r"deleted.*left", repr(removal.summary()))
    assert removal_module.LOCK.search("a/pnpm-lock.yaml")


@pytest.mark.parametrize("kept", [0, 12, 1 << 20])
def test_words_are_found_whether_a_file_is_still_in_memory_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    monkeypatch.setattr(repository_module, "KEPT_SIZE", kept)
    texts = {f"{name}.ts": f"{name}();\n" for name in ("start", "other", "stop")}
    repository = Repository(str(make_repository(tmp_path / "r", {**texts, "a.ts": CODE})))
    assert repository.mentioning() == ["a.ts"]
    assert repository.with_word(b"st") == ["start.ts", "stop.ts"]
    assert repository.with_word(b"run") == ["a.ts"]
