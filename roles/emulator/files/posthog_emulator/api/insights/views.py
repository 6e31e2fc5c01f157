"""Endpoints of insights."""

import json
from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from posthog_emulator.api.auth import user_of
from posthog_emulator.api.insights.represent import represent
from posthog_emulator.api.insights.serializer import InsightSerializer
from posthog_emulator.api.viewset import ProjectObjectViewSet, ordering
from posthog_emulator.models import Insight

ORDERS = ("id", "name", "created_at", "updated_at", "short_id")


class InsightViewSet(ProjectObjectViewSet[Insight]):
    """`insights/`."""

    model = Insight
    scope_object = "insight"
    serializer_class = InsightSerializer
    shows_deleted = False

    def address(self, reference: str) -> Q:
        """A number is tried as the id first, then as a short id."""
        if reference.isdigit() and self.rows().filter(pk=int(reference)).exists():
            return Q(pk=int(reference))
        return Q(short_id=reference)

    def represent(self, rows: Sequence[Insight], *, in_list: bool = False) -> list[dict[str, Any]]:
        """Insights as JSON; `basic=true` leaves out results."""
        return represent(user_of(self.request), rows, basic=self.wants("basic"))

    def find(self, rows: QuerySet[Insight]) -> QuerySet[Insight]:
        """By what the query says. Without `order` the pages are as unstable as on the real server."""
        query = self.request.query_params
        if short_id := query.get("short_id"):
            rows = rows.filter(short_id=short_id)
        if words := query.get("search"):
            rows = rows.filter(Q(name__icontains=words) | Q(body__tags__icontains=words.lower()))
        if "saved" in query:
            rows = _saved(rows) if self.wants("saved") else rows.filter(saved=False)
        if "favorited" in query:
            rows = rows.filter(favorited=True)
        if dashboards := query.get("dashboards"):
            for number in json.loads(dashboards):
                rows = rows.filter(tiles__dashboard=number, tiles__deleted=False)
        return rows.order_by(ordering(self.request, ORDERS, "?"))

    def update(self, request: Request, **kwargs: Any) -> Response:
        """PUT never reaches a deleted insight, not even to restore it."""
        if self.row().deleted:
            raise Http404
        return super().update(request, **kwargs)


def _saved(rows: QuerySet[Insight]) -> QuerySet[Insight]:
    """Saved ones, and those on a dashboard."""
    return rows.filter(Q(saved=True) | Q(tiles__deleted=False)).distinct()
