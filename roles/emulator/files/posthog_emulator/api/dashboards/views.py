"""Endpoints of dashboards."""

import json
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from posthog_emulator.api.auth import user_of
from posthog_emulator.api.dashboards import tiles
from posthog_emulator.api.dashboards.represent import basic, full
from posthog_emulator.api.dashboards.serializer import DashboardSerializer
from posthog_emulator.api.viewset import ProjectObjectViewSet
from posthog_emulator.models import Dashboard


class ReorderSerializer(serializers.Serializer[Any]):
    """Body of `reorder_tiles`."""

    tile_order = serializers.ListField(child=serializers.IntegerField(), allow_empty=False)
    layout = serializers.ChoiceField(["preserve", "two_column", "full_width"], default="preserve")


class DashboardViewSet(ProjectObjectViewSet[Dashboard]):
    """`dashboards/`."""

    model = Dashboard
    scope_object = "dashboard"
    serializer_class = DashboardSerializer
    shows_deleted = False

    def represent(self, rows: Sequence[Dashboard], *, in_list: bool = False) -> list[dict[str, Any]]:
        """Short in lists."""
        return [(basic if in_list else full)(row, user_of(self.request)) for row in rows]

    def find(self, rows: QuerySet[Dashboard]) -> QuerySet[Dashboard]:
        """Pinned ones first, then by name."""
        query = self.request.query_params
        if words := query.get("search"):
            rows = rows.filter(name__icontains=words)
        if "pinned" in query:
            rows = rows.filter(pinned=self.wants("pinned"))
        if tags := query.get("tags"):
            wanted = set(json.loads(tags))
            chosen = [pk for pk, body in rows.values_list("pk", "body") if wanted.intersection(body.get("tags", []))]
            rows = rows.filter(pk__in=chosen)
        return rows.order_by("-pinned", "name", "id")

    @action(detail=True, methods=["post"], url_path="reorder_tiles/?")
    @transaction.atomic
    def reorder_tiles(self, request: Request, **_kwargs: Any) -> Response:
        """Lay tiles out again."""
        serializer = ReorderSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        row = self.row()
        tiles.reorder(row, serializer.validated_data["tile_order"], serializer.validated_data["layout"])
        return Response(full(row, user_of(request)))
