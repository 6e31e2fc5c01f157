# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a registry of images says: the digest that a tag has now.

Source: the OCI distribution specification, and Docker's token authentication for those that are open to everybody.
"""

from __future__ import annotations

import json
import re
import typing as t
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode

from ansible.module_utils.urls import open_url

from ..errors import RolloutError
from .images import DIGEST, repository, tag

HUB = "registry-1.docker.io"  # where Docker's own images are, that are called docker.io or nothing
MANIFESTS = ", ".join(
    [
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    ]
)
CHALLENGE = re.compile(r'(\w+)="([^"]*)"')
TIMEOUT = 30


def located(reference: str) -> tuple[str, str]:
    """`caddy:latest` -> (`registry-1.docker.io`, `library/caddy`). As Docker reads it: a first part with a dot or a
    colon is a registry."""
    name = repository(reference)
    first, slash, rest = name.partition("/")
    if slash and (re.search(r"[.:]", first) or first == "localhost"):
        return (HUB, rest) if first == "docker.io" else (first, rest)
    return HUB, name if slash else f"library/{name}"


def digest(reference: str) -> str:
    """The digest of a tag. Raises RolloutError with what the registry said."""
    host, name = located(reference)
    # Docker speaks to registries of its own host without TLS, and so do we.
    scheme = "http" if re.match(r"(127\.|localhost\b)", host) else "https"
    url = f"{scheme}://{host}/v2/{name}/manifests/{tag(reference) or 'latest'}"
    found = asked(reference, url, {"Accept": MANIFESTS})
    if not DIGEST.fullmatch(found):
        raise RolloutError(f"{url} told no digest of {reference}, but {found!r}: is it a registry?")
    return found


def asked(reference: str, url: str, headers: dict[str, str]) -> str:
    try:
        answer = open_url(url, method="HEAD", headers=headers, timeout=TIMEOUT)
    except HTTPError as error:
        challenge = error.headers.get("WWW-Authenticate", "")
        if error.code == 401 and challenge.startswith("Bearer") and "Authorization" not in headers:
            return asked(reference, url, {**headers, "Authorization": f"Bearer {token(reference, challenge)}"})
        raise RolloutError(refusal(reference, url, error.code)) from error
    except (URLError, OSError) as error:
        raise RolloutError(f"{url} does not answer: {error}. Name a mirror in stack_registry_prefix") from error
    return str(answer.headers.get("Docker-Content-Digest", ""))


def token(reference: str, challenge: str) -> str:
    """For whom everybody is; no password goes out. Raises RolloutError."""
    asks = dict(CHALLENGE.findall(challenge))
    url = f"{asks.pop('realm', '')}?{urlencode(asks)}"
    try:
        told: dict[str, t.Any] = json.loads(open_url(url, timeout=TIMEOUT).read())
    except (URLError, OSError, ValueError) as error:
        raise RolloutError(f"{url} gives no token to read {reference}: {error}") from error
    return str(told.get("token") or told.get("access_token", ""))


def refusal(reference: str, url: str, code: int) -> str:
    if code == 404:
        return (
            f"the registry has no {reference} ({url}: 404). Images of PostHog are there some minutes after their "
            "commit, and not of every commit: choose another one in stack_release_commit"
        )
    return f"the registry does not tell of {reference} ({url}: {code}). Only what everybody may read can be looked up"
