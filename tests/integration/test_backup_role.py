"""The role backup and its playbooks, as far as they get without a PostHog."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from support.places import needs
from support.task import ROOT, environment

BIN = Path(sys.executable).parent

needs("restic")


class Play:
    """Playbooks on one host, this one, with all files of the host below a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "cron.d").mkdir()
        self.variables: dict[str, Any] = {
            "ansible_connection": "local",
            "ansible_become": False,
            "ansible_python_interpreter": sys.executable,
            "stack_release": {"commit": ""},
            "backup_repository": self.repository("repository"),
            "backup_install": False,
            "backup_schedule": "cron",
            "backup_cron_directory": str(folder / "cron.d"),
            "backup_stack": {"project": "", "home": str(folder)},
            "backup_clickhouse": {"databases": []},
            "backup_objects": [],
            "backup_python": sys.executable,
            "backup_path": str(folder / "lib" / "backup.pyz"),
            "backup_settings_path": str(folder / "etc" / "backup.json"),
            "backup_status_path": str(folder / "var" / "backup.json"),
        }
        (folder / "role.yml").write_text(
            json.dumps([{"hosts": "backup", "gather_facts": False, "roles": ["rollout.posthog.backup"]}])
        )

    def repository(self, name: str) -> dict[str, str]:
        return {"url": str(self.folder / name), "password": "s3cret", "cache": str(self.folder / "cache")}

    def run(self, playbook: str, *words: str, **variables: Any) -> subprocess.CompletedProcess[str]:
        path = self.folder / "role.yml" if playbook == "role" else ROOT / "playbooks" / f"{playbook}.yml"
        inventory = self.folder / "inventory.yml"
        hosts = {"posthog-1": {**self.variables, **variables}}
        inventory.write_text(json.dumps({"backup": {"hosts": hosts}}))
        return subprocess.run(
            [BIN / "ansible-playbook", "-i", inventory, path, *words],
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    def fails(self, playbook: str, *words: str, **variables: Any) -> str:
        """With what it says, in one line."""
        done = self.run(playbook, *words, **variables)
        assert done.returncode == 2, done.stdout + done.stderr
        return " ".join((done.stdout + done.stderr).split())


@pytest.fixture
def play(tmp_path: Path) -> Play:
    return Play(tmp_path)


def test_a_time_that_is_none_is_refused_before_anything_is_written(play: Play) -> None:
    for wrong in ("25:99", "1350", "2"):
        said = play.fails("role", backup_at=wrong, backup_delay_minutes=-1)
        assert f"backup_at is '{wrong}', which is no time of the day" in said
        assert "backup_delay_minutes is -1; it can be 0 or more" in said
    assert "name is empty" in play.fails("role", backup_name="")
    assert not list(play.folder.glob("cron.d/*"))
    assert not (play.folder / "lib").exists()


def test_before_anything_is_installed_it_is_said_what_to_do(play: Play) -> None:
    for playbook, words in (("backup_status", ()), ("restore", ("--check",)), ("restore_drill", ())):
        said = play.fails(playbook, *words)
        assert "Backups are not installed on this host" in said
        assert "non-zero" not in said


def test_a_restore_makes_no_repository_where_its_place_is_mistyped(play: Play) -> None:
    done = play.run("role")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (play.folder / "repository" / "config").exists()
    said = play.fails("restore", backup_repository=play.repository("typo"))
    assert "typo" in said
    assert "non-zero" not in said
    assert not (play.folder / "typo").exists()
