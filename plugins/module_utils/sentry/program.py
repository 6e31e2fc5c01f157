# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs one program of somebody else's: no input, a limit of time, and what it said is read from its end."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import typing as t
from dataclasses import dataclass

_READ = 64 * 1024


@dataclass(frozen=True)
class Done:
    """`status` is None when the time was up. `said` is the end of both its outputs."""

    status: int | None
    said: str


def run(command: t.Sequence[str], folder: str, environment: t.Mapping[str, str], seconds: float) -> Done:
    """Raises OSError when it cannot be started. On whatever exception, what it started is ended with it."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            list(command),
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        status: int | None
        try:
            status = process.wait(seconds)
        except subprocess.TimeoutExpired:
            status = None
        finally:
            if process.returncode is None:
                _end(process)
        length = output.seek(0, os.SEEK_END)
        output.seek(max(0, length - _READ))
        return Done(status, output.read().decode("utf-8", "replace"))


def _end(process: subprocess.Popen[bytes]) -> None:
    # Nothing is lost: whatever it writes is in the copy.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
