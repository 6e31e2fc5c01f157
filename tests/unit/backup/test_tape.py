"""An archive that is a stream needs no more memory for many entries than for a few."""

from __future__ import annotations

import io
import tarfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from ansible_collections.rollout.posthog.plugins.module_utils.backup import tape

#: Few are more than fill the buffer, which is there for all.
FEW, MANY = 1000, 3000


def write(path: Path, number: int) -> None:
    with path.open("wb") as sink, tape.written(sink) as tar:
        for index in range(number):
            entry = tarfile.TarInfo(f"bucket/{index:0120d}")
            entry.size, entry.pax_headers = 3, {"ROLLOUT.meta.index": str(index)}
            tape.add(tar, entry, io.BytesIO(b"abc"))


def read(path: Path, number: int) -> None:
    with path.open("rb") as source:
        found = [
            body.read() == b"abc" and not entry.name.strip("bucket/0123456789") for entry, body in tape.read(source)
        ]
    assert found == [True] * number


def most(work: Callable[[Path, int], None], place: Path, number: int) -> int:
    """Bytes of memory."""
    tracemalloc.start()
    try:
        work(place / f"{number}.tar", number)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("work", [write, read])
def test_memory_is_the_same_for_few_and_many(tmp_path: Path, work: Callable[[Path, int], None]) -> None:
    for number in (FEW, MANY):
        write(tmp_path / f"{number}.tar", number)
    few, many = (most(work, tmp_path, number) for number in (FEW, MANY))
    assert many - few < (MANY - FEW) * 100, f"an entry that is remembered takes some 500 bytes: {few}, {many}"


def test_what_is_no_file_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "some.tar"
    with tarfile.open(path, "w") as tar:
        folder = tarfile.TarInfo("rollout-1")
        folder.type = tarfile.DIRTYPE
        tar.addfile(folder)
        tar.addfile(tarfile.TarInfo("rollout-1/empty"), io.BytesIO())
    with path.open("rb") as source:
        assert [(entry.name, body.read()) for entry, body in tape.read(source)] == [("rollout-1/empty", b"")]
