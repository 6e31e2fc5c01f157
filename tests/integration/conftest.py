"""One emulator for the tests of a worker, as new before each; tasks and playbooks that talk to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from integration.hand import Hand

from support.emulator import Emulator, start_emulator
from support.task import Playbook, Tasks


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """The process."""
    emulator = start_emulator(tmp_path_factory.mktemp("emulator"))
    yield emulator
    emulator.stop()


@pytest.fixture
def emulator(running: Emulator, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """The emulator, as new; nothing about it in the environment."""
    for name in ("POSTHOG_HOST", "POSTHOG_API_KEY", "POSTHOG_PROJECT_ID"):
        monkeypatch.delenv(name, raising=False)
    running.reset()
    return running


@pytest.fixture
def task(emulator: Emulator) -> Tasks:
    """Runs modules in this process."""
    return Tasks(emulator)


@pytest.fixture
def hand(emulator: Emulator) -> Hand:
    """A person who edits by hand."""
    return Hand(emulator)


@pytest.fixture
def playbook(emulator: Emulator, tmp_path: Path) -> Playbook:
    """Runs playbooks."""
    return Playbook(tmp_path, emulator)
