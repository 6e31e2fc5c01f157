# SPDX-License-Identifier: GPL-3.0-or-later
"""The repository, by restic 0.14 (Debian 12) or later. Its address and passwords are in the environment alone."""

from __future__ import annotations

import json
import typing as t
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from ..errors import RolloutError
from ..moment import moment
from . import process
from .complaint import Masks, all_words
from .settings import Settings
from .stream import Measure, pump

TAG = "rollout-posthog"


@dataclass(frozen=True)
class Snapshot:
    id: str
    time: datetime
    #: What we have said of it: run, part, base.
    marks: t.Mapping[str, str]

    @property
    def run(self) -> str:
        return self.marks.get("run", "")

    @property
    def part(self) -> str:
        return self.marks.get("part", "")


class Receipt(t.NamedTuple):
    """What became of a stream; `added` is how many bytes the repository grew by."""

    snapshot: str
    added: int
    measure: Measure


class Receiver:
    """A `restic backup` that opens the repository, which takes it a second, and waits for a stream."""

    def __init__(self, program: t.ContextManager[process.Child]) -> None:
        """Raises RolloutError."""
        self.stack = ExitStack()
        self.child = self.stack.enter_context(program)

    def take(self, source: t.ContextManager[t.BinaryIO]) -> Receipt:
        """A stream becomes a snapshot, if whatever makes the stream ends well; if not, there is none.

        restic sees the end of its input only then; otherwise it is stopped before. Raises RolloutError.
        """
        child = self.child
        with self.stack:
            with child.feeding(), source as stream:
                measure = pump(stream, child.sink)
            said = b"".join(iter(lambda: child.source.read(65536), b""))
            child.finish()
        summary = summary_in(said.decode(errors="replace"))
        return Receipt(str(summary["snapshot_id"]), int(summary["data_added"]), measure)

    def drop(self) -> None:
        """It gets no stream, and leaves no snapshot."""
        self.stack.close()


class Restic:
    def __init__(self, settings: Settings) -> None:
        self.name = settings.name
        options = settings.repository
        self.environment = {
            **options["environment"],
            "RESTIC_REPOSITORY": options["url"],
            "RESTIC_PASSWORD": options["password"],
            "RESTIC_CACHE_DIR": options["cache"],
            "RESTIC_PROGRESS_FPS": "0.01",
        }
        self.masks = Masks(options["url"], [options["password"], *map(str, options["environment"].values())])
        self.options = [word for option in options["options"] for word in ("-o", option)]

    def command(self, *arguments: str) -> list[str]:
        return ["restic", *self.options, *arguments]

    def run(self, *arguments: str) -> str:
        """Raises RolloutError with restic's own complaint."""
        command = self.command(*arguments)
        try:
            return process.run(command, self.environment, words=self.words)
        except process.Ended as problem:
            if LOCKED not in problem.complaint:
                raise
        self.unlock()
        return process.run(command, self.environment, words=self.words)

    def words(self, said: str) -> str:
        """Which repository it is, and all that restic says is wrong with it, but no secret."""
        return f"repository {self.masks.address}: {self.masks.hidden(all_words(said))}"

    def unlock(self) -> None:
        """Takes away the locks of processes that are no more, and no others. Raises RolloutError."""
        process.run(self.command("unlock"), self.environment, words=self.words)

    def initialize(self) -> bool:
        """Whether a repository had to be made. Raises RolloutError, also where one is there that cannot be opened."""
        try:
            self.run("cat", "config")
        except process.Ended as problem:
            if not any(words in problem.complaint for words in NO_REPOSITORY):
                raise
            self.run("init")
            return True
        return False

    def receiver(self, name: str, marks: t.Mapping[str, str]) -> Receiver:
        tags = [word for mark in (TAG, *map("=".join, marks.items())) for word in ("--tag", mark)]
        command = self.command(
            "backup", "--json", "--host", self.name, *tags, "--stdin", "--stdin-filename", plain(name)
        )
        return Receiver(process.talking(command, self.environment, self.words))

    def reading(self, snapshot: str, name: str) -> t.ContextManager[t.BinaryIO]:
        """Raises RolloutError at the end of the block where restic did not give all of it."""
        return process.reading(self.command("dump", snapshot, f"/{plain(name)}"), self.environment, self.words)

    def text(self, snapshot: str, name: str) -> str:
        return self.run("dump", snapshot, f"/{plain(name)}")

    def snapshots(self, *marks: str) -> list[Snapshot]:
        """From the oldest to the newest. Raises RolloutError."""
        found = json.loads(self.run("snapshots", "--json", *self.ours(*marks))) or []
        return sorted(map(snapshot_of, found), key=lambda snapshot: snapshot.time)

    def ours(self, *marks: str) -> list[str]:
        return ["--host", self.name, "--tag", ",".join([TAG, *marks])]

    def forget(self, snapshots: t.Sequence[str]) -> None:
        """Raises RolloutError."""
        if snapshots:
            self.run("forget", *snapshots)


#: What the clocks of hosts may differ by.
AHEAD = timedelta(minutes=10)
#: What restic complains of where a lock is in its way.
LOCKED = "already locked"
#: restic 0.14 has no exit code for it. The second is of a repository in S3.
NO_REPOSITORY = ("Is there a repository at", "unable to open config file", "repository does not exist")


def plain(name: str) -> str:
    """As restic 0.18.0 takes it, which Debian 13 has: without a directory (issue 5324 of restic/restic)."""
    return name.replace("/", "-")


def dated(snapshots: t.Iterable[Snapshot]) -> tuple[list[Snapshot], list[Snapshot]]:
    """Those of until now, and those that a wrong clock has dated after it, which would be the newest for ever."""
    limit = datetime.now(timezone.utc) + AHEAD
    there = list(snapshots)
    return [one for one in there if one.time <= limit], [one for one in there if one.time > limit]


def snapshot_of(data: t.Mapping[str, t.Any]) -> Snapshot:
    marks = dict(tag.split("=", 1) for tag in data.get("tags") or [] if "=" in tag)
    return Snapshot(str(data["id"]), moment(str(data["time"])), marks)


def summary_in(text: str) -> dict[str, t.Any]:
    """The last message of `restic backup --json`. Raises RolloutError."""
    for line in reversed(text.splitlines()):
        message = json.loads(line)
        if message.get("message_type") == "summary":
            return dict(message)
    raise RolloutError("restic told of no snapshot")
