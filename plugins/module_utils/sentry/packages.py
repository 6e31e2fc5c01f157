# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which packages are Sentry's. Manifests and locks ask here, so that they agree."""

from __future__ import annotations

import re

NPM_SCOPES = ("@sentry/", "@sentry-internal/", "@spotlightjs/")
# The SDK alone: other distributions with the word in their name are products, plugins or strangers.
PYTHON = frozenset({"sentry-sdk"})

# The name at the end of an override's key: "a>b@1", "**/b", "a@npm:1/b".
_NPM_NAME = re.compile(r"(?:@[^/@>\s]+/)?[^/@>\s]+")


def is_npm(name: str) -> bool:
    return name.startswith(NPM_SCOPES) or name == "sentry-expo"


def is_npm_selector(selector: str) -> bool:
    """Whether a key of overrides or resolutions, or an entry of a list of packages, is about one of Sentry's packages.

    Either end counts: what is required of Sentry's package, and what is required by it, has no object without it."""
    return any(
        is_npm(part) for part in _NPM_NAME.findall(re.sub(r"@(npm:|patch:|workspace:|[\^~<>=*\d])[^>/]*", "", selector))
    )


def python_name(requirement: str) -> str:
    """The normalised name (PEP 503) at the beginning of a requirement, empty when there is none."""
    found = re.match(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?=$|[\[\](<>=!~;@,\s\\#])", requirement)
    return re.sub(r"[-_.]+", "-", found.group(1)).lower() if found else ""


def is_python(requirement: str) -> bool:
    return python_name(requirement) in PYTHON


def is_env_name(name: str) -> bool:
    """Whether a variable has the word SENTRY in its name, as in NEXT_PUBLIC_SENTRY_DSN."""
    return re.search(r"(^|_)SENTRY(_|$)", name, re.IGNORECASE) is not None
