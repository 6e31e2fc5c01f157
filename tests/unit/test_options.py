"""Options are declared by the kinds, and said again for people in DOCUMENTATION: both must say the same."""

from __future__ import annotations

import functools
import json
import subprocess
import typing as t
from pathlib import Path

import pytest
import yaml

from ansible_collections.rollout.posthog.plugins.module_utils.bulk import SPEC
from ansible_collections.rollout.posthog.plugins.module_utils.health.install import PROGRAM_SPEC
from ansible_collections.rollout.posthog.plugins.module_utils.health.task import SPEC as HEALTH_SPEC
from ansible_collections.rollout.posthog.plugins.module_utils.kinds.all import KINDS, PROJECT
from ansible_collections.rollout.posthog.plugins.module_utils.module import CONNECTION
from ansible_collections.rollout.posthog.plugins.module_utils.resource import Kind
from ansible_collections.rollout.posthog.plugins.module_utils.task import kind_spec

MODULES = Path(__file__).resolve().parents[2] / "plugins" / "modules"
EVERY = {
    **{kind.name: kind_spec(kind) for kind in (*KINDS, PROJECT)},
    "apply": SPEC,
    "health": HEALTH_SPEC,
    "health_program": PROGRAM_SPEC,
}
FACTS = ("type", "elements", "choices", "default", "required", "aliases")
OWN = {path.stem for path in MODULES.glob("*.py")} & set(EVERY)


@functools.cache
def documents() -> dict[str, dict[str, t.Any]]:
    """What ansible-doc says of every module, with the options of the fragments."""
    names = [f"rollout.posthog.{name}" for name in sorted(OWN)]
    shown = subprocess.run(
        ["ansible-doc", "--json", "-t", "module", *names], capture_output=True, text=True, check=True
    )
    return dict(json.loads(shown.stdout))


def documented(module: str) -> dict[str, dict[str, t.Any]]:
    """The options of a module."""
    return dict(documents()[f"rollout.posthog.{module}"]["doc"]["options"])


def facts(option: dict[str, t.Any]) -> dict[str, t.Any]:
    """What both sides say of an option, in one form."""
    found = {key: option[key] for key in FACTS if option.get(key) not in (None, False, [])}
    found.setdefault("type", "str")
    if "choices" in found:
        found["choices"] = sorted(map(str, found["choices"]))
    if found["type"] == "bool" and "default" in option:
        found["default"] = bool(option["default"])
    return found


@pytest.mark.parametrize("module", sorted(OWN))
def test_documentation_and_argument_spec_agree(module: str) -> None:
    spec = {name: facts(option) for name, option in {**CONNECTION, **EVERY[module]}.items()}
    options = {name: facts(option) for name, option in documented(module).items()}
    assert options == spec


@pytest.mark.parametrize("module", ["health", "health_program"])
def test_what_is_inside_an_option_agrees_too(module: str) -> None:
    said = inside({name: option.get("suboptions", {}) for name, option in documented(module).items()}, "suboptions")
    spec = {**CONNECTION, **EVERY[module]}
    assert said == inside({name: option.get("options", {}) for name, option in spec.items()}, "options")


def inside(options: dict[str, dict[str, t.Any]], deeper: str) -> dict[str, t.Any]:
    """The facts of options inside options, by their path."""
    found = {}
    for name, inner in options.items():
        for key, option in inner.items():
            found[f"{name}.{key}"] = facts(option)
            found.update(inside({f"{name}.{key}": option.get(deeper, {})}, deeper))
    return found


@pytest.mark.parametrize("kind", [*KINDS, PROJECT], ids=lambda kind: kind.name)
def test_every_key_of_a_kind_is_documented(kind: Kind) -> None:
    options = documented(kind.name)
    silent = [key for key in kind.fields if not options.get(key, {}).get("description")]
    assert silent == []


def test_every_kind_has_its_module() -> None:
    assert set(EVERY) == OWN


def test_every_kind_is_an_option_of_apply() -> None:
    assert {kind.plural for kind in (*KINDS, PROJECT)} <= SPEC.keys() & documented("apply").keys()


@pytest.mark.parametrize("module", sorted(OWN))
def test_examples_use_what_there_is(module: str) -> None:
    """The examples can be copied: each option exists."""
    examples = documents()[f"rollout.posthog.{module}"]["examples"]
    known = documented(module)
    for task in yaml.safe_load(examples):
        assert set(task[f"rollout.posthog.{module}"]) <= known.keys(), task["name"]
