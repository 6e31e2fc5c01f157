# SPDX-License-Identifier: GPL-3.0-or-later
"""Asking ClickHouse: by its client in its container, or over HTTP where it is elsewhere."""

from __future__ import annotations

from contextlib import suppress

# The program has said so before it comes here.
with suppress(ImportError):
    import requests

from ..errors import RolloutError
from .place import Place
from .settings import Options

#: Seconds: as long as a backup may take without a word of the server.
TIMEOUT = 86400
CONNECT = 10


def by_client(place: Place, query: str) -> str:
    """By standard input, for there may be people in it. Raises RolloutError."""
    return place.run("clickhouse-client", "--receive_timeout", str(TIMEOUT), given=query.encode())


def over_http(options: Options, query: str, hidden: str) -> str:
    """`hidden` is what no complaint may show. Raises RolloutError."""
    scheme, usual = ("https", 8443) if options["secure"] else ("http", 8123)
    url = f"{scheme}://{options['host']}:{options['port'] or usual}/"
    who = {"X-ClickHouse-User": options["user"] or "default", "X-ClickHouse-Key": options["password"]}
    try:
        answer = requests.post(
            url, data=query.encode(), headers=who, timeout=(CONNECT, TIMEOUT), verify=options["ca_path"] or True
        )
    except requests.RequestException as problem:
        raise RolloutError(f"ClickHouse at {url} cannot be asked: {type(problem).__name__}") from None
    if answer.status_code != requests.codes.ok:
        said = (answer.text.strip().splitlines() or [""])[0]
        raise RolloutError(f"ClickHouse at {url}: {said.replace(hidden, '(hidden)') if hidden else said}")
    return answer.text
