"""A real PostgreSQL server of this machine's packages, with a cluster of its own."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

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
def postgres_server(place: Path) -> Iterator[Postgres]:
    """`place` is a folder that other users can enter."""
    binaries = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    data, secret = place / "data", place / "password"
    place.mkdir(parents=True)
    secret.write_text(PASSWORD)
    # It refuses to run as root.
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if prefix:
        subprocess.run(["chown", "-R", "postgres:", place], check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
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
