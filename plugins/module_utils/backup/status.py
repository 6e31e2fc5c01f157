# SPDX-License-Identifier: GPL-3.0-or-later
"""What the host remembers of its backups, in the file that the check `backup` of health reads."""

from __future__ import annotations

import json
import os
import typing as t
from contextlib import suppress
from datetime import datetime, timezone

from ..errors import RolloutError
from ..files import read, write

VERSION = 1
#: What a file beside this one is called besides, for as long as a job has not ended well.
DOUBT = ".doubt"
Entry = dict[str, t.Any]


class Status:
    """`running` is there while a run is under way; one that is found by the next run was killed."""

    def __init__(self, path: str) -> None:
        """Raises RolloutError."""
        self.path = path
        #: What this job itself has found out, and said.
        self.fresh: set[str] = set()
        #: Why it could not be written the last time, or nothing. What is told to people does not depend on it.
        self.problem = ""
        try:
            data = json.loads(read(path) or b"{}")
        except ValueError:
            data = {}  # half of nothing: what it said is lost, and the next good run says it again
        self.data: Entry = data if isinstance(data, dict) else {}

    @property
    def doubtful(self) -> bool:
        """Whether a job has not ended well since the last that did: then locks of it may be in the repository."""
        return os.path.exists(self.path + DOUBT)

    def doubt(self, doubtful: bool) -> None:
        """Not more than a hint, so nothing fails where the disk is full."""
        with suppress(RolloutError):
            if doubtful:
                write(self.path + DOUBT, b"", 0o644)
            elif self.doubtful:
                os.unlink(self.path + DOUBT)

    def begin(self, run: str) -> None:
        self.data["running"] = {"run": run, "started_at": now()}
        self.keep()

    @property
    def killed(self) -> str:
        """The run that did not come to its end, or nothing."""
        return str(self.data.get("running", {}).get("run", ""))

    def failed(self, message: str) -> None:
        """Says nothing of the last good run."""
        self.data.pop("running", None)
        self.note("last_run", result="failed", message=message)

    def succeeded(self, run: str, size: int, added: int) -> None:
        """Sizes are bytes."""
        before = self.data.get("last_success", {}).get("bytes")
        self.data.pop("running", None)
        self.data["last_run"] = {"finished_at": now(), "result": "ok"}
        good: Entry = {"finished_at": now(), "run": run, "bytes": size, "added_bytes": added}
        if before is not None:
            good["previous_bytes"] = before
        self.data["last_success"] = good
        self.keep()

    def note(self, what: str, **facts: t.Any) -> None:
        """Of a check, or a drill."""
        self.data[what] = {"finished_at": now(), **facts}
        self.fresh.add(what)
        self.keep()

    @property
    def half_restored(self) -> list[str]:
        """The parts that a restore has begun with, and none has ended well with since."""
        return [str(part) for part in self.data.get("last_restore", {}).get("pending", [])]

    def restoring(self, run: str, parts: t.Collection[str]) -> None:
        """Before the first of them is touched, so that it is known also after a kill."""
        self.note("last_restore", result="under way", run=run, pending=sorted({*self.half_restored, *parts}))

    def restored(self, run: str, parts: t.Collection[str]) -> None:
        left = [part for part in self.half_restored if part not in parts]
        self.note("last_restore", result="ok", run=run, pending=left)

    def not_restored(self, run: str, message: str) -> None:
        self.note("last_restore", result="failed", message=message, run=run, pending=self.half_restored)

    def drop(self, what: str) -> None:
        if self.data.pop(what, None):
            self.store()

    def ended_badly(self, what: str) -> bool:
        return bool(self.data.get(what, {}).get("result") == "failed")

    def time_of(self, what: str) -> datetime | None:
        text = self.data.get(what, {}).get("finished_at")
        return datetime.fromisoformat(text) if text else None

    def keep(self) -> None:
        """A backup is made, and people are told, also where the file cannot be written."""
        try:
            self.store()
        except RolloutError as problem:
            self.problem = str(problem)
        else:
            self.problem = ""

    def store(self) -> None:
        """Raises RolloutError."""
        content = {"version": VERSION, **{name: value for name, value in self.data.items() if name != "version"}}
        write(self.path, (json.dumps(content, indent=2) + "\n").encode(), 0o644)


def now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")
