"""What the role `stack` writes into .env arrives in Compose as it was given."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from support.task import ROOT, Playbook

ODD = {
    "QUOTE": "it's 'quoted'",
    "DOLLAR": "$HOME ${HOME} $$",
    "LINES": "first\nsecond # no comment\n",
    "BACK": "\\n \\' \\\\ back",
    "DOUBLE": '"double"',
    "NUMBER": 5,
}
KEY = "-----BEGIN\nkey\n-----END"
CADDY = "servers { trusted_proxies 'private' }"


@pytest.mark.skipif(not shutil.which("docker"), reason="docker is not installed; its Compose reads the file")
def test_whatever_is_given_arrives(tmp_path: Path) -> None:
    variables = {
        "stack_name": "odd",
        "stack_domain": "posthog.example.com",
        "stack_release": {"commit": "c" * 40},
        "stack_telemetry": False,
        "stack_caddy_options": CADDY,
        "stack_variables": ODD,
        "_stack_release_home": str(tmp_path),
        "_stack_secret_names": ["SECRET"],
        "_stack_secret_variables": {"SECRET": KEY},
    }
    template = {"src": str(ROOT / "roles/stack/templates/env.j2"), "dest": f"{tmp_path}/.env"}
    Playbook(tmp_path).run([{"ansible.builtin.template": template}], variables=variables)
    names = [*ODD, "SECRET", "CADDY_TLS_BLOCK"]
    service = {"image": "none", "environment": {name: f"${{{name}}}" for name in names}}
    (tmp_path / "docker-compose.yml").write_text(yaml.safe_dump({"services": {"one": service}}))
    (tmp_path / "overlay.yml").write_text("services: {}\n")
    told = subprocess.run(
        ["docker", "compose", "config", "--format", "json", "--no-interpolate=false"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert told.returncode == 0, told.stderr
    arrived = json.loads(told.stdout)["services"]["one"]["environment"]
    given = {**ODD, "SECRET": KEY}
    # Compose writes a dollar of a value twice, so that its output can be read again.
    assert {name: arrived[name].replace("$$", "$") for name in given} == {k: str(v) for k, v in given.items()}
    assert arrived["CADDY_TLS_BLOCK"] == CADDY
