# SPDX-License-Identifier: GPL-3.0-or-later
"""The program that a timer starts on the host, and that the playbooks run.

    backup.pyz --settings FILE run [--scheduled] [--as-it-is]
    backup.pyz --settings FILE ledger | settle | initialize | status | check | drill | find | count
    backup.pyz --settings FILE restore [--at RUN-OR-TIME] [--part NAME]... [--overwrite HOST]
    backup.pyz --settings FILE erase [--at RUN-OR-TIME] [--url URL] [--no-recordings] < KEY

Ends with 0, with 1 when what it was to do failed, and with 2 when it could not even begin, or could not tell somebody.
"""

from __future__ import annotations

import argparse
import json
import sys
import typing as t
from datetime import datetime, timezone

from ..console import BROKEN, Console
from ..errors import RolloutError
from ..files import make_folder
from . import retention, table, told
from .books import Access, erase_again, keep_books
from .checking import Facts, is_due, share
from .drill import Drill
from .parts import NAMES, chosen, parts_of
from .restic import Restic
from .restore import LATEST, Giver, check_free, find, restore, writers
from .round import Round, new_run
from .services import stop
from .settings import Settings, stored
from .status import Status
from .turn import LEDGER, turn
from .window import is_quiet

NAME = "rollout-posthog-backup"
CONSOLE = Console(NAME)
say, complain = CONSOLE.say, CONSOLE.complain
FAILED = 1
RUN = ("last_run", "last_check")
HALF = (
    "a restore did not end well, so what is here is no whole PostHog, and no backup is made of it: {}. Restore it"
    " again, by the name of that run; if it is whole, back it up with `run --as-it-is`"
)


