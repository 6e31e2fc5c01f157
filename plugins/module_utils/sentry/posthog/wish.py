# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the user wants in Sentry's place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Wish:
    """PostHog's error tracking instead of Sentry's.

    The names of variables are without the prefix by which a framework lets the browser see them: a Next.js application
    reads NEXT_PUBLIC_POSTHOG_KEY where its server, or a Django application, reads POSTHOG_KEY.
    """

    key_variable: str = "POSTHOG_KEY"
    host_variable: str = "POSTHOG_HOST"
    require_consent: bool = False
