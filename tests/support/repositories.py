"""Repositories for the tests of the Sentry remover."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

GIT = ("git", "-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main")


def git(root: Path, *arguments: str) -> str:
    return subprocess.run([*GIT, "-C", str(root), *arguments], check=True, capture_output=True, text=True).stdout


def make_repository(root: Path, files: dict[str, str | bytes]) -> Path:
    """A git repository with these files, committed."""
    root.mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content if isinstance(content, bytes) else content.encode())
    git(root, "init", "-q", ".")
    commit(root)
    return root


def copy_repository(root: Path, *layers: Path) -> Path:
    """A git repository with the files of these folders, the later ones over the earlier ones, committed."""
    for layer in layers:
        shutil.copytree(layer, root, dirs_exist_ok=True)
    return make_repository(root, {})


def commit(root: Path) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", "state")


def contents(root: Path) -> dict[str, bytes]:
    """All files but git's own."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(root).parts
    }
