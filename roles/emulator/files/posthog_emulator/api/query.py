"""Queries: how many events there are, with conditions on the event. Nothing else is computed, and refused instead."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from posthog_emulator.api.auth import body_of
from posthog_emulator.api.lookup import project_of
from posthog_emulator.models import Event, Project

COUNT = re.compile(r"\s*SELECT\s+count\(\)\s+FROM\s+events\s+WHERE\s+(?P<conditions>.+?)\s*", re.IGNORECASE | re.DOTALL)
EQUALS = re.compile(r"(?P<field>event|distinct_id|properties\.\w+)\s*=\s*\{(?P<value>\w+)\}", re.IGNORECASE)
RECENT = re.compile(
    r"timestamp\s*>\s*now\(\)\s*-\s*INTERVAL\s+(?P<count>\d+)\s+(?P<unit>MINUTE|HOUR|DAY)", re.IGNORECASE
)
REFRESH = (
    "async",
    "async_except_on_cache_miss",
    "blocking",
    "force_async",
    "force_blocking",
    "force_cache",
    "lazy_async",
)


class Query(APIView):
    """`query/`: a HogQLQuery that counts events."""

    scope_object = "query"
    scope_action = "read"

    def post(self, request: Request, project: str) -> Response:
        """The count, in PostHog's form of a result."""
        found = project_of(request, project)
        query = body_of(request).get("query")
        if not isinstance(query, dict):
            raise ValidationError({"query": "This field is required."}, code="required")
        if query.get("kind") != "HogQLQuery" or not isinstance(query.get("query"), str):
            raise ValidationError("The emulator computes no query but a HogQLQuery.")
        refresh = body_of(request).get("refresh", "blocking")
        if refresh not in REFRESH:
            raise ValidationError(f"refresh: '{refresh}' is not one of {', '.join(REFRESH)}")
        count = self.count(found, query["query"], query.get("values") or {})
        return Response({"results": [[count]], "columns": ["count()"], "types": [["count()", "UInt64"]]})

    def count(self, project: Project, text: str, values: dict[str, Any]) -> int:
        """How many events of the project pass. Raises ValidationError for what is not known."""
        tests = tests_of(text, values)
        return sum(all(test(event) for test in tests) for event in Event.objects.filter(project=project))


def tests_of(text: str, values: dict[str, Any]) -> list[Callable[[Event], bool]]:
    """What an event has to pass to be counted. Raises ValidationError for what is not known."""
    counting = COUNT.fullmatch(text)
    if not counting:
        raise ValidationError("The emulator computes no query but SELECT count() FROM events WHERE ...")
    conditions = re.split(r"\s+AND\s+", counting["conditions"], flags=re.IGNORECASE)
    return [_test(condition, values) for condition in conditions]


def _test(condition: str, values: dict[str, Any]) -> Callable[[Event], bool]:
    """One condition."""
    if equals := EQUALS.fullmatch(condition):
        if equals["value"] not in values:
            raise ValidationError(f"Placeholder {{{equals['value']}}} is not available in this context.")
        return lambda event: bool(_field(event, equals["field"]) == values[equals["value"]])
    if recent := RECENT.fullmatch(condition):
        since = datetime.now(UTC) - timedelta(**{f"{recent['unit'].lower()}s": int(recent["count"])})
        return lambda event: _moment(event) > since
    raise ValidationError(f"The emulator does not know the condition {condition}")


def _field(event: Event, name: str) -> Any:
    if name.startswith("properties."):
        return event.properties.get(name.removeprefix("properties."))
    return getattr(event, name.lower())


def _moment(event: Event) -> datetime:
    """What the event says of itself, or else when it came."""
    try:
        told = datetime.fromisoformat(event.timestamp or "")
    except ValueError:
        return event.received_at
    return told if told.tzinfo else told.replace(tzinfo=UTC)
