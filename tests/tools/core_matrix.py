"""Run the smoke playbook on each supported ansible-core, every one in a virtual environment kept below .cache.

The newest that this Python takes is the one in .venv, so it is not installed twice.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from tree import ROOT

OLDER = ("2.17", "2.18")
SMOKE = ROOT / "tests" / "integration" / "smoke" / "smoke.yml"


def environment(release: str) -> Path:
    """The directory of programs of a virtual environment with this ansible-core."""
    place = ROOT / ".cache" / f"ansible-core-{release}-{sys.version_info.major}.{sys.version_info.minor}"
    done = place / "installed"
    if not done.exists():
        venv.create(place, with_pip=True, clear=True)
        packages = [f"ansible-core~={release}.0", "-r", str(ROOT / "requirements.txt")]
        subprocess.run([place / "bin" / "python", "-m", "pip", "install", "-qq", *packages], check=True)
        done.touch()
    return place / "bin"


def smoke(programs: Path) -> bool:
    """Whether the playbook passes; its output is worth reading only if not."""
    with tempfile.TemporaryDirectory() as scratch:
        done = subprocess.run(
            [programs / "ansible-playbook", SMOKE, "-e", f"smoke_directory={scratch}"],
            cwd=ROOT,
            env={**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        print(done.stdout, done.stderr)
    return done.returncode == 0


def version(programs: Path) -> str:
    command = [programs / "python", "-c", "import ansible.release as r; print(r.__version__)"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def main() -> int:
    places = [*map(environment, OLDER), Path(sys.executable).parent]
    verdicts = {version(programs): smoke(programs) for programs in places}
    print(", ".join(f"{release} {'passed' if passed else 'failed'}" for release, passed in verdicts.items()))
    return not all(verdicts.values())


if __name__ == "__main__":
    sys.exit(main())
