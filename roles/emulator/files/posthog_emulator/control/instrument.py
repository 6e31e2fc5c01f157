"""The layer around Django that logs, delays and breaks requests to the private API."""

import errno
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from http.client import responses
from typing import Any, NoReturn

from posthog_emulator.control.faults import Fault
from posthog_emulator.control.request_log import log
from posthog_emulator.control.switches import board

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
#: SO_LINGER, on, for zero seconds: closing the socket then sends RST at once.
LINGER_ZERO = struct.pack("ii", 1, 0)
#: What the log says of a connection that was reset.
RESET = 0
WITHOUT_BODY = (204, 304)


@dataclass(frozen=True)
class Answer:
    """A whole response, held back until we decide to send it."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class Instrument:
    """WSGI middleware; anything outside /api/ passes through untouched."""

    def __init__(self, application: Callable[[Environ, StartResponse], Iterable[bytes]]) -> None:
        self.application = application

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path = environ["PATH_INFO"]
        if not path.startswith("/api/"):
            return self.application(environ, start_response)
        log.begin()
        started = time.monotonic()
        method = environ["REQUEST_METHOD"]
        _pause(board.switches.delay_ms)
        fault = board.next_fault(method, path)
        answer = self._answer(environ, fault)
        # Logged before the client can know the outcome, so that whoever asks for the log next finds it there.
        status = answer.status if answer else RESET
        log.add(method, path, environ.get("QUERY_STRING", ""), status, (time.monotonic() - started) * 1000)
        if answer is None:
            _reset_connection(environ)
        start_response(f"{status} {responses.get(status, 'Unknown')}", answer.headers)
        if fault is not None and fault.action == "slow_body":
            return _slowly(answer.body, fault.delay_ms)
        return [answer.body]

    def _answer(self, environ: Environ, fault: Fault | None) -> Answer | None:
        """What is to be answered once the fault has had its way; None for a reset."""
        if fault is None or fault.action == "slow_body":
            return self._run(environ)
        if fault.action == "hang":
            _pause(fault.delay_ms)
            return None
        if fault.action == "reset_before":
            return None
        if fault.action == "reset_after":
            self._run(environ)
            return None
        _drain(environ)
        kind, body = fault.answer()
        headers = {"Content-Type": kind, "Content-Length": str(len(body)), **fault.headers}
        return Answer(fault.status, list(headers.items()), body)

    def _run(self, environ: Environ) -> Answer:
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
        answer_headers: list[tuple[str, str]] = kept["headers"]
        measured = any(name.lower() == "content-length" for name, _ in answer_headers)
        if not measured and kept["status"] not in WITHOUT_BODY:
            answer_headers = [*answer_headers, ("Content-Length", str(len(body)))]
        return Answer(kept["status"], answer_headers, body)


def _pause(milliseconds: float) -> None:
    if milliseconds > 0:
        threading.Event().wait(milliseconds / 1000)


def _drain(environ: Environ) -> None:
    """Read what the client sent, so that the connection can serve its next request."""
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))


def _reset_connection(environ: Environ) -> NoReturn:
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
