"""A service that is not Django: python3 service.py PORT PATH...; each PATH is a health path.

It is ready when what its environment names can be reached: PostgreSQL with its password, Redis. One that captures
(CAPTURE_MODE)
puts events where ClickHouse keeps them, without a broker between.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg2
import redis

DATABASES = [value for name, value in os.environ.items() if name.endswith("DATABASE_URL")]
CACHE = os.environ.get("REDIS_URL", "")
CAPTURES = "CAPTURE_MODE" in os.environ


def problems() -> dict[str, str]:
    """What is asked for -> why it does not answer."""
    found = {}
    for url in DATABASES:
        try:
            psycopg2.connect(url, connect_timeout=3).close()
        except psycopg2.OperationalError as error:
            found["postgres"] = str(error).strip()
    if CACHE:
        try:
            redis.Redis.from_url(CACHE, socket_timeout=3).ping()
        except redis.RedisError as error:
            found["redis"] = str(error)
    return found


def keep(event: dict[str, object]) -> None:
    row = {
        "uuid": str(event.get("uuid", "")),
        "event": event["event"],
        "distinct_id": str(event.get("distinct_id", "")),
        # Without spaces, or this ClickHouse does not find anything in it.
        "properties": json.dumps(event.get("properties", {}), separators=(",", ":")),
    }
    query = "INSERT INTO posthog.events (uuid, event, distinct_id, properties) FORMAT JSONEachRow\n" + json.dumps(row)
    host = os.environ.get("CLICKHOUSE_HOST", "clickhouse")
    urllib.request.urlopen(f"http://{host}:8123/", data=query.encode(), timeout=5).close()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path.split("?")[0] not in sys.argv[2:]:
            self.answer(404, {"error": "no such path"})
            return
        wrong = problems()
        self.answer(503 if wrong else 200, {"status": wrong or "ok"})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or "{}")
        if not CAPTURES or not isinstance(body, dict) or "event" not in body:
            self.answer(400, {"error": "no event"})
            return
        keep(body)
        self.answer(200, {"status": 1})

    def answer(self, status: int, body: object) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_: object) -> None:
        """Nothing: health is asked for every few seconds."""


if __name__ == "__main__":
    ThreadingHTTPServer(("0.0.0.0", int(sys.argv[1])), Handler).serve_forever()
