"""Servers that are no PostHog: proxies, redirects, self-signed certificates."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from subprocess import run
from typing import Any

LOGIN_PAGE = b"<html><body><h1>Sign in</h1></body></html>"


@contextmanager
def server(status: int, headers: dict[str, str], body: bytes, certificate: Path | None = None) -> Iterator[str]:
    """The address of a server that always answers the same."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = answer

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        http.socket = context.wrap_socket(http.socket, server_side=True)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"{'https' if certificate else 'http'}://localhost:{http.server_port}"
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


def html() -> Any:
    """A login page for every request."""
    return server(200, {"Content-Type": "text/html; charset=utf-8"}, LOGIN_PAGE)


def redirect(target: str) -> Any:
    """Another address for every request."""
    return server(301, {"Location": f"{target}/api/somewhere/", "Content-Type": "text/html"}, b"")


def self_signed(folder: Path) -> Path:
    """A key with a certificate for localhost that nobody has signed."""
    file = folder / "localhost.pem"
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    names = ["-addext", "subjectAltName=DNS:localhost"]
    run([*request, *names, "-keyout", file, "-out", folder / "public.pem"], check=True, capture_output=True)
    file.write_text(file.read_text() + (folder / "public.pem").read_text())
    return file
