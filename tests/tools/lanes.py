"""Run steps in two lanes, say how each went when it ends, and tell all verdicts.

Two, because one step seldom keeps two processors busy. Steps that share what only one may use, as scenarios share the
names of containers, go one after the other.
"""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tree import ROOT

LANES = 2


@dataclass(frozen=True)
class Step:
    name: str
    command: list[str]
    needs: str = ""  # a program that a fresh machine may lack; .ci/run installs it
    shares: str = ""  # what only one step at a time may use

    def run(self) -> str:
        """The verdict: passed, failed or skipped. Prints one line, and all that a step said that failed."""
        if lack := missing(self.needs):
            print(f"- {self.name:<22} skipped: {lack}", flush=True)
            return "skipped"
        started = time.monotonic()
        done = subprocess.run(
            self.command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        said = (done.stdout + done.stderr).strip()
        verdict = "failed" if done.returncode else "passed"
        took = f"- {self.name:<22} {verdict} in {time.monotonic() - started:.0f} s"
        shown = ["  $ " + " ".join(self.command), said] if done.returncode else []
        print("\n".join([took + ("" if done.returncode else summary(said)), *shown]), flush=True)
        return verdict


def missing(program: str) -> str:
    """Why a step cannot run here; empty if it can."""
    if not program:
        return ""
    if not shutil.which(program):
        return f"{program} is not installed"
    if program == "docker" and subprocess.run(["docker", "info"], capture_output=True, check=False).returncode:
        return "no Docker Engine answers"
    return ""


def summary(said: str) -> str:
    """What the tool itself says at its end, if it is short: counts of tests, skipped steps."""
    last = said.splitlines()[-1].strip("= ") if said else ""
    return f": {last}" if 0 < len(last) <= 100 else ""


class Queue:
    """Steps in their order, without those whose shared thing is in use."""

    def __init__(self, steps: Iterable[Step]) -> None:
        self.waiting = list(steps)
        self.used: set[str] = set()
        self.verdicts: dict[str, str] = {}
        self.changed = threading.Condition()

    def work(self) -> None:
        while step := self.take():
            try:
                self.verdicts[step.name] = step.run()
            finally:
                with self.changed:
                    self.used.discard(step.shares)
                    self.changed.notify_all()

    def take(self) -> Step | None:
        """The next step that may run now; waits for one while there are any."""
        with self.changed:
            while self.waiting:
                free = next((step for step in self.waiting if step.shares not in self.used), None)
                if free:
                    self.waiting.remove(free)
                    if free.shares:
                        self.used.add(free.shares)
                    return free
                self.changed.wait()
            return None


def run(steps: Iterable[Step], lanes: int = LANES) -> dict[str, str]:
    """The verdict of each step by its name."""
    queue = Queue(steps)
    with ThreadPoolExecutor(lanes) as pool:
        for worker in [pool.submit(queue.work) for _ in range(lanes)]:
            worker.result()
    return queue.verdicts
