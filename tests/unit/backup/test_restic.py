"""What restic is asked."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

import pytest
from unit.backup.repository import repository

from ansible_collections.rollout.posthog.plugins.module_utils.backup import restic


def test_no_name_has_a_directory_for_restic_0_18_refuses_them(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Sequence[str]] = []

    def note(command: Sequence[str], *_more: Any, **_named: Any) -> Any:
        asked.append(command)
        return nullcontext()

    for name in ("talking", "reading", "run"):
        monkeypatch.setattr(restic.process, name, note)
    tool = repository("/srv")
    tool.receiver("postgres/posthog.dump", {})
    tool.reading("0123", "postgres/posthog.dump")
    tool.text("0123", "manifest.json")
    assert [command[-1] for command in asked] == ["postgres-posthog.dump", "/postgres-posthog.dump", "/manifest.json"]
