"""site.yml on an inventory with a PostHog of its own: the host tells address and key, and all later plays use them.

The host is this machine. What the role `stack` leaves on one is there, and the emulator is what it has brought up; the
scenario `site` does the same with a stack that runs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from integration.hand import Hand

from support.emulator import Emulator
from support.task import ROOT

EXAMPLE = ROOT / "inventories" / "examples" / "self_hosted"
PASSWORD = "0wner-passw0rd-of-the-test"
HERE = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable, "ansible_become": False}


class Rollout:
    """An inventory with a host that was set up, and the runs of site.yml on it."""

    def __init__(self, folder: Path, emulator: Emulator) -> None:
        self.home = folder / "posthog"
        self.home.mkdir()
        self.key = emulator.key
        groups = {name: {"hosts": {"box": None}} for name in ("stack", "health")}
        variables = {
            "stack_domain": "posthog.example.com",
            "stack_home": str(self.home),
            "stack_publish": {"proxy": [f"{emulator.url.removeprefix('http://')}:80"]},
            "site_install": False,
            # Its name is in no DNS: what is told is the key and the project.
            "health_host": emulator.url,
            "health_disk": {"enabled": False},
        }
        inventory: dict[str, Any] = {
            "all": {"hosts": {"box": HERE}, "vars": variables},
            **groups,
            "posthog": {"hosts": {"shop": None}, "vars": {"project_feature_flags": [{"key": "express"}]}},
        }
        self.inventory = folder / "hosts.yml"
        self.inventory.write_text(yaml.safe_dump(inventory))

    def set_up(self, key: str) -> None:
        """What the role leaves."""
        (self.home / "secrets.json").write_text(json.dumps({"api_key": key, "owner_password": PASSWORD}))
        (self.home / "owner.json").write_text(
            json.dumps({"project_id": 1, "project_token": "phc_emulator_local_token"})
        )

    def run(self, *options: str) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("POSTHOG_")}
        return subprocess.run(
            [Path(sys.executable).with_name("ansible-playbook"), "-i", self.inventory, "playbooks/site.yml", *options],
            cwd=ROOT,
            env={**environment, "ANSIBLE_NOCOLOR": "1", "COLUMNS": "400"},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def rollout(tmp_path: Path, emulator: Emulator) -> Rollout:
    return Rollout(tmp_path, emulator)


def flat(done: subprocess.CompletedProcess[str]) -> str:
    """All that was said, without Ansible's folds."""
    return " ".join((done.stdout + done.stderr).split())


def test_what_the_host_tells_leads_to_the_project_and_to_health(rollout: Rollout, emulator: Emulator) -> None:
    rollout.set_up(emulator.key)
    done = rollout.run("--tags", "project,health", "-vvv", "--diff")
    assert done.returncode == 0, done.stdout + done.stderr
    # On the host, since its address on loopback is of use nowhere else.
    assert "changed: [shop -> box]" in done.stdout
    assert Hand(emulator, project=2).find("feature_flags", "express")["active"]
    assert "is well: readiness web, readiness worker, event," in flat(done)
    assert emulator.key not in done.stdout + done.stderr
    assert PASSWORD not in done.stdout + done.stderr
    again = rollout.run("--tags", "project,health")
    assert again.returncode == 0, again.stdout + again.stderr
    assert "changed=0" in again.stdout
    assert "changed=1" not in again.stdout


def test_a_key_of_ones_own_takes_the_place_of_the_told_one(rollout: Rollout, emulator: Emulator) -> None:
    rollout.set_up("phx_that_opens_nothing")
    refused = rollout.run("--tags", "project")
    assert refused.returncode != 0
    done = rollout.run("--tags", "project", "-e", f"posthog_api_key={emulator.key}")
    assert done.returncode == 0, done.stdout + done.stderr


def test_whoever_says_where_posthog_is_asks_from_where_he_says(rollout: Rollout, emulator: Emulator) -> None:
    rollout.set_up("phx_that_opens_nothing")
    options = ["-e", f"posthog_host={emulator.url}", "-e", f"posthog_api_key={emulator.key}"]
    local = ["-e", "ansible_connection=local", "-e", f"ansible_python_interpreter={sys.executable}"]
    done = rollout.run("--tags", "project", *options, *local)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "changed: [shop]" in done.stdout


def test_another_posthog_is_watched_without_the_told_key(rollout: Rollout, emulator: Emulator) -> None:
    rollout.set_up(emulator.key)
    emulator.forget_requests()
    done = rollout.run("--tags", "health", "-e", f"health_host={emulator.url.replace('127.0.0.1', 'localhost')}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "is well: readiness web" in flat(done)
    assert emulator.requests() == []


def test_check_mode_on_a_bare_host_says_what_it_cannot_foretell(rollout: Rollout) -> None:
    done = rollout.run("--tags", "project,health", "--check")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "PostHog does not run here yet. What is inside it, and whether it serves, is not foretold" in flat(done)
    assert done.stdout.count("skipping: no hosts matched") == 5  # emulator, backup, proxy, posthog, health


@pytest.mark.parametrize("options", [["--limit", "shop"], ["--tags", "project"]], ids=["left out", "bare"])
def test_a_host_that_tells_nothing_is_named(rollout: Rollout, options: list[str]) -> None:
    done = rollout.run(*options)
    assert done.returncode != 0
    assert "PostHog on box has told no key in this run. Let it take part (--limit), give stack_owner_email" in flat(
        done
    )


def test_the_example_stops_at_the_release_that_nobody_has_chosen() -> None:
    """Its plays are those that are meant, all its variables are known, and the first thing to do is said."""
    here = [option for name, value in HERE.items() for option in ("-e", json.dumps({name: value}))]
    done = subprocess.run(
        [Path(sys.executable).with_name("ansible-playbook"), "-i", EXAMPLE, "playbooks/site.yml", "--check", *here],
        cwd=ROOT,
        env={**os.environ, "ANSIBLE_NOCOLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "fatal: [posthog.example.com]" in done.stdout
    assert "stack_release.commit must be a commit of 40 hexadecimal digits" in flat(done)


def test_the_release_of_the_example_knows_all_services() -> None:
    """Those of upstream's file, as the miniature has them."""
    release = yaml.safe_load((EXAMPLE / "group_vars" / "stack" / "release.yml").read_text())["stack_release"]
    upstream = yaml.safe_load((ROOT / "tests" / "upstream" / "docker-compose.hobby.yml").read_text())
    assert release["services"] == list(upstream["services"])
