# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The credentials that upstream publishes in its compose files, and generated ones in their place.

The model that is read here is rendered with names in place of secrets: the variable FOO holds the text `${FOO}`, which
Compose shows as `$${FOO}`. So no secret ever passes through, and what is written names the variable for Compose.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

# What is generated, by its name in the environment of Compose.
VARIABLES = (
    "POSTHOG_SECRET",
    "ENCRYPTION_SALT_KEYS",
    "INTERNAL_REQUEST_TOKEN",
    "INTERNAL_API_SECRET",
    "BROWSERLESS_SECRET",
    "POSTGRES_PASSWORD",
    "CLICKHOUSE_API_PASSWORD",
    "CLICKHOUSE_APP_PASSWORD",
    "OBJECT_STORAGE_SECRET",
    "CAPTURE_LOGS_SECRET",
    "OIDC_RSA_PRIVATE_KEY",
)


@dataclass(frozen=True)
class Published:
    """A credential that everybody can read in upstream's repository."""

    text: str
    by: str
    # Only as the whole value of these variables: the text is too common to be looked for elsewhere.
    names: tuple[str, ...] = ()


# Source: docker-compose.base.yml, docker-compose.hobby.yml and .env.services of PostHog/posthog.
PUBLISHED = (
    Published("posthog:posthog@", "posthog:${POSTGRES_PASSWORD}@"),
    Published("posthog", "${POSTGRES_PASSWORD}", ("POSTGRES_PASSWORD", "POSTGRES_PWD", "PGPASSWORD")),
    Published("apipass", "${CLICKHOUSE_API_PASSWORD}", ("CLICKHOUSE_API_PASSWORD",)),
    Published("apppass", "${CLICKHOUSE_APP_PASSWORD}", ("CLICKHOUSE_APP_PASSWORD",)),
    Published("object_storage_root_password", "${OBJECT_STORAGE_SECRET}"),
    Published("<randomly generated secret key>", "${CAPTURE_LOGS_SECRET}", ("JWT_SECRET",)),
)

PLACEHOLDER = re.compile(r"\$\$(\{(?:" + "|".join(VARIABLES) + r")\})")


def generated(text: str, name: str = "") -> str:
    """The text with generated credentials for published ones; `name` is the variable that holds it, if one does."""
    for published in PUBLISHED:
        if not published.names:
            text = text.replace(published.text, published.by)
        elif name in published.names and text == published.text:
            text = published.by
    return PLACEHOLDER.sub(r"$\1", text)


def environment(variables: t.Mapping[str, t.Optional[str]]) -> dict[str, str]:
    """What changes in an environment: variable -> its new text."""
    changed = {}
    for name, value in variables.items():
        if isinstance(value, str) and (new := generated(value, name)) != PLACEHOLDER.sub(r"$\1", value):
            changed[name] = new
    return changed


def words(line: t.Optional[t.Sequence[str]]) -> t.Optional[list[str]]:
    """A command or entrypoint with generated credentials, or None if it has no published ones."""
    if not line:
        return None
    new = [generated(word) for word in line]
    return new if new != [PLACEHOLDER.sub(r"$\1", word) for word in line] else None
