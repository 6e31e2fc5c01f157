"""Topics, kept in a file: GET /v1/status/ready, GET /topics, PUT /topics/NAME, on both ports."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

KEPT = Path("/var/lib/redpanda/data/topics.json")
LOCK = threading.Lock()


def topics() -> list[str]:
    return json.loads(KEPT.read_text()) if KEPT.exists() else []


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        ready = {"status": "ready"}
        self.answer(200, ready if self.path == "/v1/status/ready" else topics())

    def do_PUT(self) -> None:
        name = self.path.removeprefix("/topics/")
        with LOCK:
            known = topics()
            if name in known:
                self.answer(409, "TOPIC_ALREADY_EXISTS")
                return
            KEPT.write_text(json.dumps(sorted([*known, name])))
        self.answer(200, "OK")

    def answer(self, status: int, body: object) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_: object) -> None:
        """Nothing: the health check asks every few seconds."""


if __name__ == "__main__":
    threading.Thread(target=ThreadingHTTPServer(("0.0.0.0", 9644), Handler).serve_forever, daemon=True).start()
    ThreadingHTTPServer(("0.0.0.0", 9092), Handler).serve_forever()
