"""Dates as the API writes them."""

from datetime import UTC, datetime


def iso(moment: datetime) -> str:
    """ISO 8601 with microseconds and Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def now_iso() -> str:
    """Now, as the API writes it."""
    return iso(datetime.now(tz=UTC))
