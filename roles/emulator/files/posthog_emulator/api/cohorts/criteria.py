"""A cohort's `filters`: strict on the way in, annotated on the way out."""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NoReturn

from rest_framework.serializers import ValidationError

from posthog_emulator.models import Cohort

ANNOTATIONS = {"bytecode", "bytecode_error", "conditionHash"}
COMMON = {"type", "key", "value", "negation"} | ANNOTATIONS
LEAF_KEYS = {
    "person": COMMON | {"operator"},
    "person_metadata": COMMON | {"operator"},
    "cohort": COMMON | {"operator"},
    "behavioral": COMMON
    | {
        "operator", "operator_value", "event_type", "time_value", "time_interval", "seq_event", "seq_event_type",
        "seq_time_value", "seq_time_interval", "total_periods", "min_periods", "event_filters", "explicit_datetime",
        "explicit_datetime_to",
    },
}  # fmt: skip
REQUIRED = {
    "person": ("key", "operator"),
    "person_metadata": ("key", "operator", "value"),
    "cohort": ("key", "value"),
    "behavioral": ("key", "value", "event_type"),
}
BEHAVIORS = {
    "performed_event", "performed_event_multiple", "performed_event_first_time", "performed_event_sequence",
    "performed_event_regularly", "stopped_performing_event", "restarted_performing_event",
}  # fmt: skip
NEED_NO_VALUE = ("is_set", "is_not_set")
#: Operators for which a list of one string is stored as that string.
UNWRAPPED = (
    "icontains", "not_icontains", "starts_with", "not_starts_with", "ends_with", "not_ends_with", "is_date_exact",
    "is_date_before", "is_date_after",
)  # fmt: skip
EMPTY: dict[str, Any] = {"properties": {"type": "OR", "values": []}}
Json = dict[str, Any]


def normalised(filters: Json) -> Json:
    """Validate, and rewrite as the server stores it."""
    if unknown := sorted(set(filters) - {"properties", "filterTestAccounts"}):
        _refuse(f"filters: Extra inputs are not permitted: {', '.join(unknown)}")
    if not isinstance(filters.get("properties"), dict):
        _refuse("Must contain a 'properties' key with type and values.")
    result: Json = {"properties": _group(filters["properties"])}
    if filters.get("filterTestAccounts") is not None:
        result["filterTestAccounts"] = bool(filters["filterTestAccounts"])
    return result


def leaves(filters: Json | None) -> Iterator[Json]:
    """All criteria, however deep."""
    waiting: list[Any] = [(filters or EMPTY)["properties"]]
    while waiting:
        entry = waiting.pop()
        if "values" in entry:
            waiting.extend(entry["values"])
        else:
            yield entry


def without_annotations(filters: Json | None) -> Json:
    """The criteria as a person would write them, for comparing."""
    plain: Json = json.loads(json.dumps(filters or EMPTY))
    for leaf in leaves(plain):
        for name in ANNOTATIONS:
            leaf.pop(name, None)
    return plain


def nested_ids(filters: Json | None) -> set[int]:
    """Cohorts that are criteria of this one."""
    return {int(leaf["value"]) for leaf in leaves(filters) if leaf["type"] == "cohort" and str(leaf["value"]).isdigit()}


def is_behavioral(cohort: Cohort, seen: frozenset[int] = frozenset()) -> bool:
    """Whether membership depends on events, directly or through another cohort. Static ones are lists, so never."""
    if cohort.is_static or cohort.pk in seen:
        return False
    filters = cohort.body.get("filters")
    if any(leaf["type"] == "behavioral" for leaf in leaves(filters)):
        return True
    inner = Cohort.objects.filter(project=cohort.project_id, pk__in=nested_ids(filters))
    return any(is_behavioral(row, seen | {cohort.pk}) for row in inner)


def _group(group: Json) -> Json:
    if unknown := sorted(set(group) - {"type", "values"}):
        _refuse(f"properties: Extra inputs are not permitted: {', '.join(unknown)}")
    if group.get("type") not in ("AND", "OR") or not isinstance(group.get("values"), list):
        _refuse("A group needs type AND or OR, and a list of values.")
    return {"type": group["type"], "values": [_entry(entry) for entry in group["values"]]}


def _entry(entry: Any) -> Json:
    if not isinstance(entry, dict):
        _refuse("A criterion must be an object.")
    return _group(entry) if "values" in entry else _leaf(entry)


def _leaf(leaf: Json) -> Json:
    kind = leaf.get("type")
    if kind not in LEAF_KEYS:
        _refuse(f"Unknown criterion type {kind!r}.")
    if unknown := sorted(set(leaf) - LEAF_KEYS[kind]):
        _refuse(f"{kind} filter: Extra inputs are not permitted: {', '.join(unknown)}")
    stored = {name: value for name, value in leaf.items() if value is not None and name not in ANNOTATIONS}
    needed = list(REQUIRED[kind])
    if kind == "person" and leaf.get("operator") not in NEED_NO_VALUE:
        needed.append("value")
    if missing := [name for name in needed if name not in stored]:
        _refuse(f"Missing required keys for {kind} filter: {', '.join(missing)}")
    if kind == "behavioral" and stored["value"] not in BEHAVIORS:
        _refuse(f"Unknown behavior {stored['value']!r}.")
    _unwrap(stored)
    _check_date(stored)
    stored.setdefault("negation", False)
    return {**stored, **_annotations(stored)}


def _unwrap(leaf: Json) -> None:
    value = leaf.get("value")
    if leaf.get("operator") in UNWRAPPED and isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
        leaf["value"] = value[0]


def _check_date(leaf: Json) -> None:
    if not str(leaf.get("operator", "")).startswith("is_date"):
        return
    value = str(leaf.get("value"))
    relative = value.startswith("-") and value[1:-1].isdigit() and value[-1] in "hdwmy"
    try:
        if not relative:
            datetime.fromisoformat(value)
    except ValueError:
        _refuse(f"Invalid date value: {value}")


def _annotations(leaf: Json) -> Json:
    """Stand-ins for the compiled program and its hash; a cohort in a cohort is not compiled."""
    if leaf["type"] == "cohort":
        return {}
    text = json.dumps(leaf, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return {"bytecode": ["_H", 1, 32, str(leaf["key"]), 32, digest], "conditionHash": digest}


def _refuse(message: str) -> NoReturn:
    raise ValidationError(message)
