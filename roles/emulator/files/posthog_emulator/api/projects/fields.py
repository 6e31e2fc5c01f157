"""Fields for the settings whose JSON has rules."""

import re
from typing import Any
from urllib.parse import urlsplit

from rest_framework import serializers

from posthog_emulator.api.fields import is_number

MAX_WILDCARD_LABELS = 5


class UrlList(serializers.ListField):
    """Addresses; null and empty entries are dropped, order is kept."""

    child = serializers.CharField(max_length=200, allow_blank=True, allow_null=True)

    def to_internal_value(self, data: Any) -> list[str]:
        """Drop the empty ones, refuse what is no address."""
        urls = [url for url in super().to_internal_value(data) if url]
        for url in urls:
            self._check(url)
        return urls

    @staticmethod
    def _check(url: str) -> None:
        try:
            host = urlsplit(url if "://" in url else f"https://{url}").hostname or ""
        except ValueError:
            raise serializers.ValidationError(f"{url} is not a valid URL.") from None
        if host.split(".").count("*") > MAX_WILDCARD_LABELS:
            raise serializers.ValidationError(f"{url} has too many wildcards.")


class KnownKeys(serializers.JSONField):
    """An object that may hold only these keys, each of the given type."""

    def __init__(self, keys: dict[str, type | tuple[type, ...]], **kwargs: Any) -> None:
        self.keys = keys
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Refuse anything else."""
        if not isinstance(data, dict):
            raise serializers.ValidationError("Must provide a dictionary or None.")
        if unknown := sorted(set(data) - set(self.keys)):
            raise serializers.ValidationError(f"Must provide a dictionary with only known keys, got {unknown}.")
        for name, value in data.items():
            if value is not None and not isinstance(value, self.keys[name]):
                raise serializers.ValidationError(f"{name} has the wrong type.")
        return data


class LinkedFlag(KnownKeys):
    """`{id, key}` or `{id, key, variant}`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__({"id": (int, str), "key": str, "variant": (str,)}, **kwargs)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Both id and key are needed; an id in a string becomes a number."""
        value = super().to_internal_value(data)
        if not {"id", "key"} <= set(value):
            raise serializers.ValidationError("Must provide a dictionary with id and key.")
        if isinstance(value["id"], str) and not value["id"].isdigit():
            raise serializers.ValidationError("The id must be a number.")
        return {**value, "id": int(value["id"])}


class UrlTriggers(serializers.ListField):
    """Objects of url and matching, where matching is always a regular expression."""

    child = serializers.JSONField()

    def to_internal_value(self, data: Any) -> list[dict[str, Any]]:
        """Refuse other keys and other kinds of matching."""
        triggers: list[dict[str, Any]] = super().to_internal_value(data)
        for trigger in triggers:
            if not isinstance(trigger, dict) or set(trigger) != {"url", "matching"} or trigger["matching"] != "regex":
                raise serializers.ValidationError("Each entry must have url, and matching set to regex.")
        return triggers


class PathCleaning(serializers.ListField):
    """Objects of alias, regex and, maybe, order."""

    child = serializers.JSONField()

    def to_internal_value(self, data: Any) -> list[dict[str, Any]]:
        """The expression must compile, and the alias may only refer to groups that it has."""
        rules: list[dict[str, Any]] = super().to_internal_value(data)
        for rule in rules:
            if not isinstance(rule, dict) or not rule.get("regex") or not set(rule) <= {"alias", "regex", "order"}:
                raise serializers.ValidationError("Each entry needs a regex and an alias.")
            try:
                groups = re.compile(rule["regex"]).groups
            except re.error:
                raise serializers.ValidationError(f"Invalid regex: {rule['regex']}") from None
            if any(int(number) > groups for number in re.findall(r"\\(\d)", rule.get("alias") or "")):
                raise serializers.ValidationError("The alias refers to a group that the regex does not have.")
        return rules


PROPERTY_FILTER_KEYS = {
    "key",
    "value",
    "type",
    "operator",
    "label",
    "group_type_index",
    "cohort_name",
    "group_key_names",
}
PROPERTY_FILTER_TYPES = {
    "event", "event_metadata", "person", "person_metadata", "element", "session", "cohort", "group", "hogql", "feature",
    "recording", "log", "data_warehouse", "data_warehouse_person_property", "flag",
}  # fmt: skip


class PropertyFilters(serializers.ListField):
    """Filters for internal and test users."""

    child = serializers.JSONField()

    def to_internal_value(self, data: Any) -> list[dict[str, Any]]:
        """Refuse unknown keys, `negation` among them, and filters without a key."""
        filters: list[dict[str, Any]] = super().to_internal_value(data)
        for entry in filters:
            if not isinstance(entry, dict) or "key" not in entry or not set(entry) <= PROPERTY_FILTER_KEYS:
                raise serializers.ValidationError("Each filter needs a key and may only have known keys.")
            if entry.get("type") not in PROPERTY_FILTER_TYPES:
                raise serializers.ValidationError(f"Unknown property type {entry.get('type')!r}.")
            if entry["type"] == "cohort" and entry.get("operator") not in (None, "in", "not_in"):
                raise serializers.ValidationError("A cohort filter takes the operators in and not_in.")
        return filters


TRIGGER_GROUP_KEYS = {"id", "sampleRate", "conditions", "name", "minDurationMs"}
TRIGGER_CONDITION_KEYS = {"matchType", "events", "urls", "flag", "properties"}


class TriggerGroups(KnownKeys):
    """The second generation of session replay triggers."""

    def __init__(self, **kwargs: Any) -> None:
        keys = {"version": int, "groups": list, "fallbackSampleRate": (int, float)}
        super().__init__(keys, **kwargs)  # type: ignore[arg-type]

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Check version, rates and conditions."""
        value = super().to_internal_value(data)
        if value.get("version") != 2 or not isinstance(value.get("groups"), list):
            raise serializers.ValidationError("version must be 2, and groups must be a list.")
        for group in value["groups"]:
            self._check(group)
        return value

    @staticmethod
    def _check(group: Any) -> None:
        if not isinstance(group, dict) or not set(group) <= TRIGGER_GROUP_KEYS or "id" not in group:
            raise serializers.ValidationError("A group needs an id and may only have known keys.")
        if not is_number(group.get("sampleRate")) or not 0 <= group["sampleRate"] <= 1:
            raise serializers.ValidationError("sampleRate must be between 0 and 1.")
        conditions = group.get("conditions")
        if not isinstance(conditions, dict) or not set(conditions) <= TRIGGER_CONDITION_KEYS:
            raise serializers.ValidationError("conditions may only have known keys.")
        if conditions.get("matchType") not in ("any", "all"):
            raise serializers.ValidationError("matchType must be any or all.")
        if not 0 <= (group.get("minDurationMs") or 0) <= 30000:
            raise serializers.ValidationError("minDurationMs must be between 0 and 30000.")


class SampleRate(serializers.DecimalField):
    """0 to 1 with two decimals, kept and answered as a string."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=3, decimal_places=2, min_value=0, max_value=1, **kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Validated as a number, stored as text."""
        value = super().run_validation(data)
        return None if value is None else f"{value:.2f}"