def main(arguments: t.Sequence[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    return CONSOLE.run(lambda: carry_out(options))


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(prog=NAME, description="Back up a PostHog, and prove it by restoring.")
    found.add_argument("--settings", required=True, help="the file that Ansible made")
    jobs = found.add_subparsers(dest="job", required=True)
    run = jobs.add_parser("run", help="back up now")
    run.add_argument("--scheduled", action="store_true", help="only in the quiet hours, unless overdue")
    run.add_argument("--as-it-is", action="store_true", help="also where a restore did not end well")
    jobs.add_parser("ledger", help="keep who was erased, and nothing else")
    jobs.add_parser("settle", help="say that a run was killed, if one was")
    jobs.add_parser("initialize", help="make the repository if there is none")
    jobs.add_parser("status", help="what there is")
    jobs.add_parser("check", help="let restic check the repository")
    jobs.add_parser("drill", help="put the newest back into a stack beside the live one, count, and remove it")
    found_job = jobs.add_parser("find", help="which run it would be, as JSON")
    found_job.add_argument("--at", default=LATEST)
    count = jobs.add_parser("count", help="rows and objects that there are now, as JSON")
    count.add_argument("--part", action="append", default=[], choices=NAMES, help="only this; may be given again")
    back = jobs.add_parser("restore", help="put a backup back into the stores that run here")
    back.add_argument("--at", default=LATEST, help="a run, or a time: the newest that was complete then")
    back.add_argument("--part", action="append", default=[], choices=NAMES, help="only this; may be given again")
    back.add_argument("--overwrite", default="", help="the name of this host, to replace what is there")
    again = jobs.add_parser("erase", help="erase who is back with a backup; PostHog's key comes by standard input")
    again.add_argument("--at", default=LATEST, help="the backup that was put back")
    again.add_argument("--url", default="", help="where PostHog is, if not in the container of web")
    again.add_argument("--no-recordings", dest="recordings", action="store_false", help="leave their recordings")
    return found


def carry_out(options: argparse.Namespace) -> int:
    """Raises RolloutError."""
    settings = stored(options.settings)
    if options.job == "status":
        say(*table.lines(Restic(settings), Status(settings.status_path)))
        return 0
    if options.job == "count":
        say(json.dumps({part.name: dict(part.counts()) for part in chosen(parts_of(settings), options.part)}))
        return 0
    if options.job == "find":
        _snapshot, manifest = find(Restic(settings), options.at)
        counts = {name: dict(entry.counts) for name, entry in manifest.parts.items()}
        say(json.dumps({"run": manifest.run, "release": manifest.release, "counts": counts}))
        return 0
    make_folder(settings.status_path.rpartition("/")[0], 0o755)
    with turn(settings.status_path, options.job) as first:
        if not first and options.job == LEDGER:
            say("not now: a run is under way, and keeps the ledger itself")
            return 0
        if not first:
            raise RolloutError("another run is under way")
        return JOBS[options.job](settings, options)


def back_up(settings: Settings, options: argparse.Namespace) -> int:
    """Raises RolloutError."""
    status = Status(settings.status_path)
    # Now, for the end of this run takes its place.
    untold = finished(settings, status) if was_killed(status) else 0
    attempt(settings, status, options)
    return max(untold, finished(settings, status, *RUN))


def attempt(settings: Settings, status: Status, options: argparse.Namespace) -> None:
    """A backup, if it is to be made now; the status says how it went. Raises RolloutError."""
    before = status.time_of("last_success")
    if options.scheduled and not is_quiet(settings.window, datetime.now(timezone.utc), before):
        say("not now: these are not the quiet hours")
        return
    if status.half_restored and not options.as_it_is:
        status.failed(HALF.format(", ".join(status.half_restored)))
        complain(status.data["last_run"]["message"])
        return
    run, doubtful = new_run(), status.doubtful
    status.begin(run)
    status.doubt(True)
    restic = Restic(settings)
    try:
        manifest = Round(settings, restic, run, doubtful).carry_out()
    except RolloutError as problem:
        status.failed(str(problem))
        complain(str(problem))
        note_books(settings, restic, status)
        return
    added = manifest.added
    status.succeeded(run, manifest.bytes, added)
    if status.half_restored:
        status.drop("last_restore")  # somebody has said that it is whole
    say(f"{run}: {table.size(manifest.bytes)}, of which {table.size(added)} are new")
    tend(settings, restic, status, before)
    status.doubt(any(status.ended_badly(name) for name in ("last_retention", "last_check")))


def tend(settings: Settings, restic: Restic, status: Status, before: datetime | None) -> None:
    """What is due after a good run. A failure is noted, and takes nothing from the run."""
    note_books(settings, restic, status)
    now = datetime.now(timezone.utc)
    if settings.retention["enabled"]:
        noted(
            status,
            "last_retention",
            lambda: retention.forget(restic, settings.retention, before, now),
        )
        for line in retention.ahead_of_now(status.data["last_retention"].get("ahead", [])):
            complain(line)
    if is_due(settings.check["days"], status.data.get("last_check", {}), now):
        look_through(settings, restic, status)


def look_through(settings: Settings, restic: Restic, status: Status) -> None:
    last = status.data.get("last_check", {})
    subset, facts = share(settings.check["subset"], last)

    def work() -> t.Mapping[str, t.Any]:
        if settings.retention["enabled"]:
            restic.run("prune")
        restic.run("check", f"--read-data-subset={subset}")
        return facts

    noted(status, "last_check", work, {name: last[name] for name in facts if name in last})


def noted(status: Status, what: str, work: t.Callable[[], t.Mapping[str, t.Any]], stays: Facts | None = None) -> None:
    """Whether it went well is noted, and what it tells of itself; `stays` is what is true where it tells nothing."""
    try:
        facts = work()
    except RolloutError as problem:
        status.note(what, result="failed", message=str(problem), **(stays or {}))
        complain(str(problem))
    else:
        status.note(what, result="ok", **facts)


def note_books(settings: Settings, restic: Restic, status: Status) -> None:
    noted(status, "last_ledger", lambda: keep_books(settings, restic, status.data.get("last_ledger", {})))


def check(settings: Settings, _options: argparse.Namespace) -> int:
    status = Status(settings.status_path)
    status.doubt(True)
    look_through(settings, Restic(settings), status)
    return finished(settings, status, "last_check")


def prove(settings: Settings, _options: argparse.Namespace) -> int:
    """Raises RolloutError."""
    status, restic = Status(settings.status_path), Restic(settings)
    try:
        _snapshot, manifest = find(restic, LATEST)
        proof = Drill(settings).carry_out(manifest, Giver(restic))
    except RolloutError as problem:
        status.note("last_drill", result="failed", message=str(problem))
        complain(str(problem))
    else:
        status.note("last_drill", result="ok", run=manifest.run, proof=proof)
        say(f"{manifest.run} was put back beside the live stack, and removed", *proof)
    return finished(settings, status, "last_drill")


def settle(settings: Settings, _options: argparse.Namespace) -> int:
    """Raises RolloutError."""
    status = Status(settings.status_path)
    return finished(settings, status, *RUN) if was_killed(status) else 0


def was_killed(status: Status) -> bool:
    """Whether a run is on record that nobody carries out; it is then on record as failed."""
    if not status.killed:
        return False
    message = f"the run {status.killed} was killed before its end"
    status.failed(message)
    complain(message)
    return True


def finished(settings: Settings, status: Status, *own: str) -> int:
    """Tells people of everything -> the exit code, for which only the job's `own` parts of the status count.

    So a drill that failed stops no upgrade that begins with a backup.
    """
    problems = [status.problem] if status.problem else []
    try:
        problems += told.tell(settings, status)
    except RolloutError as unwritten:
        problems.append(str(unwritten))
    for problem in problems:
        complain(problem)
    if problems:
        return BROKEN
    failed = [name for name in own if status.ended_badly(name)]
    for name in failed:
        if name not in status.fresh:
            # Without it nobody who looks at this job alone would know why it ends so.
            entry = status.data[name]
            complain(f"the {name[len('last_') :]} of {entry['finished_at']} failed: {entry.get('message', '')}")
    return FAILED if failed else 0


def initialize(settings: Settings, _options: argparse.Namespace) -> int:
    """Raises RolloutError."""
    made = Restic(settings).initialize()
    if made:
        Status(settings.status_path).drop("last_ledger")
    say("made" if made else "there")
    return 0


def put_back(settings: Settings, options: argparse.Namespace) -> int:
    """Raises RolloutError."""
    restic = Restic(settings)
    parts = chosen(parts_of(settings), options.part)
    check_free(settings, parts, options.overwrite)
    _snapshot, manifest = find(restic, options.at)
    if options.overwrite and options.part != ["secrets"]:
        stop(settings.stack["project"], writers(settings))
        say(*last_entries(settings, restic))
    status, names = Status(settings.status_path), [part.name for part in parts]
    status.restoring(manifest.run, names)
    try:
        said = restore(manifest, Giver(restic), parts)
    except RolloutError as problem:
        status.not_restored(manifest.run, str(problem))
        complain(str(problem))
        return finished(settings, status, "last_restore")
    status.restored(manifest.run, names)
    say(f"{manifest.run} of release {manifest.release or '(unknown)'}", *said)
    return 0


def last_entries(settings: Settings, restic: Restic) -> list[str]:
    """Who was erased since the last run is known to nobody but the database that goes now."""
    try:
        keep_books(settings, restic, {})
    except RolloutError as problem:
        return [f"who was erased since the last run is not known, and may be back: {problem}"]
    return []


def books(settings: Settings, _options: argparse.Namespace) -> int:
    """Raises RolloutError."""
    status, restic = Status(settings.status_path), Restic(settings)
    note_books(settings, restic, status)
    return finished(settings, status, "last_ledger")


def erase(settings: Settings, options: argparse.Namespace) -> int:
    """Raises RolloutError."""
    status, restic = Status(settings.status_path), Restic(settings)
    snapshot, _manifest = find(restic, options.at)
    access = Access(options.url, sys.stdin.read().strip(), options.recordings)
    said: list[str] = []

    def work() -> dict[str, t.Any]:
        said.extend(erase_again(settings, restic, snapshot.run, access))
        return {"run": snapshot.run, "proof": said}

    noted(status, "last_erasure", work)
    say(*said)
    return finished(settings, status, "last_erasure")


JOBS: dict[str, t.Callable[[Settings, argparse.Namespace], int]] = {
    "run": back_up,
    "ledger": books,
    "settle": settle,
    "initialize": initialize,
    "check": check,
    "drill": prove,
    "restore": put_back,
    "erase": erase,
}
