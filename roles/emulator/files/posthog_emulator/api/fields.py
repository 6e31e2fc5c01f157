"""Serializer fields that several resources need."""

import math
import random
from typing import Any

from rest_framework import serializers


class StrictBool(serializers.BooleanField):
    """A JSON boolean and nothing that merely looks like one."""

    def to_internal_value(self, data: Any) -> bool:
        """Refuse strings and numbers."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class JsonObject(serializers.JSONField):
    """A JSON object."""

    default_error_messages = {"invalid": "Value must be a valid JSON object."}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Refuse every other JSON type."""
        if not isinstance(data, dict):
            self.fail("invalid")
        return data


class Tags(serializers.ListField):
    """Tags: stored trimmed, in lower case and once each. `null` leaves them alone."""

    child = serializers.CharField(trim_whitespace=False, allow_blank=True, max_length=255)

    def __init__(self) -> None:
        super().__init__(required=False, allow_null=True)

    def to_internal_value(self, data: Any) -> list[str]:
        """Normalise."""
        return sorted({tag.strip().lower() for tag in super().to_internal_value(data)})


def unordered(values: list[Any]) -> list[Any]:
    """A set has no order, and nobody may come to rely on one."""
    return random.sample(values, len(values))


def is_number(value: Any) -> bool:
    """A finite JSON number; booleans are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
