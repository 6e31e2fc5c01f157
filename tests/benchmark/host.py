"""How long a run takes on a host of one's own that is as declared: the stack and nginx, over SSH."""

from __future__ import annotations

import os
from pathlib import Path

from measure import ANSIBLE, Run, median, timed

from support.sources import ROOT

SCENARIO = ROOT / "extensions" / "molecule" / "site"
Row = tuple[str, str, str, str]


def host_rows(folder: Path, nothing: Run) -> list[Row]:
    """The scenario's host, rolled out and then left as it is. Takes some minutes, and a Docker Engine."""
    folder.mkdir()
    try:
        scenario(folder, "prepare.yml")
        scenario(folder, "converge.yml", *PARTS)
        again = median(3, lambda: scenario(folder, "converge.yml", *PARTS))
    finally:
        scenario(folder, "destroy.yml")
    time = f"{again.seconds:.2f} s = {again.seconds / nothing.seconds:.2f} x"
    return [("stack and proxy, as declared", "22 services, facts included", time, "<= 25 s on two cores")]


PARTS = ["--tags", "stack,proxy"]


def scenario(folder: Path, book: str, *options: str) -> Run:
    """A playbook of the scenario, as molecule would run it. Raises RuntimeError with all that a failed one said."""
    environment = {
        **os.environ,
        "MOLECULE_PROJECT_DIRECTORY": str(ROOT),
        "MOLECULE_EPHEMERAL_DIRECTORY": str(folder),
        "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
    }
    command = [str(ANSIBLE), "-i", str(SCENARIO / "inventory" / "hosts.yml"), str(SCENARIO / book), *options]
    return Run(timed(command, environment))
