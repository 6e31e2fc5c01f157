"""A backup of PostgreSQL, beside plain `pg_dump` piped into restic: the same server, dump, and kind of repository."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from measure import Run

from support.places import lack
from support.postgres import Postgres, postgres_server
from support.task import run_module

Row = tuple[str, str, str, str]
PASSWORD = "bench"
NAME = "posthog"
#: Rows of a person take some 330 bytes in a dump, with those of a distinct id.
ROWS_OF_100_MB = 300_000
ROUNDS = 3
#: As PostHog has it, in short: text that repeats itself, and text that does not.
PERSONS = """
DROP TABLE IF EXISTS posthog_person, posthog_persondistinctid;
CREATE UNLOGGED TABLE posthog_person AS
SELECT n AS id, md5(n::text)::uuid AS uuid, now() AS created_at, n % 7 AS team_id, n % 5 AS version, jsonb_build_object(
  'email', md5((n * 3)::text) || '@example.com', '$browser', (ARRAY['Chrome', 'Firefox', 'Safari'])[n % 3 + 1],
  '$initial_referrer', 'https://www.example.com/' || md5((n * 5)::text), '$os', (ARRAY['Linux', 'Mac OS X'])[n % 2 + 1]
) AS properties FROM generate_series(1, {rows}::bigint) n;
ALTER TABLE posthog_person ADD PRIMARY KEY (id);
CREATE UNLOGGED TABLE posthog_persondistinctid AS
SELECT n AS id, md5((n * 7)::text) AS distinct_id, n AS person_id, n % 7 AS team_id
FROM generate_series(1, {rows}::bigint) n;
ALTER TABLE posthog_persondistinctid ADD PRIMARY KEY (id);
"""


@dataclass
class Backup(Run):
    """`peak` is the memory of the program alone, in MB; `processors` are seconds of it and of all that it starts."""

    peak: float = 0
    processors: float = 0


def lack_of_backups() -> str:
    return lack("restic", "psql", "pg_dump")


def backup_rows() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder, postgres_server() as server:
        bench = Bench(Path(folder), server)
        bench.fill(ROWS_OF_100_MB)
        small = bench.ours()
        size = bench.fill(10 * ROWS_OF_100_MB)
        bench.plain()
        plain, ours = alternately(bench.plain, bench.ours)
        check = bench.check()
    return [
        row("pg_dump -Fc -Z0 | restic backup --stdin", size, plain, plain, ""),
        row(f"a whole run, {ours.peak:.0f} MB of memory", size, ours, plain, "<= 1.2 x"),
        row(f"of a tenth, {small.peak:.0f} MB of memory", size / 10, small, plain, "memory as above"),
        row("what comes once a week: prune, check", size, check, plain, ""),
    ]


def alternately(one: Callable[[], Backup], other: Callable[[], Backup]) -> tuple[Backup, Backup]:
    """The medians of some runs of each; in turns, so that what else the machine does meets both."""
    pairs = [(one(), other()) for _ in range(ROUNDS)]
    first, second = (sorted(runs, key=lambda run: run.seconds)[ROUNDS // 2] for runs in zip(*pairs, strict=True))
    return first, second


class Bench:
    def __init__(self, place: Path, server: Postgres) -> None:
        self.place, self.server = place, server
        self.repository, self.cache, self.program = place / "repository", place / "cache", place / "backup.pyz"
        self.empty = place / "empty"
        self.environment = {
            **os.environ,
            **server.environment,
            "PGDATABASE": NAME,
            "RESTIC_REPOSITORY": str(self.repository),
            "RESTIC_PASSWORD": PASSWORD,
            "RESTIC_CACHE_DIR": str(self.cache),
            "RESTIC_PROGRESS_FPS": "0.01",
        }

    def fill(self, rows: int) -> float:
        """MB of a dump of that many rows."""
        self.server.sql(PERSONS.format(rows=rows))
        # Otherwise the first to read would tidy up for all others.
        self.server.sql("VACUUM (FREEZE, ANALYZE)")
        counted = subprocess.run(
            "pg_dump -Fc -Z0 | wc -c", shell=True, env=self.environment, check=True, stdout=subprocess.PIPE
        )
        return int(counted.stdout) / 1e6

    def renew(self) -> None:
        """The same empty repository each time: restic tries out, when it makes one, how much work a password takes."""
        for path in (self.repository, self.cache):
            shutil.rmtree(path, ignore_errors=True)
        if not self.empty.exists():
            environment = {**self.environment, "RESTIC_REPOSITORY": str(self.empty)}
            subprocess.run(["restic", "init", "--quiet"], env=environment, check=True)
        shutil.copytree(self.empty, self.repository)

    def plain(self) -> Backup:
        self.renew()
        pipe = "set -o pipefail; pg_dump -Fc -Z0 | restic backup --json --host posthog --stdin"
        return timed(["bash", "-c", f"{pipe} --stdin-filename postgres-posthog.dump"], self.environment)

    def ours(self) -> Backup:
        self.renew()
        options = {
            "repository": {"url": str(self.repository), "password": PASSWORD, "cache": str(self.cache)},
            "stack": {"project": "", "home": str(self.place)},
            "postgres": self.server.options,
            "clickhouse": {"databases": []},
            # Measured by itself, since it is not of every night.
            "check": {"days": 0},
            "status_path": str(self.place / "var" / "backup.json"),
            "path": str(self.program),
            "settings_path": str(self.place / "etc" / "backup.json"),
        }
        answer, text = run_module("backup_program", options)
        if "files" not in answer:
            raise RuntimeError(text)
        return self.job("run")

    def check(self) -> Backup:
        return self.job("check")

    def job(self, name: str) -> Backup:
        settings = str(self.place / "etc" / "backup.json")
        return timed([sys.executable, str(self.program), "--settings", settings, name], {**os.environ})


def timed(command: list[str], environment: dict[str, str]) -> Backup:
    """Raises RuntimeError when it fails, with all that it said."""
    started, before, peak = time.perf_counter(), processors(), 0.0
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        while process.poll() is None:
            peak = max(peak, peak_of(process.pid))
            time.sleep(0.05)
        said = process.stdout.read() if process.stdout else ""
    seconds = time.perf_counter() - started
    if process.returncode:
        raise RuntimeError(said)
    return Backup(seconds, peak=peak, processors=processors() - before)


def processors() -> float:
    """Seconds that children which have ended took of the processors."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def peak_of(pid: int) -> float:
    """MB that the process alone has held at most until now; of those that it starts, nothing."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def row(what: str, size: float, run: Backup, against: Backup, goal: str) -> Row:
    speed = f"{size:.0f} MB, {size / run.seconds:.0f} MB/s, {run.processors:.0f} s of processors"
    return what, speed, f"{run.seconds:.2f} s = {run.seconds / against.seconds:.2f} x", goal


if __name__ == "__main__":
    for line in backup_rows():
        print(line)
