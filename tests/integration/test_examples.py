"""The examples of every module, as a user would run them: one after the other, twice, and then the other way."""

from __future__ import annotations

import importlib
import re
from typing import Any

import pytest
import yaml
from integration.hand import Hand

from support.emulator import Emulator
from support.task import MODULES, Playbook

ORDER = ("apply", "project", "cohort", "action", "insight", "feature_flag", "dashboard")
#: What all examples make beside what `apply` makes elsewhere.
SINGLE = [name for name in ORDER if name not in ("apply", "project")]
Task = dict[str, Any]


def examples(module: str) -> list[Task]:
    """The tasks of a module's EXAMPLES block."""
    documented: list[Task] = yaml.safe_load(importlib.import_module(f"{MODULES}.{module}").EXAMPLES)
    return documented


def options(task: Task) -> Task:
    (name,) = [key for key in task if key.startswith("rollout.posthog.")]
    return dict(task[name])


def absent(task: Task) -> Task:
    """The task that takes away what an example made."""
    (name,) = [key for key in task if key.startswith("rollout.posthog.")]
    known_by = {key: value for key, value in task[name].items() if key in ("name", "key")}
    return {"name": f"{task['name']}, no more", name: {**known_by, "state": "absent"}}


def changed(output: str) -> int:
    """The number of changed tasks in the recap."""
    found = re.search(r"changed=(\d+)", output)
    assert found, output
    return int(found[1])


@pytest.mark.parametrize("module", ORDER)
def test_examples_are_complete(module: str) -> None:
    """Every task has a name that is a sentence about the state, and one module of this collection."""
    assert examples(module)
    for task in examples(module):
        assert task["name"][0].isupper()
        assert options(task)


def test_examples_run_and_run_again_without_a_change(playbook: Playbook, hand: Hand, emulator: Emulator) -> None:
    playbook.defaults["project"] = "impact-analytics"
    setup = {"name": "There is a project", "rollout.posthog.project": {"name": "impact-analytics"}}
    tasks = [setup, *(task for module in ORDER for task in examples(module))]
    made = [task for task in tasks if options(task).get("state") != "absent"]
    assert changed(playbook.run(tasks)) == len(made)
    again = playbook.run(tasks)
    assert changed(again) == 0, again
    hand.project = next(entry["id"] for entry in emulator.state()["projects"] if entry["name"] == "impact-analytics")
    assert "trends-dashboard" in hand.names("feature_flags")

    removals = [absent(task) for module in reversed(SINGLE) for task in reversed(examples(module))]
    existing = [task for module in SINGLE for task in examples(module) if options(task).get("state") != "absent"]
    assert changed(playbook.run(removals)) == len(existing)
    assert changed(playbook.run(removals)) == 0
