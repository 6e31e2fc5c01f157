# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs of the host that are asked."""

from __future__ import annotations

import subprocess
import typing as t

from ..errors import RolloutError


class Missing(RolloutError):
    """The program is not there."""


def run(command: t.Sequence[str], timeout: float) -> str:
    """What it prints; `timeout` is seconds. Raises RolloutError with its own complaint."""
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except FileNotFoundError:
        raise Missing(f"there is no {command[0]} here") from None
    except subprocess.TimeoutExpired:
        raise RolloutError(f"{command[0]} was not done in {timeout:g} s") from None
    except OSError as problem:
        raise RolloutError(f"cannot run {command[0]}: {problem.strerror}") from None
    if done.returncode:
        complaint = (done.stderr.strip() or done.stdout.strip() or "without a word").splitlines()[-1]
        raise RolloutError(f"{command[0]} ended with {done.returncode}: {complaint}")
    return done.stdout
