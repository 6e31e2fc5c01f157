"""Group types: made by ingestion, described here."""

from typing import Any

from django.db import transaction
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from posthog_emulator.api.lookup import project_of
from posthog_emulator.api.times import iso
from posthog_emulator.models import GroupType, Project

WRITABLE = ("name_singular", "name_plural", "detail_dashboard", "default_columns")


class GroupTypeSerializer(serializers.Serializer[GroupType]):
    """One entry of `update_metadata`."""

    group_type_index = serializers.IntegerField(min_value=0, max_value=4)
    name_singular = serializers.CharField(max_length=400, required=False, allow_null=True, allow_blank=True)
    name_plural = serializers.CharField(max_length=400, required=False, allow_null=True, allow_blank=True)
    detail_dashboard = serializers.IntegerField(required=False, allow_null=True)
    default_columns = serializers.ListField(child=serializers.CharField(), required=False, allow_null=True)


class GroupTypes(APIView):
    """`groups_types/`: a bare list."""

    scope_object = "group"

    def get(self, request: Request, project: str) -> Response:
        """All group types of the project."""
        return Response(_listing(project_of(request, project)))


class GroupTypeMetadata(APIView):
    """`groups_types/update_metadata/`."""

    scope_object = "group"

    @transaction.atomic
    def patch(self, request: Request, project: str) -> Response:
        """Change names, dashboard and columns of the listed types; unknown indexes are passed over."""
        found = project_of(request, project)
        serializer = GroupTypeSerializer(data=request.data, many=True)
        serializer.is_valid(raise_exception=True)
        for entry in serializer.validated_data:
            values = {name: entry[name] for name in WRITABLE if name in entry}
            if values:
                GroupType.objects.filter(project=found, index=entry["group_type_index"]).update(**values)
        return Response(_listing(found))


class OneGroupType(APIView):
    """`groups_types/{index}/`."""

    scope_object = "group"

    def delete(self, request: Request, project: str, index: int) -> Response:
        """Remove a group type."""
        removed, _ = GroupType.objects.filter(project=project_of(request, project), index=index).delete()
        return Response(status=status.HTTP_204_NO_CONTENT if removed else status.HTTP_404_NOT_FOUND)


def _listing(project: Project) -> list[dict[str, Any]]:
    rows = GroupType.objects.filter(project=project).order_by("index")
    return [
        {
            "group_type": row.name,
            "group_type_index": row.index,
            **{name: getattr(row, name) for name in WRITABLE},
            "created_at": iso(row.created_at),
        }
        for row in rows
    ]
