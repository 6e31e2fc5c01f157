"""The steps of `make lint`, `make test` and `make thorough`: run them, or those that are named, and fail if any fails.

A step that passes prints one line; one that fails prints all it said. The rest still runs: one look shows everything.
"""

from __future__ import annotations

import sys
import time

import lanes
from lanes import Step
from tree import files

PYTHON = sys.executable
TOOLS = "tests/tools"
SHELL_SCRIPTS = [str(name) for name in files() if name.suffix == ".sh" or name.parts[0] == ".ci"]
PYTEST = [PYTHON, "-m", "pytest", "-q"]

DOCUMENTATION = [
    "antsibull-docs",
    "lint-collection-docs",
    "--plugin-docs",
    "--skip-rstcheck",
    "--check-extra-docs-refs",
]
DOCUMENTATION += ["--validate-collection-refs=dependent", "."]


def scenario(*names: str, docker: bool = True) -> Step:
    """A step with scenarios of molecule. Those with containers share names and ports."""
    chosen = [word for name in names for word in ("--scenario-name", name)]
    engine = "docker" if docker else ""
    return Step(f"molecule {' '.join(names)}", ["molecule", "test", *chosen], needs=engine, shares=engine)


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

# The longest chain of steps that share something begins first.
TEST = [
    scenario("stack_compose"),
    scenario("site"),
    *LINT,
    Step("integration", [*PYTEST, "-n", "2", "-m", "not thorough", "tests/integration"]),
    Step("unit", [*PYTEST, "-n", "2", "tests/unit", "tests/emulator"]),
    Step("sanity", [PYTHON, f"{TOOLS}/sanity.py"]),
    Step("ansible-core", [PYTHON, f"{TOOLS}/core_matrix.py"]),
    scenario("default", "sentry", docker=False),
    Step("readme", [*PYTEST, "tests/docs"]),
]

# What takes too long for each change: further combinations of what TEST tries once.
THOROUGH = [
    scenario("stack_swarm"),
    scenario("stack_elsewhere"),
    scenario("stack_upgrade"),
    scenario("proxy"),
    scenario("health"),
    scenario("backup"),
    scenario("backup_host"),
    scenario("backup_swarm"),
    Step("thorough", [*PYTEST, "-n", "2", "-m", "thorough", "tests/integration"]),
]
STEPS = {"lint": LINT, "test": TEST, "thorough": THOROUGH}


def main() -> int:
    steps = STEPS[sys.argv[1]]
    only = sys.argv[2:]  # names of single steps, for whoever repairs one
    started = time.monotonic()
    verdicts = lanes.run(step for step in steps if not only or step.name in only)
    failed = [name for name, verdict in verdicts.items() if verdict == "failed"]
    minutes, seconds = divmod(round(time.monotonic() - started), 60)
    passed = sum(verdict == "passed" for verdict in verdicts.values())
    print(f"\n{passed} of {len(verdicts)} steps passed in {minutes} min {seconds} s", end="")
    print(f"; failed: {', '.join(failed)}" if failed else "")
    if steps is TEST:
        print("Left out: " + ", ".join(step.name for step in THOROUGH) + " (make thorough)")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
