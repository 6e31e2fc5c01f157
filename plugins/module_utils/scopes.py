# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the key may do what the plan wants, found out before the first write."""

from __future__ import annotations

from .client import Client
from .errors import ApiError, RolloutError


def require_scopes(client: Client, kinds: set[str]) -> None:
    """Raises RolloutError naming all scopes that the key lacks. Servers that do not tell are believed to allow."""
    try:
        key = client.get("/api/personal_api_keys/@current/")
    except ApiError as problem:
        if problem.status in (403, 404, 405):
            return
        raise
    granted = set(key.get("scopes") or ["*"])
    wanted = {f"{kind}:write" for kind in kinds}
    lacking = sorted(wanted - granted)
    if lacking and "*" not in granted:
        raise RolloutError(
            f"the api_key lacks the scope{'s' if len(lacking) > 1 else ''} {', '.join(lacking)}; nothing was written;"
            " add them to the key under Settings > Personal API keys"
        )
