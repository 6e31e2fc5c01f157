"""Endpoints of cohorts."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from posthog_emulator.api.auth import body_of, user_of
from posthog_emulator.api.cohorts import members
from posthog_emulator.api.cohorts.criteria import EMPTY, leaves
from posthog_emulator.api.cohorts.serializer import CohortSerializer
from posthog_emulator.api.times import iso
from posthog_emulator.api.viewset import ProjectObjectViewSet
from posthog_emulator.control.switches import board
from posthog_emulator.models import Cohort

DROPPED_WHEN_BASIC = ("query", "groups", "last_error_message", "experiment_set")


class CohortViewSet(ProjectObjectViewSet[Cohort]):
    """`cohorts/`."""

    model = Cohort
    scope_object = "cohort"
    serializer_class = CohortSerializer

    def represent(self, rows: Sequence[Cohort], *, in_list: bool = False) -> list[dict[str, Any]]:
        """Cohorts as JSON; `basic=true` trims lists."""
        brief = user_of(self.request).brief()
        items = [_cohort(row, brief) for row in rows]
        if in_list and self.wants("basic"):
            dropped = (*DROPPED_WHEN_BASIC, *(["filters"] if board.switches.basic_cohort_drops_filters else []))
            items = [{name: value for name, value in item.items() if name not in dropped} for item in items]
        return items

    def find(self, rows: QuerySet[Cohort]) -> QuerySet[Cohort]:
        """Newest first."""
        query = self.request.query_params
        if words := query.get("search"):
            if len(words) > 200:
                raise ValidationError({"search": ["Ensure this value has at most 200 characters."]})
            rows = rows.filter(name__icontains=words)
        if query.get("type") in ("static", "dynamic"):
            rows = rows.filter(is_static=query["type"] == "static")
        return rows.order_by("-created_at", "-id")

    def create(self, request: Request, **kwargs: Any) -> Response:
        """A query without is_static is refused, and yet leaves a cohort behind, as on the real server."""
        try:
            return super().create(request, **kwargs)
        except ValidationError:
            if body_of(request).get("query") and not body_of(request).get("is_static"):
                Cohort.objects.create(project=self.project, name=body_of(request).get("name"))
            raise

    @action(detail=True, methods=["get"], url_path="persons/?")
    def persons(self, _request: Request, **_kwargs: Any) -> Response:
        """Members of a static cohort."""
        rows = self.row().members.select_related("person")
        people = [{"id": str(row.person.uuid), "properties": row.person.properties} for row in rows]
        return Response({"results": people, "next": None, "previous": None})

    @action(detail=True, methods=["patch"], url_path="add_persons_to_static_cohort/?")
    @transaction.atomic
    def add_persons(self, request: Request, **_kwargs: Any) -> Response:
        """Add by UUID."""
        unknown = members.add(self._static(), body_of(request).get("person_ids") or [])
        return Response({"success": True, "unmatched": unknown})

    @action(detail=True, methods=["patch"], url_path="remove_person_from_static_cohort/?")
    @transaction.atomic
    def remove_person(self, request: Request, **_kwargs: Any) -> Response:
        """Remove by UUID."""
        members.remove(self._static(), str(body_of(request).get("person_id")))
        return Response({"success": True})

    def _static(self) -> Cohort:
        cohort = self.row()
        if not cohort.is_static:
            raise ValidationError("Can only change the members of static cohorts.")
        return cohort


def _cohort(cohort: Cohort, brief: dict[str, Any]) -> dict[str, Any]:
    body = cohort.body
    filters = body.get("filters") or EMPTY
    kinds = {leaf["type"] for leaf in leaves(filters)}
    return {
        "id": cohort.pk,
        "name": cohort.name,
        "description": body.get("description", ""),
        "groups": body.get("groups", []),
        "deleted": cohort.deleted,
        "filters": filters,
        "query": body.get("query"),
        "version": None,
        "pending_version": None,
        "is_calculating": False,
        "created_by": brief,
        "created_at": iso(cohort.created_at),
        "last_calculation": None if cohort.is_static else iso(cohort.updated_at),
        "last_backfill_person_properties_at": None,
        "errors_calculating": 0,
        "last_error_message": None,
        "count": None,
        "is_static": cohort.is_static,
        "cohort_type": None,
        "experiment_set": [],
        "condition_type": {
            "person_properties": bool(kinds & {"person", "person_metadata"}),
            "behavioral": "behavioral" in kinds,
            "lifecycle": False,
            "cohorts": "cohort" in kinds,
        }
        if kinds
        else None,
        "population": None,
        "last_import_total_count": None,
        "last_import_unmatched_count": None,
        "search_match_type": None,
    }
