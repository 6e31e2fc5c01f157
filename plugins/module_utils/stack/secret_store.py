# Copyright (c) 2026 the rollout.posthog developers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The secrets of a host: made once, with the right formats, or given; kept in a file of root, and never changed."""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import typing as t
from dataclasses import dataclass
from pathlib import Path

from .. import files
from ..errors import Invalid, RolloutError


def hexadecimal(count: int) -> t.Callable[[], str]:
    return lambda: secrets.token_hex(count)


def private_key() -> str:
    """RSA, 2048 bits, PEM. Raises RolloutError without openssl."""
    command = ["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-quiet"]
    # -quiet came with OpenSSL 3; before, progress goes to standard error anyway.
    for attempt in (command, command[:-1]):
        try:
            done = subprocess.run(attempt, capture_output=True, text=True, check=False)
        except FileNotFoundError as error:
            raise RolloutError(
                "openssl is not installed; it makes the key for OAuth. Install it, or give the key"
            ) from error
        if done.returncode == 0:
            return done.stdout
    raise RolloutError(f"openssl made no key: {done.stderr.strip()}")


@dataclass(frozen=True)
class Secret:
    """What a secret looks like, and how one is made. `loss` is what a new value would destroy."""

    make: t.Callable[[], str]
    pattern: str
    says: str
    loss: str


ANY = r"[^\s'\"$\\]{12,}"
ANY_SAYS = "at least 12 characters, without spaces, quotes, dollar signs and backslashes"
SESSIONS = "all sessions and links in e-mails would end"
BOTH_SIDES = "services of the old and the new value would not talk to each other"
IN_STORE = "the store keeps the old one, and would refuse the new"

# Formats: bin/upgrade-hobby and bin/hobby-installer/core/env.go of PostHog/posthog.
SECRETS = {
    "posthog_secret": Secret(hexadecimal(32), ANY, ANY_SAYS, SESSIONS),
    "encryption_salt_keys": Secret(
        hexadecimal(16),
        "(?!00beef0000beef0000beef0000beef00)[A-Za-z0-9_-]{32}",
        "exactly 32 letters, digits, - or _, and not the published default",
        "every stored credential of an integration would be unreadable for ever",
    ),
    "internal_request_token": Secret(hexadecimal(32), ANY, ANY_SAYS, BOTH_SIDES),
    "internal_api_secret": Secret(hexadecimal(32), ANY, ANY_SAYS, BOTH_SIDES),
    "browserless_secret": Secret(hexadecimal(32), ANY, ANY_SAYS, BOTH_SIDES),
    # These stand in URLs.
    "postgres_password": Secret(
        hexadecimal(24), r"[A-Za-z0-9._~-]{7,}", "at least 7 letters, digits, or one of . _ ~ -", IN_STORE
    ),
    "clickhouse_api_password": Secret(hexadecimal(24), ANY, ANY_SAYS, BOTH_SIDES),
    "clickhouse_app_password": Secret(hexadecimal(24), ANY, ANY_SAYS, BOTH_SIDES),
    "object_storage_secret": Secret(
        hexadecimal(24), r"[A-Za-z0-9_-]{8,}", "at least 8 letters, digits, - or _", IN_STORE
    ),
    "capture_logs_secret": Secret(hexadecimal(32), ANY, ANY_SAYS, BOTH_SIDES),
    "oidc_rsa_private_key": Secret(
        private_key,
        r"-----BEGIN (RSA )?PRIVATE KEY-----\n[A-Za-z0-9+/=\n]+-----END (RSA )?PRIVATE KEY-----\n?",
        "a PEM private key without password",
        "everybody who signed in by OAuth would have to do so again",
    ),
    "owner_password": Secret(lambda: secrets.token_urlsafe(18), r"\S.{6,}\S", "at least 8 characters", ""),
    "api_key": Secret(lambda: "phx_" + secrets.token_urlsafe(32), r"phx_[A-Za-z0-9_-]{20,}", "phx_ and 20 or more", ""),
}


def settle(kept: t.Mapping[str, str], given: t.Mapping[str, str]) -> dict[str, str]:
    """All secrets: those that are kept, else those that are given, else new ones. Raises Invalid, without a value."""
    unknown = sorted(set(given) - set(SECRETS))
    if unknown:
        raise Invalid(f"no such secret: {', '.join(unknown)}; there are: {', '.join(SECRETS)}", "stack_secrets")
    for name, secret in SECRETS.items():
        value = given.get(name)
        if value is None:
            continue
        if not re.fullmatch(secret.pattern, value):
            raise Invalid(f"must be {secret.says}", f"stack_secrets.{name}")
        if name in kept and kept[name] != value:
            raise Invalid(refusal(secret), f"stack_secrets.{name}")
    return {name: kept.get(name) or given.get(name) or secret.make() for name, secret in SECRETS.items()}


def refusal(secret: Secret) -> str:
    told = f": {secret.loss}" if secret.loss else ""
    return (
        f"is not what this host was installed with, and no run changes a secret{told}. Take it out of stack_secrets to "
        "keep the one of the host"
    )


def read(path: str) -> dict[str, str]:
    """What is kept, or nothing. Raises RolloutError for a file that cannot be right."""
    if not os.path.exists(path):
        return {}
    try:
        kept = json.loads(Path(path).read_text(encoding="utf-8"))
    except ValueError as error:
        raise RolloutError(
            f"{path} is no JSON: put it back from your backup. It holds what the data was made with"
        ) from error
    if not isinstance(kept, dict) or not all(isinstance(value, str) for value in kept.values()):
        raise RolloutError(f"{path} is not a mapping of secrets: put it back from your backup")
    return kept


def write(path: str, values: t.Mapping[str, str]) -> None:
    """Whole or not at all, readable by its owner only from the first byte on. Raises RolloutError."""
    text = json.dumps(dict(values), indent=2) + "\n"
    files.write(path, text.encode(), 0o600, prefix=".secrets-", durable=True)
