# SPDX-License-Identifier: GPL-3.0-or-later
"""From an HTTP answer to a sentence that says what to do (reference 1.3, 1.4)."""

from __future__ import annotations

import re
import typing as t
from urllib.parse import urlsplit

from .errors import ApiError

if t.TYPE_CHECKING:
    import requests

INGESTION = re.compile(r"^(?P<region>us|eu)(-assets)?\.i\.posthog\.com\Z")


def wrong_host(hostname: str) -> str | None:
    """What to write instead of a host that only takes events."""
    found = INGESTION.match(hostname)
    if found:
        return (
            f"{hostname} only takes events; the API is at https://{found['region']}.posthog.com"
            f" (or write region: {found['region']})"
        )
    return None


def explain(method: str, path: str, response: requests.Response, content: t.Any, host: str) -> ApiError:
    """The ApiError of an answer that is no success, or no JSON."""
    envelope = content if isinstance(content, dict) else {}
    code, attr = envelope.get("code"), envelope.get("attr")
    detail = str(envelope.get("detail") or envelope.get("error") or "").strip()
    return ApiError(
        sentence(method, path, response, code, attr, detail, host, bool(envelope)),
        method=method,
        path=path,
        status=response.status_code,
        code=code,
        attr=attr,
        detail=detail,
        extra={key: value for key, value in envelope.items() if key not in ("type", "code", "detail", "attr")},
        request_id=response.headers.get("X-Request-Id"),
    )


def sentence(
    method: str, path: str, response: requests.Response, code: t.Any, attr: t.Any, detail: str, host: str, known: bool
) -> str:
    status = response.status_code
    if 300 <= status < 400:
        target = urlsplit(response.headers.get("Location", ""))
        return f"{host} redirects to {target.scheme}://{target.netloc}; write that address as host"
    if not known and status != 404:
        return (
            f"{host} answered {method} {path} with {status} and"
            f" {response.headers.get('Content-Type', 'no content type')} instead of JSON;"
            " a proxy or login page seems to be in front of PostHog, or host is not PostHog's address"
        )
    if status == 401:
        return f"{host} does not accept the api_key ({detail}); is it a personal API key (phx_...) of this host?"
    scope = re.search(r"missing required scope '([^']+)'", detail)
    if status == 403 and scope:
        return f"the api_key lacks the scope {scope[1]}; add it to the key under Settings > Personal API keys"
    if status == 403:
        return f"the api_key may not do this ({detail})"
    if status == 404:
        return f"there is no {path} on {host}" + (f" ({detail})" if detail else "")
    field = f" for {attr}" if attr else ""
    return f"PostHog answered {status}{field}: {detail or code or 'no reason given'}" + (f" ({code})" if code else "")
