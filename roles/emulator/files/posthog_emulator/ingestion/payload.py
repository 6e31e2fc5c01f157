"""From the bytes of a request to events, in any of the wrappings that SDKs use."""

import base64
import binascii
import gzip
import json
import zlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from django.http import HttpRequest

GZIP_MAGIC = b"\x1f\x8b"


class BadPayloadError(ValueError):
    """The body cannot be understood."""


@dataclass(frozen=True)
class Batch:
    """A project token with the events sent for it."""

    token: str
    events: list[dict[str, Any]]


def parse(request: HttpRequest) -> Any:
    """The JSON in a request to a public endpoint."""
    body = _unpacked(request.body)
    if request.content_type == "application/x-www-form-urlencoded" and b"data=" in body:
        body = _decoded(parse_qs(body.decode())["data"][0])
    try:
        return json.loads(body or b"{}")
    except ValueError as error:
        raise BadPayloadError("The body is not JSON.") from error


def batch_of(document: Any) -> Batch:
    """One event, a list of events, or an envelope with `batch`."""
    envelope = document if isinstance(document, dict) else {}
    entries = envelope.get("batch", document)
    events = entries if isinstance(entries, list) else [entries]
    if not events or not all(isinstance(event, dict) for event in events):
        raise BadPayloadError("There are no events in the body.")
    token = token_of(envelope) or next((token for event in events if (token := token_of(event))), "")
    for event in events:
        if not event.get("event"):
            raise BadPayloadError("An event has no name.")
        if not _distinct_id(event):
            raise BadPayloadError("An event has no distinct_id.")
    return Batch(token, [_uniform(event) for event in events])


def token_of(document: dict[str, Any]) -> str:
    """The project token, under any of its names."""
    properties = document.get("properties") or {}
    return document.get("api_key") or document.get("token") or properties.get("token") or ""


def _distinct_id(event: dict[str, Any]) -> str:
    return str(event.get("distinct_id") or (event.get("properties") or {}).get("distinct_id") or "")


def _uniform(event: dict[str, Any]) -> dict[str, Any]:
    """Older SDKs put `$set` beside the properties."""
    properties = dict(event.get("properties") or {})
    for name in ("$set", "$set_once"):
        if name in event:
            properties.setdefault(name, event[name])
    return {**event, "distinct_id": _distinct_id(event), "properties": properties}


def _unpacked(body: bytes) -> bytes:
    if not body.startswith(GZIP_MAGIC):
        return body
    try:
        return gzip.decompress(body)
    except (OSError, EOFError, zlib.error) as error:
        raise BadPayloadError("The body is not valid gzip.") from error


def _decoded(text: str) -> bytes:
    try:
        return _unpacked(base64.b64decode(text.replace(" ", "+"), validate=True))
    except binascii.Error as error:
        raise BadPayloadError("The data field is not valid base64.") from error
