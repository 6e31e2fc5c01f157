"""Locks that the managers themselves made, and what they made of them when Sentry was gone: fixtures/locks."""

from __future__ import annotations

import json
import posixpath
import re
import tomllib
from pathlib import Path

import pytest
import yaml
from unit.sentry import cases

from ansible_collections.rollout.posthog.plugins.module_utils.sentry import jsonc, lock_pnpm
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.editors import editor_of
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.needed import Needed, is_manifest
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.repository import Repository

CASES = cases.names("locks")
LOCKS = {
    "package-lock.json": lambda text: json.loads(text)["packages"],
    "pnpm-lock.yaml": yaml.safe_load,
    "yarn.lock": lambda text: [line for line in text.splitlines() if line[:1] not in (b"", b" ", b"#")],
    "bun.lock": lambda text: jsonc.parse(text).plain()["packages"],
    "uv.lock": lambda text: tomllib.loads(text.decode())["package"],
    "poetry.lock": lambda text: tomllib.loads(text.decode())["package"],
    "Pipfile.lock": json.loads,
}


@pytest.mark.parametrize("case", CASES)
def test_the_result_is_the_managers_own(case: str, tmp_path: Path) -> None:
    place = cases.copy_of("locks", case, tmp_path)
    assert cases.written(place, cases.edited(place)) == cases.expected("locks", case)


@pytest.mark.parametrize("case", CASES)
def test_a_second_run_changes_nothing(case: str, tmp_path: Path) -> None:
    place = cases.copy_of("locks", case, tmp_path)
    cases.written(place, cases.edited(place))
    again = cases.edited(place)
    assert [path for path, file in again.items() if file.changed] == []


@pytest.mark.parametrize("case", CASES)
def test_the_lock_still_parses(case: str, tmp_path: Path) -> None:
    place = cases.copy_of("locks", case, tmp_path)
    for path, text in cases.written(place, cases.edited(place)).items():
        if Path(path).name in LOCKS:
            assert LOCKS[Path(path).name](text)
            assert b"sentry" not in text


@pytest.mark.parametrize("case", CASES)
def test_line_breaks_stay_what_they_are(case: str, tmp_path: Path) -> None:
    place = cases.copy_of("locks", case, tmp_path)
    for path, text in cases.files(place).items():
        cases.write(place / path, text.replace(b"\n", b"\r\n"))
    found = cases.written(place, cases.edited(place))
    assert found == {path: text.replace(b"\n", b"\r\n") for path, text in cases.expected("locks", case).items()}


@pytest.mark.parametrize(
    ("path", "old", "new", "why"),
    [
        ("npm-v3/package-lock.json", b'"lockfileVersion": 3', b'"lockfileVersion": 9', "only 2 and 3 are known"),
        ("npm-v3/package-lock.json", b"{", b"[", "not valid JSON"),
        ("npm-v3/package-lock.json", b'"node_modules/ms"', b'"node_modules/xx"', "does not say where"),
        ("pnpm-v9/pnpm-lock.yaml", b"'9.0'", b"'5.4'", "only 6 and 9 are known"),
        ("pnpm-v9/pnpm-lock.yaml", b"settings:", b"<<<<<<< ours\nsettings:", "merge conflicts"),
        ("pnpm-v9/pnpm-lock.yaml", b"\n  ms@2.1.3: {}", b"", "does not say where"),
        ("pnpm-v6/pnpm-lock.yaml", b"settings:", b"settings: {", "not one valid YAML document"),
        ("yarn-classic/yarn.lock", b"# yarn lockfile v1", b"# yarn lockfile v7", "yarn lockfile v1"),
        ("yarn-classic/yarn.lock", b"ms@2.0.0, ms", b"xx@2.0.0, xx", ""),
        ("yarn-berry-v10/yarn.lock", b"version: 10", b"version: 99", "not known"),
        ("yarn-berry-v10/yarn.lock", b'"ms@npm:2.0.0"', b'"xx@npm:2.0.0"', "does not say where"),
        ("bun-v2/bun.lock", b'"lockfileVersion": 2', b'"lockfileVersion": 77', "are known"),
        ("uv/uv.lock", b"version = 1", b"version = 2", "only 1 is known"),
        ("uv/uv.lock", b"[[package]]", b"[[package]", "not valid TOML"),
        ("poetry/poetry.lock", b'lock-version = "2.1"', b'lock-version = "3.0"', "are known"),
        ("poetry/poetry.lock", b'content-hash = "', b'content-hash = "0', "content-hash"),
        ("pipenv/Pipfile.lock", b'"sha256": "', b'"sha256": "0', "hash that is not"),
    ],
)
def test_a_lock_that_is_not_understood_stays(path: str, old: bytes, new: bytes, why: str, tmp_path: Path) -> None:
    case, _, name = path.partition("/")
    place = cases.copy_of("locks", case, tmp_path)
    changed = (place / name).read_bytes().replace(old, new, 1)
    cases.write(place / name, changed)
    file = cases.edited(place)[name]
    if not why:
        assert (place / name).read_bytes() == file.original
        return
    assert not file.changed
    assert [note.kind for note in file.residue] == ["lock"]
    assert why in file.residue[0].reason


