"""Run the smoke playbook on each supported ansible-core, and its modules on the oldest Python of this machine.

Every combination lives in virtual environments below .cache; the ansible-core of .venv is used where it lies.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from pythons import found
from tree import ROOT

sys.path.insert(0, str(ROOT / "tests"))

from support.emulator import start_emulator  # what the other tests start, too

SMOKE = ROOT / "tests" / "integration" / "smoke" / "smoke.yml"
# ansible-core -> the newest Python 3 that it supports as a controller.
OLDER = {"2.17": 12, "2.18": 13}


def environment(name: str, python: str, *packages: str) -> Path:
    """The Python of a virtual environment with these packages, made once."""
    place = ROOT / ".cache" / "matrix" / name
    program, done = place / "bin" / "python", place / "installed"
    if not done.exists():
        subprocess.run([python, "-m", "venv", "--clear", place], check=True)
        requirements = [*packages, "-r", str(ROOT / "requirements.txt")]
        subprocess.run([program, "-m", "pip", "install", "-qq", *requirements], check=True)
        done.touch()
    return program


def combinations() -> Iterator[tuple[Path, Path]]:
    """The Python that Ansible runs on, and the Python that its modules run on."""
    here, pythons = sys.version_info.minor, found()
    own = Path(sys.executable)
    for release, limit in OLDER.items():
        minor = here if here <= limit else max((minor for minor in pythons if 10 <= minor <= limit), default=None)
        if minor is None:
            print(f"ansible-core {release}: skipped, no Python 3.10 to 3.{limit} here")
            continue
        base = sys.executable if minor == here else pythons[minor]
        python = environment(f"core-{release}-on-3.{minor}", base, f"ansible-core~={release}.0")
        yield python, python
    yield own, own
    newest, oldest = max(pythons, default=here), min(pythons, default=here)
    if newest > here:  # a newer ansible-core may want a newer Python than ours
        python = environment(f"newest-core-on-3.{newest}", pythons[newest], "ansible-core")
        yield python, python
    if oldest < here:
        yield own, environment(f"modules-on-3.{oldest}", pythons[oldest])


def smoke(controller: Path, target: Path) -> bool:
    """Whether the playbook passes; what it printed is worth reading only if not."""
    with tempfile.TemporaryDirectory() as directory:
        emulator = start_emulator(directory)
        done = subprocess.run(
            [controller, "-m", "ansible", "playbook", SMOKE, "-e", f"ansible_python_interpreter={target}"],
            cwd=ROOT,
            env={**os.environ, "POSTHOG_HOST": emulator.url, "POSTHOG_API_KEY": emulator.key},
            capture_output=True,
            text=True,
            check=False,
        )
        emulator.stop()
    if done.returncode:
        print(done.stdout, done.stderr)
    return done.returncode == 0


def versions(controller: Path, target: Path) -> str:
    core = [controller, "-c", "import ansible.release as r, platform as p; print(r.__version__, p.python_version())"]
    python = [target, "-c", "import platform as p; print(p.python_version())"]
    said = [
        subprocess.run(command, check=True, capture_output=True, text=True).stdout.split() for command in (core, python)
    ]
    return f"ansible-core {said[0][0]} on Python {said[0][1]}, modules on {said[1][0]}"


def main() -> int:
    failed = 0
    total = 0
    for controller, target in combinations():
        passed = smoke(controller, target)
        print(f"{versions(controller, target)}: {'passed' if passed else 'failed'}")
        total += 1
        failed += not passed
    print(f"{total - failed} of {total} combinations passed")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
