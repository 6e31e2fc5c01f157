"""A tiny real HTTP server: answers what a test says, and remembers what it was asked."""

from __future__ import annotations

import json
import ssl
import threading
import typing as t
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

Headers = dict[str, str]


class Request(t.NamedTuple):
    """What came in."""

    method: str
    path: str
    query: dict[str, str]
    headers: t.Mapping[str, str]
    body: t.Any
    #: The client's port: the same one means the same connection.
    port: int


class Answer(t.NamedTuple):
    """What goes out; a mapping or a list as JSON, text as it is; a status of 0 hangs up."""

    status: int = 200
    body: t.Any = None
    headers: Headers = {}


class Server:
    """`answer` decides; `seen` is every request in order. With `tls`, https on the name localhost."""

    def __init__(self, answer: t.Callable[[Request], Answer], tls: ssl.SSLContext | None = None) -> None:
        self.answer = answer
        self.seen: list[Request] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
            self.url = f"https://localhost:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self) -> Server:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def content_of(body: bytes) -> t.Any:
    """JSON where it is some, otherwise the text."""
    try:
        return json.loads(body) if body else None
    except ValueError:
        return body.decode()


def handler_of(server: Server) -> type[BaseHTTPRequestHandler]:
    """The request handler that asks the server's `answer`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Two small packets and a delayed acknowledgement would cost 40 ms for each answer.
        disable_nagle_algorithm = True

        def serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = content_of(self.rfile.read(length))
            parts = urlsplit(self.path)
            query = dict(parse_qsl(parts.query))
            request = Request(self.command, parts.path, query, dict(self.headers), body, self.client_address[1])
            server.seen.append(request)
            status, content, headers = server.answer(request)
            if not status:
                self.close_connection = True
                return
            text = content if isinstance(content, str) else "" if content is None else json.dumps(content)
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_POST = do_PATCH = do_DELETE = serve

        def log_message(self, *_: t.Any) -> None:
            pass

    return Handler
