"""Run `ansible-test sanity` on a copy of the collection, with nothing fetched but packages from PyPI.

It refuses a symlinked collection, so it gets a real copy below .build. It downloads a get-pip script for its own
virtual environments; a stand-in takes its place, in a home of its own so that the user's stays as it is.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import ansible_test
from pythons import search_path
from tree import ROOT, copy

HOME = ROOT / ".cache" / "ansible-test"
# Ansible's style is for what Ansible loads. These are ordinary programs, held to ruff's rules alone.
PROGRAMS = ("roles/emulator/files/", "roles/stack/files/", "tests/")
# pip's configuration and download cache stay the user's: a mirror set there must keep working.
SHARED = (".config/pip", ".pip", ".cache/pip")


def prepare_home() -> None:
    for name in SHARED:
        source, link = Path.home() / name, HOME / name
        if source.exists() and not link.exists():
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(source)
    cache = HOME / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "tests" / "tools" / "get_pip.py", cache / f"get_pip_{pip_version().replace('.', '_')}.py")


def pip_version() -> str:
    """The version in the name under which this ansible-test looks for its get-pip script."""
    source = Path(next(iter(ansible_test.__path__))) / "_internal" / "python_requirements.py"
    found = re.search(r"pip=['\"]([\d.]+)['\"]", source.read_text())
    if not found:
        sys.exit(f"{source} no longer names the version of pip that it bootstraps.")
    return found[1]


def main() -> int:
    collection = copy(ROOT / ".build" / "ansible_collections" / "rollout" / "posthog")
    # It asks git which files are the collection's; the checkout around the copy would answer that .build is ignored.
    subprocess.run(["git", "init", "--quiet"], cwd=collection, check=True)
    prepare_home()
    command = ["ansible-test", "sanity", "--local", "--color", "no", *sys.argv[1:]]
    command += [word for place in PROGRAMS for word in ("--exclude", place)]
    environment = {**os.environ, "HOME": str(HOME), "PATH": search_path()}
    return subprocess.run(command, cwd=collection, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
