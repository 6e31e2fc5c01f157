"""Run the steps of `make lint` or `make test` one after the other, say how each went, and fail if any did.

A step that passes prints one line; one that fails prints all it said. The rest still runs: one look shows everything.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from dataclasses import dataclass

from tree import ROOT, files

PYTHON = sys.executable
TOOLS = "tests/tools"
SHELL_SCRIPTS = [str(name) for name in files() if name.suffix == ".sh" or name.parts[0] == ".ci"]


@dataclass(frozen=True)
class Step:
    name: str
    command: list[str]
    needs: str = ""  # a program that a fresh machine may lack; .ci/run installs it

    def run(self) -> str:
        """The verdict: passed, failed or skipped."""
        if self.needs and not shutil.which(self.needs):
            print(f"- {self.name:<16} skipped: {self.needs} is not installed", flush=True)
            return "skipped"
        print(f"- {self.name:<16} ", end="", flush=True)
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
        print(f"{verdict} in {time.monotonic() - started:.0f} s{'' if done.returncode else summary(said)}", flush=True)
        if done.returncode:
            print("  $ " + " ".join(self.command), said, sep="\n", flush=True)
        return verdict


def summary(said: str) -> str:
    """What the tool itself says at its end, if it is short: counts of tests, skipped steps."""
    last = said.splitlines()[-1].strip("= ") if said else ""
    return f": {last}" if 0 < len(last) <= 100 else ""


DOCUMENTATION = [
    "antsibull-docs",
    "lint-collection-docs",
    "--plugin-docs",
    "--skip-rstcheck",
    "--check-extra-docs-refs",
]
DOCUMENTATION += ["--validate-collection-refs=dependent", "."]

LINT = [
    Step("ruff", ["ruff", "check", "--quiet", "."]),
    Step("ruff format", ["ruff", "format", "--check", "--quiet", "."]),
    Step("mypy", ["mypy", "-p", "ansible_collections.rollout.posthog.plugins.module_utils"]),
    Step("yamllint", ["yamllint", "--strict", "."]),
    Step("ansible-lint", ["ansible-lint", "-q", "--nocolor"]),
    Step("changelog", ["antsibull-changelog", "lint"]),
    Step("documentation", DOCUMENTATION),
    Step("shellcheck", ["shellcheck", *SHELL_SCRIPTS], needs="shellcheck"),
]

TEST = [
    *LINT,
    Step("unit", [PYTHON, "-m", "pytest", "-q", "-n", "2", "tests/unit", "tests/emulator"]),
    Step("integration", [PYTHON, "-m", "pytest", "-q", "-n", "2", "tests/integration"]),
    Step("sanity", [PYTHON, f"{TOOLS}/sanity.py"]),
    Step("ansible-core", [PYTHON, f"{TOOLS}/core_matrix.py"]),
    Step("molecule", ["molecule", "test", "--scenario-name", "default", "--scenario-name", "sentry"]),
    Step("readme", [PYTHON, "-m", "pytest", "-q", "tests/docs"]),
]

# With containers, and therefore apart: tests/tools/engine.sh gives a Debian machine the engine.
CONTAINERS = [
    Step(f"molecule {scenario}", ["molecule", "test", "--scenario-name", scenario], needs="docker")
    for scenario in ("stack_compose", "stack_upgrade", "proxy", "health")
]


def main() -> int:
    steps = {"lint": LINT, "test": TEST, "molecule": CONTAINERS}[sys.argv[1]]
    only = sys.argv[2:]  # names of single steps, for whoever repairs one
    started = time.monotonic()
    verdicts = {step.name: step.run() for step in steps if not only or step.name in only}
    failed = [name for name, verdict in verdicts.items() if verdict == "failed"]
    minutes, seconds = divmod(round(time.monotonic() - started), 60)
    passed = sum(verdict == "passed" for verdict in verdicts.values())
    print(f"\n{passed} of {len(verdicts)} steps passed in {minutes} min {seconds} s", end="")
    print(f"; failed: {', '.join(failed)}" if failed else "")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
