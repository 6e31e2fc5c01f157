"""Endpoints of feature flags."""

import json
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from posthog_emulator.api.auth import user_of
from posthog_emulator.api.flags import concurrency
from posthog_emulator.api.flags.references import dependents
from posthog_emulator.api.flags.represent import represent
from posthog_emulator.api.flags.serializer import FlagSerializer
from posthog_emulator.api.viewset import ProjectObjectViewSet, ordering
from posthog_emulator.models import FeatureFlag

ORDERS = ("id", "key", "created_at", "updated_at", "active", "version")


class FlagViewSet(ProjectObjectViewSet[FeatureFlag]):
    """`feature_flags/`."""

    model = FeatureFlag
    scope_object = "feature_flag"
    serializer_class = FlagSerializer

    def represent(self, rows: Sequence[FeatureFlag], *, in_list: bool = False) -> list[dict[str, Any]]:
        """Lists show everything too."""
        return represent(self.project, user_of(self.request), rows)

    def find(self, rows: QuerySet[FeatureFlag]) -> QuerySet[FeatureFlag]:
        """Archived flags only show when asked for."""
        query = self.request.query_params
        rows = rows.filter(archived=self.wants("archived"))
        if (active := query.get("active", "").lower()) in ("true", "false"):
            rows = rows.filter(active=active == "true")
        if key := query.get("key"):
            rows = rows.filter(key__iexact=key)
        if words := query.get("search"):
            rows = rows.filter(Q(key__icontains=words) | Q(body__name__icontains=words))
        if tags := query.get("tags"):
            wanted = {tag.lower() for tag in json.loads(tags)}
            chosen = [pk for pk, body in rows.values_list("pk", "body") if wanted.intersection(body.get("tags", []))]
            rows = rows.filter(pk__in=chosen)
        return rows.order_by(ordering(self.request, ORDERS, "-created_at"), "-id")

    def writer(self, *args: Any, **kwargs: Any) -> BaseSerializer[FeatureFlag]:
        """An edit is first held against edits of others."""
        if args:
            kwargs["data"] = concurrency.settle(dict(kwargs["data"]), self.represent([args[0]])[0])
        return super().writer(*args, **kwargs)

    def _switch(self, **changes: Any) -> Response:
        """A lifecycle action: no body, and no change when there is nothing to do."""
        flag = self.row()
        if flag.deleted:
            refusal = {"success": False, "error": "Feature flag is deleted."}
            return Response(refusal, status=status.HTTP_400_BAD_REQUEST)
        if any(getattr(flag, name) != value for name, value in changes.items()):
            flag = self.save(super().writer(flag, data=changes, partial=True))
        return Response(self.represent([flag])[0])

    @action(detail=True, methods=["post"], url_path="enable/?")
    @transaction.atomic
    def enable(self, _request: Request, **_kwargs: Any) -> Response:
        """Switch on."""
        return self._switch(active=True)

    @action(detail=True, methods=["post"], url_path="disable/?")
    @transaction.atomic
    def disable(self, _request: Request, **_kwargs: Any) -> Response:
        """Switch off."""
        return self._switch(active=False)

    @action(detail=True, methods=["post"], url_path="archive/?")
    @transaction.atomic
    def archive(self, _request: Request, **_kwargs: Any) -> Response:
        """Hide."""
        return self._switch(archived=True)

    @action(detail=True, methods=["post"], url_path="unarchive/?")
    @transaction.atomic
    def unarchive(self, _request: Request, **_kwargs: Any) -> Response:
        """Show again."""
        return self._switch(archived=False)

    @action(detail=True, methods=["get"], url_path="dependent_flags/?")
    def dependent_flags(self, _request: Request, **_kwargs: Any) -> Response:
        """Flags that need this one."""
        rows = dependents(self.row(), active_only=False)
        return Response([{"id": row.pk, "key": row.key, "name": row.body.get("name", "")} for row in rows])

    @action(detail=True, methods=["get"], url_path="remote_config/?")
    def remote_config(self, _request: Request, **_kwargs: Any) -> Response:
        """The payload of a remote configuration, which may be asked for by key."""
        reference = self.kwargs["pk"]
        flag = self.rows().filter(deleted=False, key=reference).first() or self.row()
        payloads = (flag.body.get("filters") or {}).get("payloads") or {}
        return Response(payloads.get("true"))
