"""The emulator runs, and says what it is."""

from __future__ import annotations

import requests

from support.emulator import Emulator


def test_health_says_emulator(emulator: Emulator) -> None:
    assert "emulator" in requests.get(f"{emulator.url}/_health", timeout=5).text
    assert requests.get(f"{emulator.url}/_health", headers={"Accept": "application/json"}, timeout=5).json()["emulator"]
