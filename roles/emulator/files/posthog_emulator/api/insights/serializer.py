"""Writing an insight."""

from typing import Any

from rest_framework import serializers

from posthog_emulator.api.documents import DocumentSerializer
from posthog_emulator.api.fields import JsonObject, Tags
from posthog_emulator.control.switches import board
from posthog_emulator.models import Dashboard, Insight, ProjectObject, Tile


class InsightSerializer(DocumentSerializer):
    """Every writable field of an insight."""

    model = Insight

    name = serializers.CharField(max_length=400, required=False, allow_null=True, allow_blank=True)
    derived_name = serializers.CharField(max_length=400, required=False, allow_null=True, allow_blank=True)
    description = serializers.CharField(max_length=400, required=False, allow_null=True, allow_blank=True)
    query = JsonObject(required=False, allow_null=True)
    filters = JsonObject(required=False)
    dashboards = serializers.ListField(child=serializers.IntegerField(), required=False)
    tags = Tags()
    favorited = serializers.BooleanField(required=False)
    saved = serializers.BooleanField(required=False)
    order = serializers.IntegerField(required=False, allow_null=True)
    deleted = serializers.BooleanField(required=False)

    def validate_dashboards(self, value: list[int]) -> list[int]:
        """They must exist in this project."""
        known = Dashboard.objects.filter(project=self.project, pk__in=value, deleted=False).values_list("pk", flat=True)
        if missing := sorted(set(value) - set(known)):
            raise serializers.ValidationError(
                f'Invalid pk "{missing[0]}" - object does not exist.', code="does_not_exist"
            )
        return sorted(set(value))

    def settle(self, row: ProjectObject | None, values: dict[str, Any]) -> dict[str, Any]:
        """Dashboards are tiles; saving happens with the first change unless it is asked for."""
        values = super().settle(row, values)
        values.pop("dashboards", None)
        if not board.has_feature("tagging"):
            values.pop("tags", None)
        if row is not None:
            values.setdefault("saved", True)
        return values

    def after(self, row: ProjectObject, values: dict[str, Any]) -> None:
        """Give every dashboard in the list a tile, and take it from the others."""
        if "dashboards" not in values:
            return
        assert isinstance(row, Insight)
        wanted = set(values["dashboards"])
        row.tiles.exclude(dashboard__in=wanted).update(deleted=True)
        row.tiles.filter(dashboard__in=wanted).update(deleted=False)
        present = set(row.tiles.values_list("dashboard_id", flat=True))
        Tile.objects.bulk_create(Tile(dashboard_id=number, insight=row) for number in sorted(wanted - present))
