"""Streams that a function writes while somebody reads them."""

from __future__ import annotations

from typing import BinaryIO

import pytest

from ansible_collections.rollout.posthog.plugins.module_utils.backup.stream import made_by
from ansible_collections.rollout.posthog.plugins.module_utils.errors import RolloutError

LARGE = b"x" * 3_000_000


def test_all_of_it_is_read() -> None:
    with made_by(lambda sink: sink.write(LARGE)) as source:  # type: ignore[arg-type,return-value]
        assert source.read() == LARGE


@pytest.mark.parametrize("problem", [RolloutError("no"), OSError("no"), KeyError("LastModified"), ValueError("no")])
def test_whatever_ends_it_early_is_no_end_of_the_data(problem: Exception) -> None:
    """As PostgreSQL's and S3's clients raise what nobody has thought of."""

    def write(sink: BinaryIO) -> None:
        sink.write(b"half of it")
        raise problem

    expected = RolloutError if isinstance(problem, OSError) else type(problem)
    with pytest.raises(expected, match=r"no|LastModified"), made_by(write) as source:
        assert source.read() == b"half of it"


def test_whoever_reads_no_more_hears_of_it_and_waits_for_nobody() -> None:
    with pytest.raises(RolloutError, match="Broken pipe"), made_by(lambda sink: sink.write(LARGE)) as source:  # type: ignore[arg-type,return-value]
        source.read(10)


def test_what_the_reader_raises_comes_first() -> None:
    with pytest.raises(ZeroDivisionError), made_by(lambda sink: sink.write(LARGE)):  # type: ignore[arg-type,return-value]
        raise ZeroDivisionError
