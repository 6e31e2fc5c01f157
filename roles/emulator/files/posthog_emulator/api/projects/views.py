"""Endpoints of projects, under three addresses that mean the same rows."""

from typing import Any

from django.db import transaction
from django.http import Http404
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from posthog_emulator.api.auth import key_of, user_of
from posthog_emulator.api.lookup import organization_of, project_of
from posthog_emulator.api.projects.represent import basic, full, setting
from posthog_emulator.api.projects.serializer import ProjectSerializer
from posthog_emulator.control.switches import board
from posthog_emulator.models import Organization, Project
from posthog_emulator.models.accounts import new_project_token


class ProjectViewSet(viewsets.GenericViewSet[Project]):
    """`/api/projects/`, `/api/environments/` and `/api/organizations/{id}/projects/`."""

    scope_object = "project"
    lookup_value_regex = "[^/]+"

    def organization(self) -> Organization:
        """The organization in the path, or the current one."""
        return organization_of(self.request, self.kwargs.get("organization", "@current"))

    def row(self) -> Project:
        """The project in the path."""
        project = project_of(self.request, self.kwargs["pk"])
        if "organization" in self.kwargs and project.organization_id != self.organization().pk:
            raise Http404
        return project

    def list(self, request: Request, **_kwargs: Any) -> Response:
        """Short items, by id."""
        rows = self.organization().projects.order_by("id")
        if words := request.query_params.get("search"):
            rows = rows.filter(name__icontains=words)
        if teams := key_of(request).scoped_teams:
            rows = rows.filter(pk__in=teams)
        return self.get_paginated_response([basic(row) for row in self.paginate_queryset(rows) or []])

    def retrieve(self, _request: Request, **_kwargs: Any) -> Response:
        """Everything about one."""
        return Response(full(self.row()))

    @transaction.atomic
    def create(self, request: Request, **_kwargs: Any) -> Response:
        """Create, and make it the current project of whoever asked."""
        organization = self.organization()
        _require_room(organization)
        serializer = ProjectSerializer(data=request.data, context={"organization": organization})
        serializer.is_valid(raise_exception=True)
        project = serializer.save()
        user = user_of(request)
        user.current_project = project
        user.save()
        return Response(full(project), status=status.HTTP_201_CREATED)

    @transaction.atomic
    def partial_update(self, request: Request, **_kwargs: Any) -> Response:
        """Change settings."""
        serializer = ProjectSerializer(self.row(), data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        return Response(full(serializer.save()))

    update = partial_update  # no field is required, so PUT differs from PATCH in nothing

    @transaction.atomic
    def destroy(self, _request: Request, **_kwargs: Any) -> Response:
        """Mark for deletion; the row goes later, here: never."""
        project = self.row()
        if project.is_pending_deletion:
            raise ValidationError("This project is already being deleted.")
        project.is_pending_deletion = True
        project.save()
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(detail=True, methods=["patch"], url_path="reset_token/?")
    def reset_token(self, _request: Request, **_kwargs: Any) -> Response:
        """A new public token."""
        project = self.row()
        project.api_token = new_project_token()
        project.save()
        return Response(full(project))


def _require_room(organization: Organization) -> None:
    """Without the licence feature an organization has one project that is no demo."""
    if board.has_feature("organizations_projects"):
        return
    rows = organization.projects.filter(is_pending_deletion=False)
    if any(not setting(row, "is_demo") for row in rows):
        raise PermissionDenied(
            "You have reached the maximum limit of allowed projects for your current plan. Upgrade your plan to be "
            "able to create and manage more projects."
        )
