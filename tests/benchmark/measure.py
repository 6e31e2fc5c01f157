"""Runs playbooks against the emulator and says how long they took and what they asked for."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.emulator import Emulator

Play = list[dict[str, Any]]
LIBRARY = Path(__file__).parent / "library"
ANSIBLE = Path(sys.executable).with_name("ansible-playbook")


@dataclass
class Run:
    """Seconds of wall time, and the requests that reached the emulator."""

    seconds: float
    requests: int = 0
    writes: int = 0
    refused: int = 0


def play(*tasks: dict[str, Any]) -> Play:
    """A play on this machine with the given tasks."""
    interpreter = {"ansible_python_interpreter": sys.executable}
    head = {"hosts": "localhost", "connection": "local", "gather_facts": False, "vars": interpreter}
    return [{**head, "tasks": list(tasks)}]


def playbook(emulator: Emulator, content: Play) -> Run:
    """One ansible-playbook process. Raises when it fails, with all that it said."""
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder, "play.yml")
        # JSON is YAML, and quicker to read than YAML: what is measured is not the parser.
        book.write_text(json.dumps(content))
        environment = {
            **os.environ,
            "ANSIBLE_LIBRARY": str(LIBRARY),
            "POSTHOG_HOST": emulator.url,
            "POSTHOG_API_KEY": emulator.key,
            "POSTHOG_PROJECT_ID": "1",
        }
        emulator.forget_requests()
        seconds = timed([str(ANSIBLE), "-i", "localhost,", str(book)], environment)
    log = emulator.requests()
    return Run(
        seconds,
        requests=len(log),
        writes=sum(entry["method"] != "GET" for entry in log),
        refused=sum(entry["status"] >= 400 for entry in log),
    )


def timed(command: list[str], environment: dict[str, str]) -> float:
    """The seconds of a process. Raises RuntimeError when it fails, with all that it said."""
    started = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - started
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return seconds


def median(times: int, work: Callable[[], Run]) -> Run:
    """The run with the median time."""
    runs = sorted((work() for _ in range(times)), key=lambda run: run.seconds)
    return next(run for run in runs if run.seconds == statistics.median_low([run.seconds for run in runs]))
