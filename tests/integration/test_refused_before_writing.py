"""What would go wrong later, or in the next run, is refused before the first write."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from integration.hand import Hand

from support.task import Tasks

SELF = {"criteria": [{"cohort": "Mine"}]}


def test_a_project_is_not_renamed_by_its_name(task: Tasks, hand: Hand) -> None:
    """The next run would not find the old name, and make everything once more."""
    failed = task.fails(
        "apply",
        project="beta",
        create_project=True,
        project_settings={"name": "Beta Company"},
        feature_flags=[{"key": "f"}],
    )
    assert "'Beta Company', project 'beta'; to rename it, give its id" in failed["msg"]
    assert failed.writes == []


def test_a_project_is_renamed_by_its_id(task: Tasks) -> None:
    assert task("apply", project=1, project_settings={"name": "Renamed"})["changed"]
    assert not task("apply", project="Renamed", project_settings={"name": "Renamed"})["changed"]


@pytest.mark.parametrize(
    "declared",
    [
        {"cohorts": [{"name": "Mine", "criteria": [{"cohort": 424242}]}]},
        {"dashboards": [{"name": "Mine", "tiles": [{"insight": 424242}]}]},
        {
            "insights": [
                {
                    "name": "Mine",
                    "query": {"kind": "TrendsQuery", "series": [{"kind": "ActionsNode", "action": 424242}]},
                }
            ]
        },
    ],
    ids=lambda declared: next(iter(declared)),
)
@pytest.mark.parametrize("check_mode", [False, True])
def test_an_id_that_leads_nowhere(task: Tasks, declared: dict[str, Any], check_mode: bool) -> None:
    failed = task.fails("apply", actions=[{"name": "Never written"}], **declared, check_mode=check_mode)
    assert "with id 424242; a" in failed["msg"]
    assert failed.writes == []


@pytest.mark.parametrize("module", ["cohort", "apply"])
def test_an_object_that_names_itself(task: Tasks, module: str) -> None:
    failed = task.fails(
        module, **({"name": "Mine", **SELF} if module == "cohort" else {"cohorts": [{"name": "Mine", **SELF}]})
    )
    assert "refers to itself" in failed["msg"]
    assert failed.writes == []


@pytest.mark.parametrize("extra", [{"filters": {"groups": []}}, {"key": "other"}, {"name": "x"}])
def test_extra_does_not_reach_what_has_a_field(task: Tasks, extra: dict[str, Any]) -> None:
    assert "is managed by" in task.fails("feature_flag", key="f", extra=extra)["msg"]


def test_extra_that_is_not_taken_is_told(task: Tasks) -> None:
    assert "did not take extra.no_such" in task("feature_flag", key="f", extra={"no_such": 1}).warnings
    assert "did not take extra.no_such" in task.fails("feature_flag", key="f", extra={"no_such": 1}, strict=True)["msg"]


def test_extra_is_a_mapping(task: Tasks) -> None:
    assert "extra: must be a mapping" in task.fails("apply", feature_flags=[{"key": "f", "extra": "x"}])["msg"]


def test_a_host_has_no_path(task: Tasks) -> None:
    host = task.emulator.url
    assert f"write {host}" in task.fails("feature_flag", key="f", host=f"{host}/project/2")["msg"]


def test_a_password_in_the_host_is_not_printed(task: Tasks) -> None:
    failed = task.fails("feature_flag", key="f", host="http://user:PASSWORDINURL@127.0.0.1")
    assert "PASSWORDINURL" not in failed.text


def test_a_misspelt_option_is_not_printed(task: Tasks) -> None:
    failed = task.fails("feature_flag", key="f", encrypted=True, paylod="TOPSECRET")
    assert "payload" in failed["msg"]
    assert "TOPSECRET" not in failed.text


def test_an_orphan_writes_no_more() -> None:
    """The module goes on when Ansible is killed; it must not write beside the next run."""
    program = (
        "import os, sys\n"
        "from ansible_collections.rollout.posthog.plugins.module_utils.client import Client, Connection\n"
        "from ansible_collections.rollout.posthog.plugins.module_utils.errors import Orphaned\n"
        "client = Client(Connection(host='http://127.0.0.1:1', api_key='phx_x'))\n"
        "if os.fork(): os._exit(0)\n"
        "while os.getppid() == client._parent: os.sched_yield()\n"
        "try: client.write('POST', '/api/')\n"
        "except Orphaned: print('stopped', flush=True)\n"
    )
    # The fork's parent is not the client's, so the client is an orphan's as soon as it lives on alone.
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True, timeout=30)
    assert done.stdout == "stopped\n", done.stderr