def test_a_manifest_that_is_excluded_keeps_its_lock(tmp_path: Path) -> None:
    place = cases.copy_of("locks", "npm-v3", tmp_path)
    file = lock_of(place, "package-lock.json", exclude=["packages/member"])
    assert not file.changed
    assert "packages/member/package.json" in file.residue[0].reason


def lock_of(place: Path, name: str, exclude: list[str]) -> cases.FileEdits:
    editor = cases.editor_of(name)
    assert editor is not None
    return editor(Repository(str(place), exclude), name)


def test_thirty_thousand_lines_of_pnpm(tmp_path: Path) -> None:
    """How long it takes is for `make bench` to say."""
    chain = [f"  p{n}@1.0.0:\n    dependencies:\n      p{n + 1}: 1.0.0\n      q{n}: 1.0.0\n\n" for n in range(6000)]
    ends = [f"  q{n}@1.0.0: {{}}\n\n" for n in range(6000)]
    root = "  .:\n    dependencies:\n      '@sentry/node':\n        specifier: ^8\n        version: 8.0.0\n"
    root += "      p3000:\n        specifier: ^1\n        version: 1.0.0\n"
    sentry = "  '@sentry/node@8.0.0':\n    dependencies:\n      p0: 1.0.0\n\n"
    text = f"lockfileVersion: '9.0'\n\nimporters:\n\n{root}\nsnapshots:\n\n{sentry}{''.join(chain)}{''.join(ends)}"
    cases.write(tmp_path / "pnpm-lock.yaml", text + "  p6000@1.0.0: {}\n")
    cases.write(tmp_path / "package.json", "{}")
    assert text.count("\n") > 30_000
    result = lock_pnpm.edit(Repository(str(tmp_path)), "pnpm-lock.yaml").result()
    assert b"p3000@1.0.0" in result
    assert b"p2999@1.0.0" not in result


@pytest.mark.parametrize("case", CASES)
def test_where_code_needs_all_of_it_nothing_changes(case: str, tmp_path: Path) -> None:
    repository = Repository(str(cases.copy_of("locks", case, tmp_path)))
    manifests = {path: repository.read(path) for path in repository.mentioning() if is_manifest(path)}
    repository.needed = Needed(manifests)
    for path, text in manifests.items():
        place = posixpath.dirname(path)
        packages = re.findall(rb'"(@s[\w-]+/[\w.-]+)"', text)
        repository.needed.look(posixpath.join(place, "a.ts"), b"".join(b'import "%s";\n' % one for one in packages))
        repository.needed.look(posixpath.join(place, "a.py"), b"import sentry_sdk\n")
    results = [editor(repository, path) for path in repository.files if (editor := editor_of(path)) is not None]
    assert [one.path for one in results if one.changed] == []
