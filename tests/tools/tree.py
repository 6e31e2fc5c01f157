"""A real copy of the collection, as git would have it: for tools that refuse a symlink or must not see leftovers."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def files() -> list[Path]:
    """Tracked files, and new ones that git does not ignore: what a commit of everything would hold."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    names = (Path(name) for name in listed.split("\0") if name)
    return sorted({name for name in names if (ROOT / name).is_file() or (ROOT / name).is_symlink()})


def copy(destination: Path) -> Path:
    shutil.rmtree(destination, ignore_errors=True)
    for name in files():
        target = destination / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target, follow_symlinks=False)
    return destination


if __name__ == "__main__":
    copy(Path(sys.argv[1]))
