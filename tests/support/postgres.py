"""A real PostgreSQL server of this machine's packages, with a cluster of its own."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from support.places import free_port

PASSWORD = "pg-s3cret-pg"


@dataclass(frozen=True)
class Postgres:
    port: int

    def sql(self, statement: str, database: str = "posthog") -> str:
        """What psql prints."""
        return subprocess.run(
            ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", statement],
            env={**os.environ, **self.environment, "PGDATABASE": database},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()

    @property
    def environment(self) -> dict[str, str]:
        return {"PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGUSER": "posthog", "PGPASSWORD": PASSWORD}

    @property
    def options(self) -> dict[str, object]:
        """For the module backup_program."""
        return {"host": "127.0.0.1", "port": self.port, "user": "posthog", "password": PASSWORD}


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """In a folder that is gone afterwards."""
    # pytest's own folders are for this user alone, and PostgreSQL runs as another one.
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        with server_in(Path(folder) / "postgres") as running:
            yield running


@contextmanager
def server_in(place: Path) -> Iterator[Postgres]:
    """`place` is a folder that other users can enter."""
    binaries = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    data, secret = place / "data", place / "password"
    place.mkdir(parents=True)
    secret.write_text(PASSWORD)
    # It refuses to run as root.
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if prefix:
        subprocess.run(["chown", "-R", "postgres:", place], check=True)
    port = free_port()
    init = ["--username=posthog", f"--pwfile={secret}", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"]
    quietly([*prefix, binaries / "initdb", "-D", data, *init, "--no-sync"])
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories= -c fsync=off"
    control = [*prefix, binaries / "pg_ctl", "-D", data, "-w", "-t", "30"]
    quietly([*control, "-l", place / "log", "-o", options, "start"])
    server = Postgres(port)
    try:
        server.sql("CREATE DATABASE posthog", "postgres")
        yield server
    finally:
        quietly([*control, "-m", "immediate", "stop"])


def quietly(command: list[str | Path]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")
