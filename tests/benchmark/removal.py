"""How long Sentry takes to go: the module in a process of its own, against the least that anything would cost."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import yaml
from repositories import large, long_lock

from support.repositories import git
from support.task import start_apart

Row = tuple[str, str, str, str]


def removal_rows(folder: Path) -> list[Row]:
    return [*of_a_large_repository(large(folder / "large")), *of_a_long_lock(long_lock(folder / "lock"))]


def of_a_large_repository(root: Path) -> list[Row]:
    count, reading = read_all(root)
    looked, result = module(root, lock_strategy="leave", scan_only=True)
    assert not result["summary"]["still_imported"], result["summary"]
    removed, result = module(root, lock_strategy="leave")
    again, _nothing = module(root, lock_strategy="leave")
    return [
        row(f"{count:,} files read, and nothing else", "", reading, reading),
        row("the same repository scanned", f"{len(result['residue'])} lines reported", looked, reading),
        row("Sentry removed from it", written(result), removed, reading, "<= 5 s on two cores"),
        row("once more", "nothing to do", again, reading),
    ]


def of_a_long_lock(root: Path) -> list[Row]:
    lock = root / "pnpm-lock.yaml"
    lines = lock.read_text().count("\n")
    started = time.perf_counter()
    yaml.load(lock.read_bytes(), Loader=yaml.CSafeLoader)
    parsing = time.perf_counter() - started
    pruned, _result = module(root, code=False)
    gone = lines - lock.read_text().count("\n")
    assert gone > 0, "nothing was pruned"
    assert git(root, "diff", "--numstat", "--", lock.name).startswith("0\t"), "lines were added"
    return [
        row(f"{lines:,} lines of a pnpm lock parsed by libyaml", "", parsing, parsing),
        row("the lock pruned", f"{gone:,} lines gone", pruned, parsing, "<= 2 s"),
    ]


def read_all(root: Path) -> tuple[int, float]:
    """How many files there are, and the seconds to read them all."""
    names = [name for name in git(root, "ls-files", "-z").split("\0") if name]
    started = time.perf_counter()
    for name in names:
        (root / name).read_bytes()
    return len(names), time.perf_counter() - started


def module(root: Path, **options: Any) -> tuple[float, dict[str, Any]]:
    """The seconds of a whole process, and the module's answer. Raises when it fails, with all that it said."""
    started = time.perf_counter()
    process = start_apart("sentry_removal", {"path": str(root), "allow_dirty": True, **options})
    output, _ = process.communicate()
    seconds = time.perf_counter() - started
    result: dict[str, Any] = json.loads(output)
    if result.get("failed"):
        raise RuntimeError(result["msg"])
    return seconds, result


def written(result: dict[str, Any]) -> str:
    return f"{len(result['files'])} files written, {len(result['residue'])} lines reported"


def row(what: str, counts: str, seconds: float, against: float, goal: str = "") -> Row:
    return what, counts, f"{seconds:.2f} s = {seconds / against:.2f} x", goal
