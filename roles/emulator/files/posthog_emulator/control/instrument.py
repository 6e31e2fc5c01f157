"""The layer around Django that logs, delays and breaks requests to the private API."""

import errno
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from http.client import responses
from typing import Any

from posthog_emulator.control.faults import Fault
from posthog_emulator.control.request_log import log
from posthog_emulator.control.switches import board

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
#: SO_LINGER, on, for zero seconds: closing the socket then sends RST at once.
LINGER_ZERO = struct.pack("ii", 1, 0)


class Instrument:
    """WSGI middleware; anything outside /api/ passes through untouched."""

    def __init__(self, application: Callable[[Environ, StartResponse], Iterable[bytes]]) -> None:
        self.application = application

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path = environ["PATH_INFO"]
        if not path.startswith("/api/"):
            return self.application(environ, start_response)
        started = time.monotonic()
        method = environ["REQUEST_METHOD"]
        _pause(board.switches.delay_ms)
        fault = board.next_fault(method, path)
        status = 0
        try:
            status, headers, body = self._outcome(environ, fault)
        finally:
            log.add(method, path, environ.get("QUERY_STRING", ""), status, (time.monotonic() - started) * 1000)
        if not any(name.lower() == "content-length" for name, _ in headers) and status not in (204, 304):
            headers = [*headers, ("Content-Length", str(len(body)))]
        start_response(f"{status} {responses.get(status, 'Unknown')}", headers)
        if fault is not None and fault.action == "slow_body":
            return _slowly(body, fault.delay_ms)
        return [body]

    def _outcome(self, environ: Environ, fault: Fault | None) -> tuple[int, list[tuple[str, str]], bytes]:
        """What is to be answered, once the fault has had its way."""
        if fault is None or fault.action == "slow_body":
            return self._run(environ)
        if fault.action == "hang":
            _pause(fault.delay_ms)
            _reset_connection(environ)
        if fault.action == "reset_before":
            _reset_connection(environ)
        if fault.action == "reset_after":
            self._run(environ)
            _reset_connection(environ)
        kind, body = fault.answer()
        headers = {"Content-Type": kind, "Content-Length": str(len(body)), **fault.headers}
        _drain(environ)
        return fault.status, list(headers.items()), body

    def _run(self, environ: Environ) -> tuple[int, list[tuple[str, str]], bytes]:
        """Let Django answer, and keep the answer until we decide to send it."""
        kept: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], _failure: Any = None) -> None:
            kept.update(status=int(status.split(" ", 1)[0]), headers=headers)

        answer = self.application(environ, start_response)
        try:
            body = b"".join(answer)
        finally:
            if hasattr(answer, "close"):
                answer.close()
        return kept["status"], kept["headers"], body


def _pause(milliseconds: float) -> None:
    if milliseconds > 0:
        threading.Event().wait(milliseconds / 1000)


def _drain(environ: Environ) -> None:
    """Read what the client sent, so that the connection can serve its next request."""
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))


def _reset_connection(environ: Environ) -> None:
    """Close the client's connection with RST instead of an answer."""
    connection: socket.socket = environ["gunicorn.socket"]
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_ZERO)
    # Closed here, since gunicorn would first say goodbye with FIN.
    connection.close()
    # Gunicorn takes this for a client that went away.
    raise ConnectionResetError(errno.ECONNRESET, "reset on request of a fault rule")


def _slowly(body: bytes, milliseconds: float) -> Iterator[bytes]:
    """The body in ten pieces, spread over the given time."""
    size = max(1, len(body) // 10)
    for start in range(0, len(body), size):
        _pause(milliseconds / 10)
        yield body[start : start + size]
