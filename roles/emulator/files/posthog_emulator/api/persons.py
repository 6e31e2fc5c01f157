"""People: read, and erased. They are made and changed by events alone."""

import uuid
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import MethodNotAllowed, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from posthog_emulator.api.auth import body_of
from posthog_emulator.api.lookup import project_of
from posthog_emulator.api.times import iso
from posthog_emulator.models import EventDeletion, Person, Project

MOST = 1000


class PersonViewSet(viewsets.GenericViewSet[Person]):
    """`persons/`."""

    scope_object = "person"
    lookup_value_regex = "[^/]+"

    @cached_property
    def project(self) -> Project:
        """The project in the path."""
        return project_of(self.request, self.kwargs["project"])

    def rows(self) -> QuerySet[Person]:
        """Everybody of the project."""
        return Person.objects.filter(project=self.project).prefetch_related("distinct_ids")

    def list(self, request: Request, **_kwargs: Any) -> Response:
        """Newest first; here `id` is the UUID."""
        rows = self.rows().order_by("-created_at", "-uuid")
        if distinct_id := request.query_params.get("distinct_id"):
            rows = rows.filter(distinct_ids__value=distinct_id)
        page = self.paginate_queryset(rows) or []
        return self.get_paginated_response([{**_person(row), "id": str(row.uuid)} for row in page])

    def retrieve(self, _request: Request, pk: str, **_kwargs: Any) -> Response:
        """GET of one."""
        return Response(_person(self.row(pk)))

    def create(self, _request: Request, **_kwargs: Any) -> Response:
        """POST: refused."""
        raise MethodNotAllowed("POST", "Creating persons via this API is not allowed.")

    def destroy(self, request: Request, pk: str, **_kwargs: Any) -> Response:
        """DELETE: what else goes is said by parameters that are there, whatever their value."""
        query = request.query_params
        self.erase([self.row(pk)], **{name: name in query for name in ("delete_events", "keep_person")})
        return Response(status=status.HTTP_202_ACCEPTED)

    @action(detail=False, methods=["post"], url_path="bulk_delete/?")
    def bulk_delete(self, request: Request, **_kwargs: Any) -> Response:
        """By UUIDs or by distinct ids; whoever is not there is passed over."""
        body = body_of(request)
        ids, distinct_ids = body.get("ids"), body.get("distinct_ids")
        if ids and distinct_ids:
            raise ValidationError("You must provide either distinct_ids or ids, not both")
        if not ids and not distinct_ids:
            raise ValidationError("You need to specify either distinct_ids or ids")
        for name in ("ids", "distinct_ids"):
            if len(body.get(name) or []) > MOST:
                raise ValidationError(f"You can only pass {MOST} {name} in one call")
        wanted = Q(uuid__in=[_uuid(one) for one in ids]) if ids else Q(distinct_ids__value__in=distinct_ids)
        rows = list(self.rows().filter(wanted).distinct())
        events, recordings = bool(body.get("delete_events")), bool(body.get("delete_recordings"))
        deleted = self.erase(rows, delete_events=events, keep_person=bool(body.get("keep_person")))
        answer = {
            "persons_found": len(rows),
            "persons_deleted": deleted,
            "events_queued_for_deletion": events and bool(rows),
            "recordings_queued_for_deletion": recordings and bool(rows),
            "deletion_errors": [],
        }
        return Response(answer, status=status.HTTP_202_ACCEPTED)

    @action(detail=False, methods=["get"], url_path="deletion_status/?")
    def deletion_status(self, request: Request, **_kwargs: Any) -> Response:
        """Whose events wait to be erased, which they do here for ever."""
        query = request.query_params
        rows = EventDeletion.objects.filter(project=self.project).order_by("-created_at", "-id")
        if query.get("status", "all") not in ("pending", "completed", "all"):
            raise ValidationError({"status": "is not a valid choice."}, code="invalid_choice")
        if query.get("status") == "completed":
            rows = rows.none()
        if query.get("person_uuid"):
            rows = rows.filter(person=_uuid(query["person_uuid"]))
        page = self.paginator.paginate_queryset(rows, request, view=self) or []  # type: ignore[union-attr]
        return self.get_paginated_response([_deletion(row) for row in page])

    @transaction.atomic
    def erase(self, rows: Sequence[Person], *, delete_events: bool, keep_person: bool) -> int:
        """How many people went."""
        if delete_events:
            for row in rows:
                EventDeletion.objects.get_or_create(project=self.project, person=row.uuid)
        if keep_person:
            return 0
        for row in rows:
            row.delete()
        return len(rows)

    def row(self, reference: str) -> Person:
        """By number or UUID."""
        try:
            wanted = Q(pk=int(reference)) if reference.isdigit() else Q(uuid=uuid.UUID(reference))
        except ValueError:
            raise ValidationError(
                "The ID provided does not look like a personID. If you are using a distinctId, please use"
                f" /persons?distinct_id={reference} instead."
            ) from None
        found = self.rows().filter(wanted).first()
        if found is None:
            raise Http404
        return found


def _uuid(text: Any) -> uuid.UUID:
    try:
        return uuid.UUID(str(text))
    except ValueError:
        raise ValidationError(f"“{text}” is not a valid UUID.") from None


def _person(person: Person) -> dict[str, Any]:
    ids = sorted(entry.value for entry in person.distinct_ids.all())
    return {
        "id": person.pk,
        "name": person.properties.get("email") or (ids[0] if ids else str(person.uuid)),
        "distinct_ids": ids,
        "properties": person.properties,
        "created_at": iso(person.created_at),
        "uuid": str(person.uuid),
        "last_seen_at": None,
    }


def _deletion(row: EventDeletion) -> dict[str, Any]:
    return {
        "person_uuid": str(row.person),
        "created_at": iso(row.created_at),
        "status": "pending",
        "delete_verified_at": None,
    }
