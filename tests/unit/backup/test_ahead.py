"""Snapshots that a wrong clock has dated after now: never the newest, and in nobody's place."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from unit.backup.repository import repository

from ansible_collections.rollout.posthog.plugins.module_utils.backup import ledger, restore, table
from ansible_collections.rollout.posthog.plugins.module_utils.backup.manifest import Manifest
from ansible_collections.rollout.posthog.plugins.module_utils.backup.restic import Restic
from ansible_collections.rollout.posthog.plugins.module_utils.backup.retention import forget
from ansible_collections.rollout.posthog.plugins.module_utils.backup.round import Round
from ansible_collections.rollout.posthog.plugins.module_utils.backup.status import Status
from ansible_collections.rollout.posthog.plugins.module_utils.errors import RolloutError

RULES = {"last": 2, "daily": 0, "weekly": 0, "monthly": 0, "yearly": 0, "max_days": 90}


@pytest.fixture
def tool(tmp_path: Path) -> Restic:
    found = repository(tmp_path / "r", cache=str(tmp_path / "c"))
    found.initialize()
    return found


def keep(tool: Restic, name: str, days: float, content: str, *marks: str) -> None:
    """As another clock dates it."""
    when = (datetime.now() + timedelta(days=days)).strftime("%Y-%m-%d %H:%M:%S")
    tags = [word for mark in ("rollout-posthog", *marks) for word in ("--tag", mark)]
    command = [
        "restic",
        "backup",
        "--quiet",
        "--host",
        "posthog",
        "--time",
        when,
        *tags,
        "--stdin",
        "--stdin-filename",
        name,
    ]
    subprocess.run(command, input=content.encode(), env={"PATH": "/usr/bin:/bin", **tool.environment}, check=True)


def run(tool: Restic, name: str, days: float) -> None:
    manifest = Manifest(name, "2026-11-26T00:00:00+00:00", "2026-11-26T00:00:00+00:00", "", {}, {})
    keep(tool, "manifest.json", days, manifest.as_json(), f"run={name}", "part=manifest")


def test_a_run_that_is_dated_after_now_is_not_the_latest(tool: Restic, tmp_path: Path) -> None:
    run(tool, "ahead", 400)
    with pytest.raises(RolloutError, match=r"all backups are dated after now.*ahead"):
        restore.find(tool, restore.LATEST)
    run(tool, "real", -1)
    assert restore.find(tool, restore.LATEST)[1].run == "real"
    assert restore.find(tool, "ahead")[1].run == "ahead"
    settings: Any = None
    last = Round(settings, tool, "next").last
    assert last
    assert last.run == "real"
    said = table.lines(tool, Status(str(tmp_path / "status.json")))
    assert [line for line in said if "dated after now" in line and "ahead" in line]


def test_it_displaces_none_that_the_rules_keep(tool: Restic) -> None:
    for name, days in (("a", -3), ("b", -2), ("c", -1), ("ahead", 400), ("further ahead", 500)):
        run(tool, name.replace(" ", "-"), days)
    now = datetime.now(UTC)
    assert forget(tool, RULES, now - timedelta(days=1), now)["ahead"] == ["ahead", "further-ahead"]
    left = [one.run for one in tool.snapshots()]
    assert {"b", "c", "ahead", "further-ahead"} <= set(left)
    assert forget(tool, {**RULES, "max_days": 1}, None, now)["forgotten"]
    assert [one.run for one in tool.snapshots()] == ["c", "ahead", "further-ahead"]


def test_nobody_who_is_in_a_ledger_of_later_is_lost(tool: Restic) -> None:
    def known(person: str) -> str:
        entry = {"project": 1, "person": person, "person_at": "2026-11-01", "events_at": ""}
        return json.dumps({"version": ledger.VERSION, "erased": [entry]})

    keep(tool, ledger.NAME, 400, known("ahead"), "part=ledger")
    keep(tool, ledger.NAME, -2, known("old"), "part=ledger")
    keep(tool, ledger.NAME, -1, known("real"), "part=ledger")
    found = ledger.read_ledger(tool, tool.snapshots())
    assert found
    assert [one.person for one in found] == ["ahead", "real"]
