# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that are whole or absent at any moment, and never readable by more people than they are for."""

from __future__ import annotations

import json
import os
import tempfile
import typing as t

from .errors import RolloutError

T = t.TypeVar("T")


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


def read_private(path: str, made: t.Callable[[t.Any], T]) -> T:
    """What a program on the host was told, in JSON that nobody else may read. Raises RolloutError."""
    try:
        with open(path, encoding="utf-8") as file:
            if os.fstat(file.fileno()).st_mode & 0o077:
                raise RolloutError(f"others may read {path}, which holds keys; chmod 600 it")
            return made(json.load(file))
    except OSError as problem:
        raise RolloutError(f"cannot read {path}: {problem.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise RolloutError(f"{path} is not of this version; run the playbook again") from None


def make_folder(folder: str, mode: int) -> None:
    """One that is there stays as it is. Raises RolloutError."""
    try:
        if not os.path.isdir(folder):
            os.makedirs(folder)
            os.chmod(folder, mode)
    except OSError as problem:
        raise RolloutError(f"cannot make {folder}: {problem.strerror}") from problem
