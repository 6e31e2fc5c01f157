"""The program of the role health, on a host that is a folder: installed by its module, and run as a timer would."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from support.emulator import Emulator
from support.task import run_module


class Program:
    """Where its files are, and how it runs: with nothing of Ansible or of this repository in its environment."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "lib" / "health.pyz"
        self.settings = folder / "etc" / "health.json"
        self.state = folder / "var" / "state.json"

    @property
    def command(self) -> list[str]:
        return [str(self.path), "--settings", str(self.settings)]

    def install(self, emulator: Emulator, **options: Any) -> None:
        """By the module, in this process."""
        common = {
            "host": emulator.url,
            "api_key": emulator.key,
            "project": 1,
            "event": {"failed_seconds": 0.5},
            "disk": {"enabled": False},
            "path": str(self.path),
            "settings_path": str(self.settings),
            "state_path": str(self.state),
        }
        answer, text = run_module("health_program", {**common, **options})
        assert answer.get("changed"), text

    def run(self, *options: str, python: str = sys.executable) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [python, *self.command, *options],
            cwd="/",
            env={"PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
