# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the key may do what the plan wants, found out before the first write."""

from __future__ import annotations

from .client import Client
from .errors import ApiError, RolloutError
from .plan import Plan


def require_scopes(client: Client, plan: Plan) -> None:
    """Raises RolloutError naming all scopes that the key lacks. Servers that do not tell are believed to allow."""
    try:
        key = client.get("/api/personal_api_keys/@current/")
    except ApiError as problem:
        if problem.status in (403, 404, 405):
            return
        raise
    granted = set(key.get("scopes") or ["*"])
    wanted = {f"{change.kind.scope}:write" for change in plan.effective}
    lacking = sorted(wanted - granted)
    if lacking and "*" not in granted:
        raise RolloutError(
            f"the api_key lacks the scope{'s' if len(lacking) > 1 else ''} {', '.join(lacking)}; nothing was written;"
            " add to the key under Settings > Personal API keys"
        )
