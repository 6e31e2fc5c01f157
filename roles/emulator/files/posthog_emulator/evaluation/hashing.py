"""PostHog's rollout arithmetic: the same person always gets the same number."""

import hashlib
from typing import Any

SCALE = float(0xFFFFFFFFFFFFFFF)


def share(prefix: str, identifier: str, salt: str = "") -> float:
    """A number from 0 to 1, evenly spread over identifiers."""
    digest = hashlib.sha1(f"{prefix}{identifier}{salt}".encode(), usedforsecurity=False).hexdigest()
    return int(digest[:15], 16) / SCALE


def in_rollout(key: str, identifier: str, percentage: float | None) -> bool:
    """Whether the identifier is within a flag's rollout."""
    return percentage is None or share(f"{key}.", identifier) <= percentage / 100


def pick_variant(key: str, identifier: str, variants: list[dict[str, Any]]) -> str | None:
    """The variant whose slice the identifier falls into."""
    position = share(f"{key}.", identifier, "variant")
    upper = 0.0
    for variant in variants:
        lower, upper = upper, upper + variant["rollout_percentage"] / 100
        if lower <= position < upper:
            name: str = variant["key"]
            return name
    return None


def held_out(identifier: str, percentage: float) -> bool:
    """Whether the identifier is in a holdout; holdouts are the same for all flags."""
    percentage = min(max(percentage, 0.0), 100.0)
    return percentage == 100.0 or share("holdout-", identifier) <= percentage / 100
