"""One emulator for all tests of this folder, as new before each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.api import Api
from support.emulator import Emulator, start_emulator


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """The process."""
    emulator = start_emulator(tmp_path_factory.mktemp("emulator"))
    yield emulator
    emulator.stop()


@pytest.fixture
def emulator(running: Emulator) -> Emulator:
    """The emulator, as new."""
    running.reset()
    return running


@pytest.fixture
def api(emulator: Emulator) -> Api:
    """A client with the owner's key."""
    return Api(emulator)
