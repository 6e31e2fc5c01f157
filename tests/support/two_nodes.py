"""A real swarm of two managers on this machine, for a test: tests/tools/two_nodes.sh, with an image of ours in both."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

TOOL = Path(__file__).resolve().parents[1] / "tools" / "two_nodes.sh"


@dataclass(frozen=True)
class Nodes:
    place: Path

    def address(self, number: int) -> str:
        """For DOCKER_HOST."""
        return f"unix://{self.place}/node{number}/docker.sock"

    def engine(self, number: int, *words: str, given: bytes = b"") -> str:
        """What docker says there. Raises CalledProcessError."""
        command = ["docker", "--host", self.address(number), *words]
        return subprocess.run(command, input=given, capture_output=True, check=True).stdout.decode()


@contextmanager
def two_nodes(place: Path, image: str) -> Iterator[Nodes]:
    """Both nodes, while it lasts. Skips the test where they cannot be."""
    if os.geteuid() or not shutil.which("dockerd"):
        pytest.skip("only root can make a swarm, with a Docker Engine")
    saved = subprocess.run(["docker", "save", image], capture_output=True, check=False)
    if saved.returncode:
        pytest.skip(f"there is no image {image}; a scenario of molecule makes it")
    nodes = Nodes(place)
    try:
        subprocess.run([TOOL, "up", place], check=True, stdout=subprocess.DEVNULL)
        for number in (1, 2):
            nodes.engine(number, "load", given=saved.stdout)
        yield nodes
    finally:
        subprocess.run([TOOL, "down", place], check=True)
