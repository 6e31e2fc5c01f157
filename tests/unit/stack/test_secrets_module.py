"""What the module stack_secrets answers, as the role gets it."""

from __future__ import annotations

import json
from pathlib import Path

from support.task import run_module

GIVEN = "a-password-from-a-vault"


def test_given_secrets_come_back_as_they_are(tmp_path: Path) -> None:
    """Ansible takes what is hidden in the options out of the result, and a password of that name was rolled out."""
    path = tmp_path / "secrets.json"
    for _run in ("the first", "the second"):
        answer, _text = run_module("stack_secrets", {"path": str(path), "given": {"postgres_password": GIVEN}})
        assert answer["secrets"]["postgres_password"] == GIVEN
        assert answer["secrets"] == json.loads(path.read_text())
    assert answer["changed"] is False
