"""A flag's `filters`: what is refused always, and the form in which they are stored."""

import json
import re
from typing import Any, NoReturn

from rest_framework.serializers import ValidationError

from posthog_emulator.api.fields import is_number

PROPERTY_TYPES = ("person", "cohort", "group", "flag")
OPERATOR_ALIASES = {"min": "gte", "max": "lte"}
OPERATORS = frozenset(
    "exact is_not icontains not_icontains icontains_multi not_icontains_multi regex not_regex gt gte lt lte is_set "
    "is_not_set is_date_exact is_date_after is_date_before in not_in flag_evaluates_to semver_eq semver_neq semver_gt "
    "semver_gte semver_lt semver_lte semver_tilde semver_caret semver_wildcard".split()
)
LEGACY_KEYS = ("super_groups", "holdout_groups")
VARIANT_KEY = re.compile(r"^[a-zA-Z0-9_./-]{1,400}$")
MAX_BYTES = 512 * 1024


def merged(stored: dict[str, Any] | None, sent: dict[str, Any]) -> dict[str, Any]:
    """PATCH keeps every top-level key that it does not send."""
    return {**(stored or {}), **sent}


def normalised(filters: dict[str, Any]) -> dict[str, Any]:
    """Validate, and rewrite as the server stores it."""
    if "version" in filters:
        _refuse("filters.version is reserved.", "reserved_config_version")
    if len(json.dumps(filters).encode()) > MAX_BYTES:
        _refuse(f"Filters are larger than {MAX_BYTES} bytes.")
    result = {name: value for name, value in filters.items() if name not in LEGACY_KEYS}
    result["groups"] = _groups(filters.get("groups"))
    if "multivariate" in filters:
        result["multivariate"] = _multivariate(filters["multivariate"])
    if "payloads" in filters:
        result["payloads"] = _payloads(filters["payloads"])
    _check_scalars(result)
    _distribute_aggregation(result)
    return result


def _refuse(message: str, code: str = "invalid") -> NoReturn:
    raise ValidationError({"filters": [message]}, code=code)


def _groups(groups: Any) -> list[dict[str, Any]]:
    if groups is None:
        return []
    if not isinstance(groups, list):
        _refuse("groups must be a list.")
    return [_group(group, f"groups[{number}]") for number, group in enumerate(groups)]


def _group(group: Any, where: str) -> dict[str, Any]:
    if not isinstance(group, dict):
        _refuse(f"{where} must be an object.")
    rollout = group.get("rollout_percentage")
    if rollout is not None and not (is_number(rollout) and 0 <= rollout <= 100):
        _refuse(f"{where}.rollout_percentage must be between 0 and 100, got {rollout}")
    if not isinstance(group.get("variant"), str | None):
        _refuse(f"{where}.variant must be a string or null.")
    _check_index(group.get("aggregation_group_type_index"), f"{where}.aggregation_group_type_index")
    properties = group.get("properties")
    if not isinstance(properties, list | None):
        _refuse(f"{where}.properties must be a list.")
    entries = [_property(entry, f"{where}.properties[{number}]") for number, entry in enumerate(properties or [])]
    return {**group, "properties": entries}


def _property(entry: Any, where: str) -> dict[str, Any]:
    if not isinstance(entry, dict):
        _refuse(f"{where} must be an object.")
    key = entry.get("key")
    if isinstance(key, bool) or not isinstance(key, str | int | float) or key == "":
        _refuse(f"{where}.key: a property key is required")
    if entry.get("type") not in PROPERTY_TYPES:
        _refuse(f"{where}.type: invalid property type {entry.get('type')!r}")
    operator = entry.get("operator")
    if isinstance(operator, str):
        operator = OPERATOR_ALIASES.get(operator, operator)
    if operator is not None and (not isinstance(operator, str) or operator not in OPERATORS):
        _refuse(f"{where}.operator: unsupported operator for feature flags: {operator!r}")
    if operator in ("regex", "not_regex"):
        _check_regex(entry.get("value"), where)
    _check_index(entry.get("group_type_index"), f"{where}.group_type_index")
    # What is injected on read is not stored when a client sends it back.
    kept = {name: value for name, value in entry.items() if name not in ("cohort_name", "group_key_names")}
    return {**kept, "key": str(key), **({"operator": operator} if "operator" in entry else {})}


def _check_regex(value: Any, where: str) -> None:
    try:
        re.compile(str(value))
    except re.error:
        _refuse(f"{where}.value: invalid regex pattern")


def _check_index(value: Any, where: str) -> None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        _refuse(f"{where} must be an integer or null.")


def _multivariate(multivariate: Any) -> dict[str, Any] | None:
    if multivariate is None:
        return None
    result: dict[str, Any] = multivariate
    variants = multivariate.get("variants") if isinstance(multivariate, dict) else None
    if not isinstance(variants, list) or not variants:
        _refuse("multivariate.variants must hold at least one variant.")
    for number, variant in enumerate(variants):
        where = f"multivariate.variants[{number}]"
        if not isinstance(variant, dict) or not VARIANT_KEY.match(str(variant.get("key", ""))):
            _refuse(f"{where}.key must consist of letters, digits, '_', '-', '.' and '/'.")
        rollout: Any = variant.get("rollout_percentage")
        if not is_number(rollout) or not 0 <= rollout <= 100:
            _refuse(f"{where}.rollout_percentage must be between 0 and 100, got {rollout}")
    return result


def _payloads(payloads: Any) -> dict[str, str]:
    if payloads is None:
        return {}
    if not isinstance(payloads, dict):
        _refuse("payloads must be an object.")
    return {key: _payload(key, value) for key, value in payloads.items()}


def _payload(key: str, value: Any) -> str:
    """Text stays as it is when it is JSON; everything else becomes JSON text."""
    try:
        if not isinstance(value, str):
            return json.dumps(value, allow_nan=False)
        json.loads(value)
    except ValueError:
        _refuse(f"Payload for key '{key}' is not valid JSON.")
    return value


def _check_scalars(filters: dict[str, Any]) -> None:
    _check_index(filters.get("aggregation_group_type_index"), "aggregation_group_type_index")
    for name in ("feature_enrollment", "early_exit"):
        if not isinstance(filters.get(name), bool | None):
            _refuse(f"{name} must be a boolean or null.")
    holdout = filters.get("holdout")
    if holdout is not None and not (isinstance(holdout, dict) and {"id", "exclusion_percentage"} <= set(holdout)):
        _refuse("holdout must have id and exclusion_percentage.")


def _distribute_aggregation(filters: dict[str, Any]) -> None:
    """Each group gets its own index; the flag keeps it only where all groups agree."""
    common = filters.get("aggregation_group_type_index")
    for group in filters["groups"]:
        group.setdefault("aggregation_group_type_index", common)
    used = {group["aggregation_group_type_index"] for group in filters["groups"]}
    if filters["groups"]:
        filters["aggregation_group_type_index"] = used.pop() if len(used) == 1 else None
