"""Real servers on loopback that stand behind a proxy in tests, and tell what reached them.

>>> with Backend("capture") as capture:
...     requests.post(f"http://{capture.address}/e/?v=1", data=b"x").json()
{"service": "capture", "method": "POST", "path": "/e/?v=1", "headers": {...}, "length": 1}
"""

from __future__ import annotations

import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from dnslib import QTYPE, RR, A, DNSRecord
from dnslib.server import BaseResolver, DNSServer
from websockets.sync.server import Server, ServerConnection, serve

CHUNK = 1 << 20


class Backend:
    """An HTTP server that answers with what it was asked."""

    def __init__(self, name: str, tls: ssl.SSLContext | None = None, headers: dict[str, str] | None = None) -> None:
        self.name = name
        #: More headers of each answer.
        self.headers = headers or {}
        #: What was asked, the newest last.
        self.seen: list[dict[str, Any]] = []
        #: The events of an open stream: one is sent whenever a test allows it.
        self.next_event = threading.Semaphore(0)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(self))
        self._server.daemon_threads = True
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.port: int = self._server.server_address[1]
        self.address = f"127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


def handler_of(backend: Backend) -> type[BaseHTTPRequestHandler]:
    """How the backend answers."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            asked = {
                "service": backend.name,
                "method": self.command,
                "path": self.path,
                "headers": dict(self.headers.items()),
                "length": self.read_body(),
            }
            backend.seen.append(asked)
            if self.headers.get("Accept") == "text/event-stream":
                self.stream()
                return
            body = json.dumps(asked).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            for name, value in backend.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_OPTIONS = answer

        def read_body(self) -> int:
            left = length = int(self.headers.get("Content-Length", 0))
            while left:
                left -= len(self.rfile.read(min(left, CHUNK)))
            return length

        def stream(self) -> None:
            """Two events, the second of which waits for the test."""
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(b"data: first\n\n")
            backend.next_event.acquire(timeout=60)
            self.wfile.write(b"data: second\n\n")
            self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:
            """Tests look at `seen`."""

    return Handler


class Echo:
    """A WebSocket server that says everything back."""

    def __enter__(self) -> Self:
        self._server: Server = serve(say_back, "127.0.0.1", 0)
        self.address = f"127.0.0.1:{self._server.socket.getsockname()[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()


def say_back(connection: ServerConnection) -> None:
    """For `Echo`."""
    for message in connection:
        connection.send(message)


class Names(BaseResolver):  # type: ignore[misc]
    """A name server for which every name is loopback."""

    def resolve(self, request: DNSRecord, handler: Any) -> DNSRecord:
        """IPv4 alone; everything else is there without an answer."""
        reply = request.reply()
        if request.q.qtype == QTYPE.A:
            reply.add_answer(RR(request.q.qname, QTYPE.A, rdata=A("127.0.0.1"), ttl=60))
        return reply

    def __enter__(self) -> Self:
        self._server = DNSServer(self, address="127.0.0.1", port=0)
        self.address = f"127.0.0.1:{self._server.server.server_address[1]}"
        self._server.start_thread()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()
