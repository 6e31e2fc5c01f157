"""A real browser, headless, that looks at a page of a test.

>>> with Browser(tmp_path, "http://www.test:8080/"):
...     ...  # until what the page does has happened
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

PROGRAM = shutil.which("chromium")
NEEDS_BROWSER = pytest.mark.skipif(PROGRAM is None, reason="chromium is not installed (apt-get install chromium)")
# Nothing but the page is asked for, and every name is this machine.
FLAGS = """
--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-sync
--disable-component-update --disable-dev-shm-usage --enable-logging=stderr --remote-debugging-port=0
""".split()
FLAGS.append("--host-resolver-rules=MAP * 127.0.0.1")


class Browser:
    """Chromium with a new profile."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.url = url
        #: What it says on its terminal.
        self.log = folder / "chromium.log"

    def __enter__(self) -> Self:
        profile = f"--user-data-dir={self.folder / 'profile'}"
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [str(PROGRAM), *FLAGS, profile, self.url],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    @property
    def running(self) -> bool:
        """Whether it is still there."""
        return self._process.poll() is None
