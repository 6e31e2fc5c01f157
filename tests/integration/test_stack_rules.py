"""What the role `stack` says of variables that make no sense: all at once, before it looks at the host."""

from __future__ import annotations

import json
from pathlib import Path

from support.task import Playbook

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


def test_everything_that_makes_no_sense_is_said_at_once(tmp_path: Path) -> None:
    playbook = Playbook(tmp_path)
    playbook.environment["ANSIBLE_CALLBACK_RESULT_FORMAT"] = "json"
    role = {"name": "rollout.posthog.stack", "tasks_from": "preflight"}
    output = playbook.fails([{"ansible.builtin.include_role": role}], variables=NONSENSE)
    data = json.loads(output.partition("FAILED! => ")[2].partition("\n\nPLAY RECAP")[0])
    assert data["assertion"] == "_stack_nonsense == []"
    said = data["msg"].splitlines()
    assert [line for line, start in zip(said, SAID, strict=True) if start not in line] == []
