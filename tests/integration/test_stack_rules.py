"""What the role `stack` says of variables that make no sense: all at once, before it looks at the host."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from support.task import ROOT

NONSENSE = {
    "stack_domain": "example.com/posthog",
    "stack_release": {"commit": "master", "images": {}, "services": ["db", "web", "proxy"], "servics": []},
    "stack_capabilities": ["flags"],
    "stack_publish": {"proxy": ["8190"], "proxie": ["127.0.0.1:8010:80"]},
    "stack_memory": {"web": "lots"},
    "stack_environment": {"wep": {"A B": "b"}},
    "stack_variables": {"A\nB=": "x"},
    "stack_subnet": "172.31.190.0",
    "stack_owner_email": "nobody",
}
SAID = [
    "stack_domain must be a host name and nothing else",
    "stack_release.commit must be a commit of 40 hexadecimal digits",
    "stack_capabilities must have core",
    "stack_release knows commit, images, services, clickhouse and postgres, and not servics",
    "stack_publish.proxie, stack_environment.wep: stack_release.services has no such service",
    "stack_publish has 8190; write ADDRESS:PORT:PORT",
    "stack_memory.web must be a size such as 512m or 2g, not lots",
    "stack_subnet must be a network such as 172.31.240.0/24, not 172.31.190.0",
    "stack_owner_email must be an address such as owner@example.com, not nobody",
    r'"A\nB=", "A B" cannot be a variable',
]


def told(tmp_path: Path, variables: dict[str, Any]) -> list[str]:
    """The sentences about variables that make no sense."""
    role = {"name": "rollout.posthog.stack", "tasks_from": "preflight"}
    play = {"hosts": "localhost", "gather_facts": False, "tasks": [{"ansible.builtin.include_role": role}]}
    (tmp_path / "play.yml").write_text(json.dumps([play]))
    (tmp_path / "variables.json").write_text(json.dumps(variables))
    ansible = Path(sys.executable).with_name("ansible-playbook")
    done = subprocess.run(
        [ansible, "-i", "localhost,", "-c", "local", "-e", f"@{tmp_path}/variables.json", tmp_path / "play.yml"],
        cwd=ROOT,
        env={**os.environ, "ANSIBLE_NOCOLOR": "1", "ANSIBLE_CALLBACK_RESULT_FORMAT": "json"},
        capture_output=True,
        text=True,
        check=False,
    )
    result = done.stdout.partition("FAILED! => ")[2].partition("\n\nPLAY RECAP")[0]
    data = json.loads(result)
    assert data["assertion"] == "_stack_nonsense == []"
    return str(data["msg"]).splitlines()


def test_everything_that_makes_no_sense_is_said_at_once(tmp_path: Path) -> None:
    said = told(tmp_path, NONSENSE)
    assert [line for line, start in zip(said, SAID, strict=True) if start not in line] == []
