"""Comparing one property of a person or group with what a condition asks for."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from posthog_emulator.evaluation import semver

Check = Callable[[Any, Any], bool]
#: True for somebody who does not have the property at all.
TRUE_WHEN_MISSING = ("is_not", "is_not_set", "not_icontains", "not_icontains_multi", "not_regex", "semver_neq")
RELATIVE_DATE = re.compile(r"^-?(\d{1,4})([hdwmy])$")
DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}


def matches(condition: dict[str, Any], properties: dict[str, Any]) -> bool:
    """Whether the properties meet the condition."""
    operator = condition.get("operator") or "exact"
    if condition["key"] not in properties:
        return operator in TRUE_WHEN_MISSING
    check = CHECKS.get(operator)
    return check is not None and check(condition.get("value"), properties[condition["key"]])


def text(value: Any) -> str:
    """A value as text, the way JSON writes it."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _exact(wanted: Any, actual: Any) -> bool:
    if wanted == []:
        return _truthy(actual)
    if _boolean_like(wanted):
        return _truthy(wanted) == _truthy(actual)
    choices = wanted if isinstance(wanted, list) else [wanted]
    return text(actual).lower() in {text(choice).lower() for choice in choices}


def _boolean_like(value: Any) -> bool:
    if isinstance(value, list):
        return all(_boolean_like(entry) for entry in value)
    return isinstance(value, bool) or (isinstance(value, str) and value.lower() in ("true", "false"))


def _truthy(value: Any) -> bool:
    if isinstance(value, list):
        return all(_truthy(entry) for entry in value)
    return value is True or (isinstance(value, str) and value.lower() == "true")


def _contains(wanted: Any, actual: Any) -> bool:
    return text(wanted).lower() in text(actual).lower()


def _contains_any(wanted: Any, actual: Any) -> bool:
    choices = wanted if isinstance(wanted, list) else [wanted]
    return any(_contains(choice, actual) for choice in choices)


def _regex(wanted: Any, actual: Any) -> bool:
    return re.search(text(wanted), text(actual)) is not None


def _numbers(compare: Callable[[float, float], bool]) -> Check:
    def check(wanted: Any, actual: Any) -> bool:
        left, right = _number(actual), _number(wanted)
        return left is not None and right is not None and compare(left, right)

    return check


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def _dates(compare: Callable[[datetime, datetime], bool]) -> Check:
    def check(wanted: Any, actual: Any) -> bool:
        left, right = _date(actual), _date(wanted)
        return left is not None and right is not None and compare(left, right)

    return check


def _date(value: Any) -> datetime | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return datetime.fromtimestamp(value, tz=UTC)
    if not isinstance(value, str):
        return None
    if found := RELATIVE_DATE.match(value):
        amount, unit = int(found[1]), found[2]
        ago = timedelta(hours=amount) if unit == "h" else timedelta(days=amount * DAYS[unit])
        return datetime.now(tz=UTC) - ago
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _not(check: Check) -> Check:
    return lambda wanted, actual: not check(wanted, actual)


CHECKS: dict[str, Check] = {
    "exact": _exact,
    "is_not": _not(_exact),
    "is_set": lambda _wanted, _actual: True,
    "is_not_set": lambda _wanted, _actual: False,
    "icontains": _contains,
    "not_icontains": _not(_contains),
    "icontains_multi": _contains_any,
    "not_icontains_multi": _not(_contains_any),
    "starts_with": lambda wanted, actual: text(actual).lower().startswith(text(wanted).lower()),
    "not_starts_with": lambda wanted, actual: not text(actual).lower().startswith(text(wanted).lower()),
    "ends_with": lambda wanted, actual: text(actual).lower().endswith(text(wanted).lower()),
    "not_ends_with": lambda wanted, actual: not text(actual).lower().endswith(text(wanted).lower()),
    "regex": _regex,
    "not_regex": _not(_regex),
    "gt": _numbers(lambda actual, wanted: actual > wanted),
    "gte": _numbers(lambda actual, wanted: actual >= wanted),
    "lt": _numbers(lambda actual, wanted: actual < wanted),
    "lte": _numbers(lambda actual, wanted: actual <= wanted),
    "is_date_exact": _dates(lambda actual, wanted: actual.date() == wanted.date()),
    "is_date_before": _dates(lambda actual, wanted: actual < wanted),
    "is_date_after": _dates(lambda actual, wanted: actual > wanted),
    **semver.CHECKS,
}
