"""Manifests: fixtures/manifests, and what does not deserve a folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.sentry import cases

from ansible_collections.rollout.posthog.plugins.module_utils.sentry import json_cut, jsonc, scripts
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.edit import FileEdits
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.packages import is_npm_selector, is_python

CASES = cases.names("manifests")


@pytest.mark.parametrize("case", CASES)
def test_the_result_is_as_expected(case: str, tmp_path: Path) -> None:
    place = cases.copy_of("manifests", case, tmp_path)
    results = cases.edited(place)
    assert cases.notes(results) == cases.expected_notes("manifests", case)
    assert cases.written(place, results) == cases.expected("manifests", case)
    assert [path for path, file in cases.edited(place).items() if file.changed] == []


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"], ids=["plain", "BOM"])
@pytest.mark.parametrize("line", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("case", CASES)
def test_bytes_around_it_stay_what_they_are(case: str, line: bytes, start: bytes, tmp_path: Path) -> None:
    place = cases.copy_of("manifests", case, tmp_path)
    for path, text in cases.files(place).items():
        cases.write(place / path, start + text.replace(b"\n", line))
    found = cases.written(place, cases.edited(place))
    assert found == {
        path: start + text.replace(b"\n", line) for path, text in cases.expected("manifests", case).items()
    }


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("package.json", b'{"dependencies": {"@sentry/node": "1",,}}'),
        ("package.json", b'<<<<<<< ours\n{"dependencies": {"@sentry/node": "1"}}\n'),
        ("package.json", b"[" * 100_000 + b'"@sentry/node"'),
        ("pyproject.toml", b'[project]\ndependencies = ["sentry-sdk"\n'),
        ("pnpm-workspace.yaml", b"catalog: {\n  '@sentry/node': 1\n"),
    ],
)
def test_what_cannot_be_read_stays(name: str, text: bytes, tmp_path: Path) -> None:
    cases.write(tmp_path / name, text)
    file = cases.edited(tmp_path)[name]
    assert not file.changed
    assert [note.kind for note in file.residue] == ["manifest"]


def test_a_binary_lock_is_reported(tmp_path: Path) -> None:
    cases.write(tmp_path / "package.json", '{"dependencies": {"@sentry/node": "1"}}')
    cases.write(tmp_path / "bun.lockb", b"#!/usr/bin/env bun\nbun-lockfile-format-v0\n\0\0@sentry/node")
    file = cases.edited(tmp_path)["package.json"]
    assert file.result() == b"{}"
    assert [(note.path, note.kind) for note in file.residue] == [("bun.lockb", "lock")]


@pytest.mark.parametrize(
    ("script", "left"),
    [
        ("vite build && sentry-cli sourcemaps upload dist", "vite build"),
        ("sentry-cli releases new v1 && vite build", "vite build"),
        ("a && sentry-cli x && b", "a && b"),
        ("cross-env A=1 npx sentry-cli x && b && FOO=1 sentry-cli y", "b"),
        ("tsc && npm run maps", "tsc"),
        ("tsc && pnpm run maps:all", "tsc && pnpm run maps:all"),
        ("sentry-cli x || true && b", "sentry-cli x || true && b"),
        ("(sentry-cli x && b)", "(sentry-cli x && b)"),
        ("echo 'a && sentry-cli x'", "echo 'a && sentry-cli x'"),
        ("V=$(sentry-cli v) && b", "V=$(sentry-cli v) && b"),
    ],
)
def test_chains_lose_a_link_only_where_it_is_certain(script: str, left: str) -> None:
    assert scripts.without(script, frozenset({"maps"})) == left


def test_a_script_that_others_name_otherwise_stays() -> None:
    written = {"maps": "sentry-cli x", "all": "run-s build maps", "only": "sentry-cli x || true", "old": "npm run only"}
    assert scripts.removed(written) == {"only", "old"}


@pytest.mark.parametrize("selector", ["@sentry/a", "b>@sentry/a@1", "**/@sentry/a", "@sentry/a>b", "b@npm:1/@sentry/a"])
def test_selectors_of_sentrys_packages(selector: str) -> None:
    assert is_npm_selector(selector)


@pytest.mark.parametrize("selector", ["sentry", "a>=1", "@scope/sentry", "winston-sentry", "a>b", "@sentryx/a"])
def test_selectors_of_others(selector: str) -> None:
    assert not is_npm_selector(selector)


@pytest.mark.parametrize(
    ("requirement", "is_sdk"),
    [
        ("sentry-sdk", True),
        ("Sentry_SDK[django] >=2 ; python_version>'3'", True),
        ("sentry.sdk==1 \\", True),
        ("sentry-sdk @ https://example.org/x.whl", True),
        ("sentry-sdk-extras", False),
        ("pytest-sentry", False),
        ("-r sentry-sdk", False),
    ],
)
def test_requirements_of_the_sdk(requirement: str, is_sdk: bool) -> None:
    assert is_python(requirement) is is_sdk


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=15,
)


@given(
    data=st.dictionaries(st.text(max_size=3), values, max_size=5),
    indent=st.sampled_from([None, 0, 2, "\t"]),
    ascii_only=st.booleans(),
    doomed=st.data(),
)
def test_cutting_members_is_what_python_would_do(
    data: dict[str, object], indent: int | str | None, ascii_only: bool, doomed: st.DataObject
) -> None:
    text = json.dumps(data, indent=indent, ensure_ascii=ascii_only).encode()
    gone = doomed.draw(st.sets(st.sampled_from(sorted(data))) if data else st.just(set()))
    file = FileEdits("x.json", text)
    root = jsonc.parse(text)
    assert root.plain() == data
    json_cut.cut_entries(file, root, lambda entry: entry.key in gone, "test")
    left = {key: value for key, value in data.items() if key not in gone}
    assert json.loads(file.result()) == left
    if left or not gone:
        # Not only the same data, but what would have been printed.
        assert file.result() == json.dumps(left, indent=indent, ensure_ascii=ascii_only).encode()


@given(st.text(alphabet='{}[]",:/ *\n1a', max_size=30))
def test_what_is_no_json_is_refused_in_one_way(text: str) -> None:
    try:
        node = jsonc.parse(text.encode())
    except jsonc.NotJson:
        with pytest.raises(json.JSONDecodeError):
            json.loads(text)
        return
    assert node.end <= len(text)
