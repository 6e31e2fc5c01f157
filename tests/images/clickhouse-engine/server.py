"""ClickHouse's engine behind ClickHouse's HTTP interface: users of users.d, backups where config.d allows them."""

from __future__ import annotations

import hashlib
import threading
import xml.etree.ElementTree as ET
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from chdb import session

SETTINGS = Path("/etc/clickhouse-server")
DATA = Path("/var/lib/clickhouse")
CONFIG = Path("/run/engine.xml")
# Its database has no place on disk: a table there that had one would be in the way after a restart.
LOG = "CREATE TABLE IF NOT EXISTS system.query_log (query String) ENGINE = Memory"


def text_of(name: str, path: str) -> str:
    """Of the last file that says it."""
    found = [ET.parse(file).findtext(path) for file in sorted((SETTINGS / name).glob("*.xml"))]
    return next((text.strip() for text in reversed(found) if text and text.strip()), "")


def knows(user: str, password: str) -> bool:
    if user == "default":
        return password == ""
    kept = text_of("users.d", f"./users/{user}/password_sha256_hex")
    return bool(kept) and hashlib.sha256(password.encode()).hexdigest() == kept


class Engine:
    """One query at a time: the engine is a library, and a session its only one."""

    def __init__(self) -> None:
        DATA.mkdir(parents=True, exist_ok=True)
        allowed = text_of("config.d", "./backups/allowed_path")
        CONFIG.write_text(f"<clickhouse><backups><allowed_path>{allowed}</allowed_path></backups></clickhouse>")
        self.lock = threading.Lock()
        self.session = session.Session(f"{DATA}/store?config-file={CONFIG}")

    def query(self, text: str) -> bytes:
        """RuntimeError with the engine's own words where it refuses."""
        with self.lock:
            if text.strip().upper() == "SYSTEM FLUSH LOGS":
                self.session.query(LOG)
                self.session.query(f"INSERT INTO system.query_log VALUES ('{text.strip()}')")
                return b""
            return bytes(self.session.query(text, "TSV").bytes())


class Handler(BaseHTTPRequestHandler):
    engine: Engine

    def do_GET(self) -> None:
        if self.path == "/ping":
            self.answer(200, b"Ok.\n")
        else:
            self.carry_out(b"")

    def do_POST(self) -> None:
        self.carry_out(self.rfile.read(int(self.headers["Content-Length"])))

    def carry_out(self, body: bytes) -> None:
        given = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        user = given.get("user") or self.headers.get("X-ClickHouse-User") or "default"
        password = given.get("password") or self.headers.get("X-ClickHouse-Key") or ""
        if not knows(user, password):
            self.answer(403, f"Code: 516. DB::Exception: {user}: Authentication failed: wrong password\n".encode())
            return
        try:
            self.answer(200, self.engine.query(given.get("query", "") + body.decode()))
        except RuntimeError as problem:
            self.answer(500, f"{problem}\n".encode())

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: health is asked for every few seconds."""


if __name__ == "__main__":
    Handler.engine = Engine()
    ThreadingHTTPServer(("0.0.0.0", 8123), Handler).serve_forever()
