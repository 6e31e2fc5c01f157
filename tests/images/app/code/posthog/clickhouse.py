"""ClickHouse over HTTP."""

import urllib.request
from urllib.parse import urlencode

from django.conf import settings


def query(text: str) -> str:
    """The answer as text. urllib.error.URLError where there is none, HTTPError where it refuses."""
    account = {"user": settings.CLICKHOUSE["user"], "password": settings.CLICKHOUSE["password"]}
    address = f"http://{settings.CLICKHOUSE['host']}:8123/?{urlencode(account)}"
    with urllib.request.urlopen(address, data=text.encode(), timeout=5) as answer:
        return str(answer.read().decode())
