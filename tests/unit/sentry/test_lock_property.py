"""Generated graphs of packages, written as each kind of lock: what Sentry alone needed goes, and nothing else does."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.sentry import cases

from ansible_collections.rollout.posthog.plugins.module_utils.sentry import jsonc
from ansible_collections.rollout.posthog.plugins.module_utils.sentry.repository import Repository

# Name to the names that it needs
Graph = dict[str, set[str]]
NAMES = ["@sentry/core", "@sentry/node", "@scope/a", "@scope/b", "c", "d", "e", "f"]
graphs = st.fixed_dictionaries({name: st.sets(st.sampled_from(NAMES), max_size=3) for name in NAMES})
roots = st.sets(st.sampled_from(NAMES), min_size=1)


def reach(wanted: set[str], graph: Graph) -> set[str]:
    found, todo = set(wanted), list(wanted)
    while todo:
        new = graph[todo.pop()] - found
        found |= new
        todo += new
    return found


def npm(wanted: set[str], graph: Graph) -> str:
    packages: dict[str, object] = {"": {"name": "x", "dependencies": dict.fromkeys(sorted(wanted), "^1")}}
    for name in sorted(reach(wanted, graph)):
        packages[f"node_modules/{name}"] = {
            "version": "1.0.0",
            "dependencies": dict.fromkeys(sorted(graph[name]), "^1"),
        }
    return json.dumps({"lockfileVersion": 3, "packages": packages}, indent=2) + "\n"


def npm_names(text: bytes) -> set[str]:
    return {path.rpartition("node_modules/")[2] for path in json.loads(text)["packages"] if path}


def pnpm(wanted: set[str], graph: Graph) -> str:
    lines = ["lockfileVersion: '9.0'", "", "importers:", "", "  .:", "    dependencies:"]
    for name in sorted(wanted):
        lines += [f"      '{name}':", "        specifier: ^1", "        version: 1.0.0"]
    lines += ["", "packages:", ""]
    for name in sorted(reach(wanted, graph)):
        lines += [f"  '{name}@1.0.0':", "    resolution: {integrity: sha512-x}", ""]
    lines += ["snapshots:", ""]
    for name in sorted(reach(wanted, graph)):
        lines += [f"  '{name}@1.0.0':" + ("" if graph[name] else " {}")]
        lines += ["    dependencies:", *(f"      '{one}': 1.0.0" for one in sorted(graph[name]))] if graph[name] else []
        lines += [""]
    return "\n".join(lines[:-1]) + "\n"


def pnpm_names(text: bytes) -> set[str]:
    lock = yaml.safe_load(text)
    assert set(lock.get("packages", {})) == set(lock.get("snapshots", {}))
    return {key.rpartition("@")[0] for key in lock.get("packages", {})}


def yarn(wanted: set[str], graph: Graph) -> str:
    blocks = ["# yarn lockfile v1\n"]
    for name in sorted(reach(wanted, graph)):
        # Each asks with a range of its own, so that headers have to be trimmed.
        asks = [f'"{name}@^1"'] * (name in wanted)
        asks += [f'"{name}@{holder}"' for holder in sorted(reach(wanted, graph)) if name in graph[holder]]
        needs = "".join(f'    "{one}" "{name}"\n' for one in sorted(graph[name]))
        blocks.append(f'{", ".join(asks)}:\n  version "1.0.0"\n' + (f"  dependencies:\n{needs}" if needs else ""))
    return "\n\n".join([blocks[0], "\n".join(blocks[1:])])


def yarn_names(text: bytes) -> set[str]:
    headers = [line for line in text.decode().splitlines() if line.startswith('"')]
    return {header[1 : header.index("@", 2)] for header in headers}


def bun(wanted: set[str], graph: Graph) -> str:
    quoted = json.dumps(dict.fromkeys(sorted(wanted), "^1"), indent=2).replace('"\n', '",\n')
    needs = {name: json.dumps({"dependencies": dict.fromkeys(sorted(graph[name]), "^1")}) for name in graph}
    entries = [f'    "{name}": ["{name}@1.0.0", "", {needs[name]}, "x"],' for name in sorted(reach(wanted, graph))]
    head = '{\n  "lockfileVersion": 1,\n  "workspaces": {\n    "": {\n      "name": "x",\n      "dependencies": '
    return head + quoted + ",\n    },\n  },\n" + '  "packages": {\n' + "\n\n".join(entries) + "\n  },\n}\n"


def bun_names(text: bytes) -> set[str]:
    return set(jsonc.parse(text).object("packages"))


def uv(wanted: set[str], graph: Graph) -> str:
    source = 'source = { registry = "x" }'
    blocks = [package(name, source, graph[name]) for name in sorted(reach(wanted, graph))]
    return "\n".join(["version = 1\n", *blocks, package("x", 'source = { virtual = "." }', wanted)])


def package(name: str, source: str, needs: set[str]) -> str:
    lines = "".join(f'    {{ name = "{plain(one)}" }},\n' for one in sorted(needs))
    return f'[[package]]\nname = "{plain(name)}"\nversion = "1.0.0"\n{source}\n' + (
        f"dependencies = [\n{lines}]\n" if lines else ""
    )


def plain(name: str) -> str:
    return {"@sentry/core": "sentry-sdk", "@sentry/node": "urllib3"}.get(name, name.replace("@scope/", "scope-"))


def uv_names(text: bytes) -> set[str]:
    found = {line.split('"')[1] for line in text.decode().splitlines() if line.startswith("name = ")} - {"x"}
    return {name for name in NAMES if plain(name) in found}


KINDS: dict[str, tuple[str, Callable[[set[str], Graph], str], Callable[[bytes], set[str]], set[str]]] = {
    "npm": ("package-lock.json", npm, npm_names, {"@sentry/core", "@sentry/node"}),
    "pnpm": ("pnpm-lock.yaml", pnpm, pnpm_names, {"@sentry/core", "@sentry/node"}),
    "yarn": ("yarn.lock", yarn, yarn_names, {"@sentry/core", "@sentry/node"}),
    "bun": ("bun.lock", bun, bun_names, {"@sentry/core", "@sentry/node"}),
    "uv": ("uv.lock", uv, uv_names, {"@sentry/core"}),
}


def pruned(place: Path, lock: str) -> bytes:
    editor = cases.editor_of(lock)
    assert editor is not None
    file = editor(Repository(str(place)), lock)
    assert not [note for note in file.residue if "left as it was" in note.reason], file.residue
    cases.write(place / lock, file.result())
    return file.result()


@pytest.mark.parametrize("kind", KINDS)
@given(graph=graphs, wanted=roots)
@settings(deadline=None, max_examples=60)
def test_exactly_what_is_needed_stays(kind: str, graph: Graph, wanted: set[str]) -> None:
    lock, make, names_in, sentrys = KINDS[kind]
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        before = make(wanted, graph).encode()
        cases.write(place / lock, before)
        cases.write(place / "package.json", json.dumps({"dependencies": dict.fromkeys(sorted(wanted), "^1")}))
        cases.write(place / "pyproject.toml", "")
        after = pruned(place, lock)
        assert names_in(before) == reach(wanted, graph)
        assert names_in(after) == reach(wanted - sentrys, graph)
        left = json.dumps({"dependencies": dict.fromkeys(sorted(wanted - sentrys), "^1")})
        cases.write(place / "package.json", left)
        assert pruned(place, lock) == after
