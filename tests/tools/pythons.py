"""The Pythons of this machine, by version."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

KNOWN = range(9, 16)  # Python 3.9, the oldest that modules run on, and up


def search_path() -> str:
    """PATH, with real Pythons in place of pyenv's shims: a shim promises a Python that it may refuse to start."""
    given = [place for place in os.environ["PATH"].split(os.pathsep) if not place.endswith("/shims")]
    real = sorted(Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")).glob("versions/*/bin"))
    return os.pathsep.join([*given, *map(str, real)])


def found() -> dict[int, str]:
    """Minor version of Python 3 -> its interpreter, oldest first."""
    programs = {minor: shutil.which(f"python3.{minor}", path=search_path()) for minor in KNOWN}
    return {minor: program for minor, program in programs.items() if program}
