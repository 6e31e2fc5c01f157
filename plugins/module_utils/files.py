# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that are whole or absent at any moment, and never readable by more people than they are for."""

from __future__ import annotations

import os
import tempfile

from .errors import RolloutError


def write(path: str, content: bytes, mode: int, *, prefix: str = ".rollout-", durable: bool = False) -> None:
    """`prefix` begins the name of what lies beside it meanwhile; `durable`: a power cut does not undo it.

    Raises RolloutError.
    """
    try:
        handle, temporary = tempfile.mkstemp(prefix=prefix, dir=os.path.dirname(os.path.abspath(path)))
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                if durable:
                    file.flush()
                    os.fsync(file.fileno())
            os.chmod(temporary, mode)
            os.replace(temporary, path)
        except OSError:
            os.unlink(temporary)
            raise
    except OSError as problem:
        raise RolloutError(f"cannot write {path}: {problem.strerror}") from problem


def read(path: str) -> bytes | None:
    """None where there is no such file. Raises RolloutError."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise RolloutError(f"cannot read {path}: {problem.strerror}") from problem


def make_folder(folder: str, mode: int) -> None:
    """One that is there stays as it is. Raises RolloutError."""
    try:
        if not os.path.isdir(folder):
            os.makedirs(folder)
            os.chmod(folder, mode)
    except OSError as problem:
        raise RolloutError(f"cannot make {folder}: {problem.strerror}") from problem
