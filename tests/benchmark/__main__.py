"""`make bench`: requests and time, as ratios against something that was measured in the same run."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "tools"), str(Path(__file__).parent)]

from backups import backup_rows, lack_of_backups  # noqa: E402  (the folders above come first)
from host import host_rows  # noqa: E402
from lanes import missing  # noqa: E402
from measure import Play, Run, median, play, playbook  # noqa: E402
from objects import Objects, flags, thousand  # noqa: E402
from raw import posts  # noqa: E402
from removal import removal_rows  # noqa: E402
from tabulate import tabulate  # noqa: E402

from support.emulator import Emulator, start_emulator  # noqa: E402
from support.sources import ROOT, compiled_weight, weight  # noqa: E402

DELAY_MS = 30
Row = tuple[str, str, str, str]


def apply(objects: Objects) -> Play:
    return play({"name": "All at once", "rollout.posthog.apply": objects})


def receive(objects: Objects) -> Play:
    return play({"name": "Taken, and nothing done with it", "receive": objects})


def loop(objects: Objects) -> Play:
    """One module per object, as one would write it without `apply`."""
    task = {
        "name": "One by one",
        "rollout.posthog.feature_flag": {
            key: f"{{{{ item.{key} }}}}" for key in ("key", "description", "conditions", "tags")
        },
        "loop": objects["feature_flags"],
        "loop_control": {"label": "{{ item.key }}"},
    }
    return play(task)


def empty() -> Play:
    return play({"name": "Nothing", "ansible.builtin.meta": "noop"})


def row(what: str, run: Run, against: Run, goal: str) -> Row:
    counts = f"{run.requests} requests, {run.writes} writes, {run.refused} refused"
    return what, counts, f"{run.seconds:.2f} s = {run.seconds / against.seconds:.2f} x", goal


def unchanged(emulator: Emulator, nothing: Run) -> list[Row]:
    """A thousand objects that are as declared, also while PostHog's limit of 480 requests a minute is on."""
    emulator.reset()
    playbook(emulator, apply(thousand()))
    emulator.switch(delay_ms=DELAY_MS)
    floor = median(5, lambda: playbook(emulator, receive(thousand())))
    free = median(5, lambda: playbook(emulator, apply(thousand())))
    emulator.switch(rate_limit={"per_minute": 480})
    limited = playbook(emulator, apply(thousand()))
    return [
        row("1,001 objects for a module that does nothing", floor, nothing, "the floor of what follows"),
        row("1,001 unchanged objects", free, nothing, "<= 16 requests, 0 writes, <= 2.5 x an empty play"),
        row("the same, 480 a minute", limited, nothing, "0 refused"),
    ]


def created(emulator: Emulator) -> list[Row]:
    """A thousand new flags, against what the client needs for as many POSTs."""
    emulator.reset()
    emulator.switch(delay_ms=DELAY_MS)
    alone = posts(emulator, flags(1000))
    emulator.reset()
    emulator.switch(delay_ms=DELAY_MS)
    whole = playbook(emulator, apply(flags(1000)))
    return [
        row("1,000 POSTs by the bare client", alone, alone, ""),
        row("1,000 flags created", whole, alone, "reads + 1,000 requests, <= 1.3 x the bare client"),
    ]


def by_one_or_all(emulator: Emulator, nothing: Run) -> list[Row]:
    """A hundred unchanged flags: a loop over the module of one kind, against `apply`."""
    emulator.reset()
    playbook(emulator, apply(flags(100)))
    emulator.switch(delay_ms=DELAY_MS)
    all_at_once = playbook(emulator, apply(flags(100)))
    return [
        row("100 unchanged flags by apply", all_at_once, nothing, "x an empty play"),
        row("the same by a loop", playbook(emulator, loop(flags(100))), all_at_once, "x apply"),
    ]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        emulator = start_emulator(Path(folder))
        try:
            nothing = median(5, lambda: playbook(emulator, empty()))
            rows = [row("an empty play", nothing, nothing, "")]
            rows += unchanged(emulator, nothing) + created(emulator) + by_one_or_all(emulator, nothing)
        finally:
            emulator.stop()
        removals = removal_rows(Path(folder))
        without = lack_of_backups()
        backups = [] if without else backup_rows()
        lack = missing("docker")
        hosts = [] if lack else host_rows(Path(folder, "host"), nothing)
    print(tabulate(rows, headers=["what", "PostHog saw", "time, and against what", "goal"]))
    print()
    print(tabulate(removals, headers=["Sentry, in a process of its own", "result", "time, and against what", "goal"]))
    print()
    print(
        f"A host of one's own: skipped, {lack}."
        if lack
        else tabulate(hosts, headers=["a host of one's own", "what", "time, and against an empty play", "goal"])
    )
    print()
    print(
        f"Backups: skipped, there is no {without}."
        if without
        else tabulate(backups, headers=["a backup of PostgreSQL", "how much", "time, and against plain", "goal"])
    )
    modules = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))
    sizes = [(name, f"{weight(name) / 1024:.0f} KB", f"{compiled_weight(name) / 1024:.0f} KB") for name in modules]
    print()
    print(tabulate(sizes, headers=["module", "own source it brings along", "without comments and docstrings"]))


if __name__ == "__main__":
    main()
