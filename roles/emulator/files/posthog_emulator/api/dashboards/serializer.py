"""Writing a dashboard."""

from typing import Any

from django.db.models import Exists, OuterRef
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied

from posthog_emulator.api.dashboards import copying, tiles
from posthog_emulator.api.documents import DocumentSerializer
from posthog_emulator.api.fields import Tags
from posthog_emulator.control.switches import board
from posthog_emulator.models import Dashboard, Insight, ProjectObject, Tile

#: Taken from the raw body, and only when there is something in them.
RAW = ("filters", "variables")


class DashboardSerializer(DocumentSerializer):
    """Every writable field of a dashboard."""

    model = Dashboard

    name = serializers.CharField(max_length=400, required=False, allow_null=True, allow_blank=True)
    description = serializers.CharField(required=False, allow_blank=True)
    pinned = serializers.BooleanField(required=False)
    tags = Tags()
    restriction_level = serializers.ChoiceField([21, 37], required=False)
    breakdown_colors = serializers.JSONField(required=False)
    data_color_theme_id = serializers.IntegerField(required=False, allow_null=True)
    quick_filter_ids = serializers.ListField(child=serializers.UUIDField(), required=False, allow_null=True)
    deleted = serializers.BooleanField(required=False)
    use_template = serializers.CharField(required=False, allow_blank=True)
    use_dashboard = serializers.IntegerField(required=False, allow_null=True)
    duplicate_tiles = serializers.BooleanField(required=False)
    delete_insights = serializers.BooleanField(required=False)

    def validate_quick_filter_ids(self, value: list[Any] | None) -> list[str]:
        """There are no quick filters here, so every id is unknown."""
        if value:
            raise serializers.ValidationError(f"Quick filter {value[0]} does not exist.")
        return []

    def validate_use_template(self, value: str) -> str:
        """There are no templates here either."""
        if value:
            raise serializers.ValidationError(f"Template {value} does not exist.")
        return value

    def validate_use_dashboard(self, value: int | None) -> int | None:
        """The dashboard to copy must exist."""
        if value and not Dashboard.objects.filter(project=self.project, pk=value, deleted=False).exists():
            raise serializers.ValidationError("Dashboard not found.")
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Raw fields must be objects."""
        for name in RAW:
            if not isinstance(self.initial_data.get(name), dict | None):
                raise serializers.ValidationError(f"{name.capitalize()} must be a dictionary.")
        if attrs.get("restriction_level") and attrs["restriction_level"] != 21 and self.instance is None:
            raise PermissionDenied("Only the dashboard owner and project admins may change the restriction level.")
        return attrs

    def settle(self, row: ProjectObject | None, values: dict[str, Any]) -> dict[str, Any]:
        """Only truthy filters and variables are stored, and variables not on creation."""
        kept = super().settle(row, values)
        for name in ("use_template", "use_dashboard", "duplicate_tiles", "delete_insights"):
            kept.pop(name, None)
        if not board.has_feature("tagging"):
            kept.pop("tags", None)
        for name in RAW if row else ("filters",):
            if self.initial_data.get(name):
                kept[name] = self.initial_data[name]
        return kept

    def update(self, instance: ProjectObject, validated_data: dict[str, Any]) -> ProjectObject:
        """Tiles first, so that nothing is stored when one of them is refused."""
        assert isinstance(instance, Dashboard)
        if "tiles" in self.initial_data:
            tiles.write(instance, self.initial_data["tiles"])
        was_deleted = instance.deleted
        row = super().update(instance, validated_data)
        if row.deleted and not was_deleted:
            self._take_away(instance, with_insights=validated_data.get("delete_insights", False))
        if was_deleted and not row.deleted:
            _bring_back(instance)
        return row

    def after(self, row: ProjectObject, values: dict[str, Any]) -> None:
        """A new dashboard may be a copy."""
        assert isinstance(row, Dashboard)
        if values.get("use_dashboard"):
            original = Dashboard.objects.get(pk=values["use_dashboard"])
            copying.copy_tiles(original, row, deep=values.get("duplicate_tiles", False))

    def _take_away(self, dashboard: Dashboard, *, with_insights: bool) -> None:
        """The tiles go, the project forgets its primary dashboard, and maybe insights go too."""
        project = self.project
        if project.settings.get("primary_dashboard") == dashboard.pk:
            project.settings["primary_dashboard"] = None
            project.save()
        if with_insights:
            elsewhere = Tile.objects.filter(insight=OuterRef("pk"), deleted=False).exclude(dashboard=dashboard)
            here = Insight.objects.filter(tiles__dashboard=dashboard, tiles__deleted=False).filter(~Exists(elsewhere))
            Insight.objects.filter(pk__in=list(here.values_list("pk", flat=True))).update(deleted=True)
        dashboard.tiles.update(deleted=True)


def _bring_back(dashboard: Dashboard) -> None:
    """Tiles and their insights return."""
    dashboard.tiles.update(deleted=False)
    Insight.objects.filter(tiles__dashboard=dashboard).update(deleted=False)
