"""What all kinds inside a project do alike: list, create, read, write, and refuse DELETE."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar, Generic, TypeVar

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404
from rest_framework import status, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from posthog_emulator.api.auth import body_of, user_of
from posthog_emulator.api.lookup import project_of
from posthog_emulator.models import Project, ProjectObject

Kind = TypeVar("Kind", bound=ProjectObject)


class ProjectObjectViewSet(viewsets.GenericViewSet[Kind], Generic[Kind]):
    """Subclasses name the model, the serializer, and how rows become JSON."""

    model: ClassVar[type[ProjectObject]]
    scope_object: ClassVar[str]
    #: Whether GET by id still shows a soft-deleted row.
    shows_deleted: ClassVar[bool] = True
    lookup_value_regex = "[^/]+"

    @cached_property
    def project(self) -> Project:
        """The project in the path."""
        return project_of(self.request, self.kwargs["project"])

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Find the project after authentication, so that a bad key is 401 whatever the path says."""
        super().initial(request, *args, **kwargs)
        self.project  # noqa: B018  looks it up, or answers 404
        if request.method not in SAFE_METHODS and not isinstance(request.data, dict):
            raise ValidationError("Invalid data. Expected a dictionary.")

    def represent(self, rows: Sequence[Kind], *, in_list: bool = False) -> list[dict[str, Any]]:
        """The rows as JSON."""
        raise NotImplementedError

    def find(self, rows: QuerySet[Kind]) -> QuerySet[Kind]:
        """The rows that a list shows, by the request's query parameters, in order."""
        raise NotImplementedError

    def rows(self) -> QuerySet[Kind]:
        """All rows of the kind in the project."""
        rows: QuerySet[Kind] = self.model.objects.filter(project=self.project)  # type: ignore[attr-defined]
        return rows

    def row(self) -> Kind:
        """The row in the path."""
        reference = self.kwargs["pk"]
        found = self.rows().filter(self.address(reference)).first()
        if found is None:
            raise Http404
        return found

    def address(self, reference: str) -> Q:
        """Which row a path segment names."""
        if not reference.isdigit():
            raise Http404
        return Q(pk=int(reference))

    def list(self, _request: Request, **_kwargs: Any) -> Response:
        """GET of the collection."""
        page = self.paginate_queryset(self.find(self.rows().filter(deleted=False)))
        return self.get_paginated_response(self.represent(page or [], in_list=True))

    def retrieve(self, _request: Request, **_kwargs: Any) -> Response:
        """GET of one."""
        row = self.row()
        if row.deleted and not self.shows_deleted:
            raise Http404
        return Response(self.represent([row])[0])

    @transaction.atomic
    def create(self, request: Request, **_kwargs: Any) -> Response:
        """POST."""
        row = self.save(self.writer(data=request.data))
        return Response(self.represent([row])[0], status=status.HTTP_201_CREATED)

    @transaction.atomic
    def update(self, request: Request, **_kwargs: Any) -> Response:
        """PUT."""
        row = self.save(self.writer(self.row_to_write(), data=request.data))
        return Response(self.represent([row])[0])

    @transaction.atomic
    def partial_update(self, request: Request, **_kwargs: Any) -> Response:
        """PATCH."""
        row = self.save(self.writer(self.row_to_write(), data=request.data, partial=True))
        return Response(self.represent([row])[0])

    def destroy(self, _request: Request, **_kwargs: Any) -> Response:
        """DELETE: refused, and with an empty body."""
        return Response(status=status.HTTP_405_METHOD_NOT_ALLOWED)

    def row_to_write(self) -> Kind:
        """The row for PATCH and PUT; where deleted rows are hidden, only a restoring request reaches them."""
        row = self.row()
        restoring = body_of(self.request).get("deleted") is False
        if row.deleted and not self.shows_deleted and not restoring:
            raise Http404
        return row

    def writer(self, *args: Any, **kwargs: Any) -> BaseSerializer[Kind]:
        """The serializer with its context."""
        context = {"project": self.project, "user": user_of(self.request), "request": self.request}
        return self.get_serializer_class()(*args, **kwargs, context=context)

    def save(self, serializer: BaseSerializer[Kind]) -> Kind:
        """Validate and store."""
        serializer.is_valid(raise_exception=True)
        return serializer.save()

    def wants(self, parameter: str) -> bool:
        """Whether a query parameter says yes."""
        return self.request.query_params.get(parameter, "").lower() in ("true", "1", "t", "y", "yes")


def ordering(request: Request, allowed: Sequence[str], default: str, parameter: str = "order") -> str:
    """The ordering asked for if it is known, else the default."""
    wanted = request.query_params.get(parameter, "")
    return wanted if wanted.removeprefix("-") in allowed else default
