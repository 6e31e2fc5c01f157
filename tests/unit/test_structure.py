"""The rules of the house (docs/architecture.md) that a tool can check. A failure names the files that break one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from support.sources import UTILS, compiled_weight, payload, tree

ROOT = Path(__file__).resolve().parents[2]
PLUGINS = ROOT / "plugins"
MODULES = sorted(path for path in (PLUGINS / "modules").glob("*.py") if path.name != "__init__.py")
ROLES = sorted(path.parents[1] for path in ROOT.glob("roles/*/meta/argument_specs.yml"))
CONTENT = sorted(path for place in ("roles", "playbooks", "extensions") for path in (ROOT / place).rglob("*.yml"))

# What may import what, as far as a rule forbids it: importer (a file or a directory of module_utils) -> not these.
FORBIDDEN = {
    "client.py": {"kinds", "resource", "compare", "plan", "write", "apply", "module", "task"},
    "resource.py": {"kinds", "client", "compare", "plan", "apply", "module", "task"},
    "kinds": {"client", "compare", "plan", "apply", "module", "task"},
    "compare.py": {"client", "plan", "write", "apply", "module", "task"},
    "plan.py": {"client", "write", "apply", "module", "task"},
    "together.py": {"client", "write", "apply", "module", "task"},
    "write.py": {"apply", "module", "task"},
    "apply.py": {"module", "task"},
    "health": {"kinds", "compare", "plan", "write", "apply", "task"},
}


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


# Modules that never talk to PostHog: they have no connection that the group could set, and libraries of their own.
APART = {
    "backup_program",
    "nginx_files",
    "sentry_removal",
    "stack_deploy",
    "stack_host_info",
    "stack_release_info",
    "stack_secrets",
    "stack_service_info",
}


def test_every_module_that_talks_to_posthog_is_in_the_action_group() -> None:
    group = yaml.safe_load((ROOT / "meta/runtime.yml").read_text())["action_groups"]["all"]
    assert sorted(group) == [path.stem for path in MODULES if path.stem not in APART]


# One packs a program that tells people by the ways of the health checks, and those are the client's neighbours.
WITHOUT_CLIENT = [path for path in MODULES if path.stem in APART - {"backup_program"}]


@pytest.mark.parametrize("module", WITHOUT_CLIENT, ids=lambda path: path.stem)
def test_a_module_apart_brings_no_client(module: Path) -> None:
    assert UTILS / "client.py" not in payload(module)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_main_is_at_most_15_lines(module: Path) -> None:
    [main] = [node for node in tree(module).body if isinstance(node, ast.FunctionDef) and node.name == "main"]
    assert main.end_lineno - main.lineno + 1 <= 15


# Not for what is all kinds by design, or speaks to no PostHog; a module of one kind pays for no other.
SINGLE = [path.stem for path in MODULES if path.stem not in ("apply", *APART)]


@pytest.mark.parametrize("module", SINGLE)
def test_a_module_brings_at_most_100_kb_of_code(module: str) -> None:
    assert 0 < compiled_weight(module) <= 100 * 1024


def test_no_file_is_over_400_lines() -> None:
    lengths = {shown(path): len(path.read_text().splitlines()) for path in PLUGINS.rglob("*.py")}
    assert {name: length for name, length in lengths.items() if length > 400} == {}


@pytest.mark.parametrize("importer", FORBIDDEN)
def test_imports_run_one_way(importer: str) -> None:
    place = UTILS / importer
    files = [place] if place.suffix else sorted(place.glob("*.py"))
    assert files, f"{shown(place)} is gone: the rule needs its new name"
    # Through others, too: a kind that imports what imports the client has imported the client.
    crossed = {
        f"{shown(path)} loads {shown(loaded)}"
        for path in files
        for loaded in payload(path)
        if loaded.relative_to(UTILS).parts[0].removesuffix(".py") in FORBIDDEN[importer]
    }
    assert crossed == set()


def test_no_exception_is_caught_blindly() -> None:
    broad = [
        place(path, node.lineno)
        for path in sorted(PLUGINS.rglob("*.py"))
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler) and catches_everything(node.type)
    ]
    # A crash has to pass through Ansible's filter for secrets, too, and AnsiballZ prints it without one.
    assert [entry.split(":")[0] for entry in broad] == ["plugins/module_utils/module.py"]


def catches_everything(caught: ast.expr | None) -> bool:
    kinds = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(kind is None or ast.unparse(kind) in ("Exception", "BaseException") for kind in kinds)


@pytest.mark.parametrize("role", ROLES, ids=lambda path: path.name)
def test_defaults_and_argument_specs_agree(role: Path) -> None:
    specs = yaml.safe_load((role / "meta/argument_specs.yml").read_text())["argument_specs"]
    options = {name: option for spec in specs.values() for name, option in (spec.get("options") or {}).items()}
    documented = {name: option["default"] for name, option in options.items() if "default" in option}
    defaults = role / "defaults/main.yml"
    assert (yaml.safe_load(defaults.read_text()) if defaults.exists() else {}) == documented
    strangers = [name for name in options if not name.startswith(f"{role.name}_")]
    assert strangers == [], "a role's variables begin with its name"


def test_every_role_says_what_it_takes() -> None:
    silent = [path.name for path in ROOT.glob("roles/*") if path.is_dir() and path not in ROLES]
    assert silent == []


def test_no_error_is_ignored() -> None:
    ignoring = [place(path, number) for path, number, line, _ in lines() if re.match(r"\s*(- )?ignore_errors:", line)]
    assert ignoring == []


def test_changed_when_false_gives_its_reason() -> None:
    unexplained = [
        place(path, number)
        for path, number, line, before in lines()
        if re.match(r"\s*changed_when:\s*false\b", line) and "#" not in line and not before.lstrip().startswith("#")
    ]
    assert unexplained == []


def test_every_scenario_begins_and_ends_with_nothing() -> None:
    """Molecule remembers between runs that a scenario was prepared, and forgets only when it destroys."""
    sequences = {
        shown(path): yaml.safe_load(path.read_text())["scenario"]["test_sequence"]
        for path in ROOT.glob("extensions/molecule/*/molecule.yml")
    }
    assert [name for name, steps in sequences.items() if (steps[1], steps[-1]) != ("destroy", "destroy")] == []


def lines() -> Iterator[tuple[Path, int, str, str]]:
    """Each line of each task file, with its number and the line before it."""
    for path in CONTENT:
        before = ""
        for number, line in enumerate(path.read_text().splitlines(), 1):
            yield path, number, line, before
            before = line


def place(path: Path, number: int) -> str:
    return f"{shown(path)}:{number}"
