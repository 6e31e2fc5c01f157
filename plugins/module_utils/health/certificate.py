# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the certificates are valid that people and browsers get, after real handshakes."""

from __future__ import annotations

import os
import socket
import ssl
from datetime import datetime, timezone
from urllib.parse import urlsplit

from .context import Context
from .result import Result, at_least, failed, skipped
from .settings import Options, Settings

OPTIONS = {
    "urls": {"type": "list", "elements": "str", "default": []},
    "warning_days": {"type": "float", "default": 21.0},
    "failed_days": {"type": "float", "default": 7.0},
}
ADVICE = "See why it was not renewed: the log of the ACME client, its timer, and whether the web server was reloaded."

NO_TLS = "Let the web server speak TLS on this port, or name the right port, or http:// where there is to be no TLS."


def look(context: Context, options: Options) -> list[Result]:
    urls = options["urls"] or [context.settings.host]
    return [measure(context, url, options) for url in urls]


def measure(context: Context, url: str, options: Options) -> Result:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 443
    name = f"certificate {host}" + (f":{port}" if port != 443 else "")
    if parts.scheme != "https":
        return skipped(name, f"{url} does not use TLS; name the public address in certificate.urls")
    if not context.settings.validate_certs:
        return skipped(name, "validate_certs is false, so that no certificate is good or bad")
    try:
        end = valid_until(host, port, context.settings)
    except ssl.SSLCertVerificationError as problem:
        return failed(name, f"not trusted: {problem.verify_message}", ADVICE)
    except OSError as problem:
        # OpenSSL's word for an answer that is no TLS, as of a server of plain HTTP.
        if getattr(problem, "reason", "") == "WRONG_VERSION_NUMBER":
            return failed(name, f"what answers at {host}:{port} speaks no TLS", NO_TLS)
        return failed(name, f"no TLS connection: {problem.strerror or problem}", "See whether the web server runs.")
    return judge(name, (end - context.now).total_seconds() / 86400, options)


def valid_until(host: str, port: int, settings: Settings) -> datetime:
    """The end of the certificate that the host shows. Raises OSError, ssl.SSLError among them."""
    trusted = ssl.create_default_context()
    if settings.ca_path:
        is_directory = os.path.isdir(settings.ca_path)
        trusted.load_verify_locations(**{"capath" if is_directory else "cafile": settings.ca_path})
    with (
        socket.create_connection((host, port), timeout=settings.timeout) as connection,
        trusted.wrap_socket(connection, server_hostname=host) as channel,
    ):
        shown = channel.getpeercert() or {}
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), timezone.utc)


def judge(name: str, days: float, options: Options) -> Result:
    verdict = at_least(-days, -options["warning_days"], -options["failed_days"])
    facts = {"days": round(days, 1)}
    return Result(name, verdict, f"valid for {days:.0f} days", "" if verdict == "ok" else ADVICE, facts)
