"""Every command of the README works for somebody who has just cloned the repository.

The ```shell blocks run in order in one fresh copy, each in a shell of its own that stops at the first failure. A block
that can't run here says why in the line above it: <!-- not run: needs a key for PostHog Cloud -->
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "tools"))

from tree import copy  # noqa: E402 - it lies beside the other tools, which are no package

BLOCK = re.compile(
    r"^(?:<!-- not run: (?P<reason>[^\n]+?) -->\n+)?```shell\n(?P<script>.*?)^```$", re.MULTILINE | re.DOTALL
)
# What `make test` has set for itself, and a newcomer's shell has not.
OURS = ("ANSIBLE_", "LC_ALL", "MAKE", "MFLAGS", "PYTHONPATH", "PYTEST_", "VIRTUAL_ENV")


class Block(NamedTuple):
    line: int
    script: str
    reason: str


def blocks(text: str) -> list[Block]:
    return [
        Block(text.count("\n", 0, found.start("script")), found["script"], found["reason"] or "")
        for found in BLOCK.finditer(text)
    ]


# The demo takes a port of its own: the developer's may be running on the usual one.
USUAL_PORT, OWN_PORT = "8020", "18020"
README = ROOT / "README.md"
BLOCKS = blocks(README.read_text()) if README.exists() else []


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, object]]:
    """A fresh copy of the repository, and an environment without ours; what the README starts there is stopped."""
    checkout = copy(tmp_path_factory.mktemp("newcomer") / "posthog")
    hosts = checkout / "inventories" / "local" / "hosts.yml"
    hosts.write_text(hosts.read_text().replace(USUAL_PORT, OWN_PORT))
    subprocess.run(["git", "init", "--quiet"], cwd=checkout, check=True)
    subprocess.run(["git", "add", "--all"], cwd=checkout, check=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    environment["PATH"] = os.pathsep.join(
        place for place in os.environ["PATH"].split(os.pathsep) if not place.startswith(str(ROOT))
    )
    yield {"cwd": checkout, "env": environment}
    subprocess.run(["make", "--silent", "clean"], cwd=checkout, env=environment, check=True)


def test_the_readme_has_commands() -> None:
    assert [block for block in BLOCKS if not block.reason], "no ```shell block in README.md is run"


def test_a_block_is_found_with_its_reason() -> None:
    text = (
        "Intro\n\n```shell\nmake demo\n```\n\n<!-- not run: needs a key -->\n```shell\nrun\n```\n\n```yaml\na: b\n```\n"
    )
    assert blocks(text) == [Block(3, "make demo\n", ""), Block(8, "run\n", "needs a key")]


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: f"line-{block.line}")
def test_block(block: Block, newcomer: dict[str, object]) -> None:
    if block.reason:
        pytest.skip(f"README.md:{block.line}: {block.reason}")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block.script.replace(USUAL_PORT, OWN_PORT)],
        **newcomer,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, f"README.md:{block.line}\n{block.script}\n{done.stdout}"
