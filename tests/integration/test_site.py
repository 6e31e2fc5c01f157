"""site.yml on the inventories of this repository: the example company, in every environment."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from integration.hand import Hand

from support.emulator import Emulator
from support.task import ROOT

BIN = Path(sys.executable).parent
OBJECTS = 22
#: What the inventories say of the flag debug-logging.
DEBUG_ROLLOUT = {"local": 100, "dev": 100, "staging": 50, "production": 10}


def site(emulator: Emulator, environment: str, *options: str) -> str:
    """The output of site.yml on an inventory whose PostHog is the emulator. Fails with it when the play fails."""
    addressed = ["-e", f"posthog_host={emulator.url}", "-e", "posthog_region="]
    command = [BIN / "ansible-playbook", "-i", ROOT / "inventories" / environment, ROOT / "playbooks" / "site.yml"]
    done = subprocess.run(
        [*command, "--limit", "posthog", *addressed, *options],
        cwd=ROOT,
        env={**os.environ, "ANSIBLE_NOCOLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def with_key(emulator: Emulator) -> tuple[str, str]:
    return "-e", f"vault_posthog_api_key={emulator.key}"


def changed(output: str) -> int:
    """How many objects of the project were, or would be, changed."""
    found = re.search(r"this run: (\d+) changed", output)
    assert found, output
    return int(found[1])


@pytest.fixture
def example(emulator: Emulator) -> Hand:
    """A person who edits the example company's project, the first that is made."""
    return Hand(emulator, project=2)


def test_the_example_is_rolled_out_once(emulator: Emulator) -> None:
    assert changed(site(emulator, "local")) == OBJECTS
    assert changed(site(emulator, "local")) == 0


def edit_three(example: Hand) -> None:
    """A rollout, a tile and a setting."""
    flag = example.find("feature_flags", "trends-dashboard")
    flag["filters"]["groups"][1]["rollout_percentage"] = 60
    example.edit("feature_flags", flag["id"], filters=flag["filters"])
    dashboard = example.find("dashboards", "Activation")
    [tile] = [t for t in dashboard["tiles"] if t["insight"] and t["insight"]["name"] == "Onboarding funnel"]
    tile["layouts"]["sm"]["w"] = 4
    example.edit("dashboards", dashboard["id"], tiles=[{"id": tile["id"], "layouts": tile["layouts"]}])
    example.set(anonymize_ips=False)


def test_edits_by_hand_are_shown_and_put_back(emulator: Emulator, example: Hand) -> None:
    site(emulator, "local")
    edit_three(example)
    output = site(emulator, "local", "--check", "--diff")
    shown = re.findall(r"^\+\+\+ after: (.*)$", output, re.MULTILINE)
    assert shown == [
        "project impact-analytics (updated)",
        "feature flag trends-dashboard (updated)",
        "dashboard Activation (updated)",
    ]
    edits = [line.lstrip("- ") for line in re.findall(r"^[-+](?!--|\+\+) *(.*)$", output, re.MULTILINE)]
    assert edits == [
        "anonymize_ips: false",
        "anonymize_ips: true",
        "rollout_percentage: 60",
        "rollout_percentage: 25",
        "w: 4",
        "w: 6",
    ]
    assert changed(site(emulator, "local")) == 3
    assert changed(site(emulator, "local", "--check")) == 0


@pytest.mark.parametrize("environment", DEBUG_ROLLOUT)
def test_an_environment_has_its_own_values(emulator: Emulator, example: Hand, environment: str) -> None:
    assert changed(site(emulator, environment, *with_key(emulator))) == OBJECTS
    groups = example.find("feature_flags", "debug-logging")["filters"]["groups"]
    assert [group["rollout_percentage"] for group in groups] == [DEBUG_ROLLOUT[environment]]
    assert changed(site(emulator, environment, *with_key(emulator))) == 0


def test_the_key_comes_from_a_vault(emulator: Emulator, tmp_path: Path) -> None:
    password, vault = tmp_path / "password", tmp_path / "vault.yml"
    password.write_text("correct horse")
    encrypt = ["ansible-vault", "encrypt_string", "--stdin-name", "vault_posthog_api_key"]
    vault.write_text(
        subprocess.run(
            [BIN / encrypt[0], *encrypt[1:], "--vault-password-file", password],
            input=emulator.key,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    )
    output = site(emulator, "production", "--vault-password-file", str(password), "-e", f"@{vault}", "-vvv")
    assert emulator.key not in output


def test_without_a_vault_the_play_says_what_to_make(emulator: Emulator) -> None:
    with pytest.raises(AssertionError, match=r"no key: make vault.yml beside connection.yml"):
        site(emulator, "production")
