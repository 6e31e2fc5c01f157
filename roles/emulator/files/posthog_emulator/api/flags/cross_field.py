"""Rules across fields of `filters`. Production only logs them, so they sit behind a switch."""

from typing import Any

from rest_framework.serializers import ValidationError

KNOWN_KEYS = {
    "filters": {
        "groups", "multivariate", "payloads", "aggregation_group_type_index", "feature_enrollment", "holdout",
        "early_exit",
    },
    "group": {
        "properties", "rollout_percentage", "variant", "aggregation_group_type_index", "description", "sort_key",
        "exposure_frozen", "exposure_frozen_cohort",
    },
    "property": {"key", "value", "type", "operator", "group_type_index", "negation", "label"},
    "variant": {"key", "name", "rollout_percentage", "description"},
}  # fmt: skip


def check(filters: dict[str, Any]) -> None:
    """Refuse what breaks a rule."""
    variants = (filters.get("multivariate") or {}).get("variants") or []
    keys = [variant["key"] for variant in variants]
    if variants and abs(sum(variant["rollout_percentage"] for variant in variants) - 100) > 0.01:
        _refuse("variant_rollout_sum_not_100", "Variant rollout percentages must sum to 100.")
    if len(set(keys)) != len(keys):
        _refuse("duplicate_variant_key", "Variant keys must be unique.")
    if unknown := sorted(set(filters.get("payloads") or {}) - {*keys, *([] if keys else ["true"])}):
        _refuse("payload_key_without_variant", f"Payloads for unknown variants: {', '.join(unknown)}.")
    for group in filters["groups"]:
        _check_group(group, keys)


def without_unknown_keys(filters: dict[str, Any]) -> dict[str, Any]:
    """Once all rules are enforced, keys that nobody knows are dropped."""
    result = _only("filters", filters)
    result["groups"] = [
        {**_only("group", group), "properties": [_only("property", entry) for entry in group["properties"]]}
        for group in filters["groups"]
    ]
    if result.get("multivariate"):
        result["multivariate"] = {"variants": [_only("variant", entry) for entry in result["multivariate"]["variants"]]}
    return result


def _only(level: str, values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in KNOWN_KEYS[level]}


def _check_group(group: dict[str, Any], variant_keys: list[str]) -> None:
    if group.get("variant") and group["variant"] not in variant_keys:
        _refuse("group_variant_unknown", f"The variant {group['variant']} does not exist.")
    aggregation = group["aggregation_group_type_index"]
    for entry in group["properties"]:
        if aggregation is None and entry["type"] == "group":
            _refuse("group_property_on_person_flag", "Group properties need group aggregation.")
        if aggregation is not None and entry["type"] == "person":
            _refuse("person_property_on_group_flag", "Person properties cannot be used with group aggregation.")
        _check_operator(entry)


def _check_operator(entry: dict[str, Any]) -> None:
    operator = entry.get("operator")
    if entry["type"] == "cohort" and operator not in (None, "in", "not_in"):
        _refuse("cohort_operator", "A cohort takes the operators in and not_in.")
    if entry["type"] == "flag" and operator != "flag_evaluates_to":
        _refuse("flag_operator", "A flag takes the operator flag_evaluates_to.")
    if entry["type"] in ("person", "group") and operator in ("in", "not_in", "flag_evaluates_to"):
        _refuse("property_operator", f"A property does not take the operator {operator}.")


def _refuse(rule: str, message: str) -> None:
    raise ValidationError({"filters": [message]}, code=f"cross_field.{rule}")
