# SPDX-License-Identifier: GPL-3.0-or-later
"""Where ClickHouse in a container makes its backups: a folder beside its data."""

from __future__ import annotations

import typing as t

from . import process
from .place import Place
from .postgres import copy


class Folder:
    def __init__(self, place: Place, path: str) -> None:
        self.place, self.path = place, path.rstrip("/")

    #: What RESTORE needs besides.
    SETTINGS = ""

    def target(self, name: str) -> str:
        """In ClickHouse's words."""
        return f"File('{self.path}/{name}')"

    def base(self, name: str) -> str:
        return self.target(name)

    def there(self) -> list[str]:
        """The backups of ours. Raises RolloutError."""
        self.place.run("mkdir", "-p", self.path)
        return [name for name in self.place.run("ls", self.path).splitlines() if name.startswith("rollout-")]

    def read(self, name: str) -> t.ContextManager[t.BinaryIO]:
        return process.reading(["docker", "cp", f"{self.place.container}:{self.path}/{name}", "-"])

    def write(self, source: t.BinaryIO) -> None:
        """Raises RolloutError."""
        with process.writing(["docker", "cp", "--archive", "-", f"{self.place.container}:{self.path}"]) as sink:
            copy(source, sink)

    def remove(self, *names: str) -> None:
        if names:
            self.place.run("rm", "-rf", *(f"{self.path}/{name}" for name in names))

    def shrink(self, name: str) -> None:
        """Only the list of its contents stays, which is all that the next BACKUP reads of it."""
        self.remove(f"{name}/data", f"{name}/metadata")
