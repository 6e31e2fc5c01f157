"""What fails on a real swarm right after it was deployed is taken back, and the module says so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.rollout.posthog.plugins.module_utils.stack.swarm import Swarm, stack_file
from support.task import run_module
from support.two_nodes import two_nodes

pytestmark = pytest.mark.thorough
NODES = Path("/var/tmp/rollout-rollback-swarm")
IMAGE = "rollout-test/debian:bookworm"


def deploy(folder: Path, command: list[str]) -> dict[str, Any]:
    """What stack_deploy answers for a service of the edge that runs this."""
    service = {"image": IMAGE, "command": command, "networks": {"default": None}}
    model = {"services": {"capture": service}, "networks": {"default": {"name": "edge_default"}}}
    chosen = {"capture": {"stage": "edge"}}
    swarm = Swarm(chosen, "keeps", endpoint_mode="dnsrr", replicas={"capture": 2}, monitor=5)
    (folder / "stack.json").write_text(json.dumps(stack_file(model, swarm)))
    options = {"directory": str(folder), "name": "edge", "services": ["capture"], "timeout": 90}
    answer, _text = run_module("stack_deploy", options)
    return dict(answer)


def test_what_fails_is_taken_back_and_the_old_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with two_nodes(NODES, IMAGE) as nodes:
        monkeypatch.setenv("DOCKER_HOST", nodes.address(1))
        answer = deploy(tmp_path, ["sleep", "1000"])
        assert not answer.get("failed"), answer
        running = ["service", "ps", "--quiet", "--filter=desired-state=running", "edge_capture"]
        before = set(nodes.engine(1, *running).split())
        assert len(before) == 2
        # It runs, and only then fails: Swarm must not have gone on to the second by then.
        answer = deploy(tmp_path, ["sh", "-c", "sleep 2; exit 1"])
        assert answer["msg"].startswith("capture: Swarm has gone back to what ran before: "), answer
        assert "non-zero exit (1)" in answer["msg"]
        # Started before the old one stops, so one of the two at least was there all the time.
        assert before & set(nodes.engine(1, *running).split())
        answer = deploy(tmp_path, ["sleep", "1000"])
        assert not answer.get("failed"), answer
