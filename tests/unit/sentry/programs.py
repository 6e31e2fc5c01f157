"""Package managers that are none: small scripts on a PATH of their own, which tell what they saw."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

HEAD = f"#!{sys.executable}\nimport json, os, pathlib, sys, time\n"
VERSION = 'if "--version" in sys.argv:\n    print({version!r})\n    sys.exit()\n'


class Programs:
    """`saw` holds what each program wrote down with note()."""

    def __init__(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.place = place / "bin"
        self.place.mkdir()
        self.notes = place / "notes"
        monkeypatch.setenv("PATH", f"{self.place}{os.pathsep}/usr/bin{os.pathsep}/bin")
        monkeypatch.setenv("NOTES", str(self.notes))

    def add(self, name: str, body: str, version: str = "10.1.2") -> None:
        """A program that prints its version, and otherwise does what is in `body`; it finds its words in `words`."""
        note = "def note(text):\n    open(os.environ['NOTES'], 'a').write(text + '\\n')\n"
        script = HEAD + VERSION.format(version=version) + note + 'words = " ".join(sys.argv[1:])\n' + body
        (self.place / name).write_text(script)
        (self.place / name).chmod(0o755)

    def saw(self) -> list[str]:
        return self.notes.read_text().splitlines() if self.notes.exists() else []
