"""Writing a cohort."""

from typing import Any

from rest_framework import serializers

from posthog_emulator.api.cohorts import criteria, members, usage
from posthog_emulator.api.documents import DocumentSerializer
from posthog_emulator.api.fields import JsonObject
from posthog_emulator.models import Cohort, ProjectObject

STATIC_CRITERIA = "Editing the criteria of a static cohort is not supported yet. Create a new cohort instead."


class CohortSerializer(DocumentSerializer):
    """Every writable field of a cohort."""

    model = Cohort

    name = serializers.CharField(max_length=400, required=False, allow_null=True, allow_blank=True)
    description = serializers.CharField(max_length=1000, required=False, allow_null=True, allow_blank=True)
    is_static = serializers.BooleanField(required=False)
    filters = JsonObject(required=False, allow_null=True)
    query = JsonObject(required=False, allow_null=True)
    groups = serializers.JSONField(required=False)
    deleted = serializers.BooleanField(required=False)
    _create_static_person_ids = serializers.ListField(child=serializers.CharField(), required=False)

    def validate_filters(self, value: dict[str, Any] | None) -> dict[str, Any] | None:
        """Strict; nested cohorts must exist and must not lead back here."""
        if value is None:
            return None
        filters = criteria.normalised(value)
        for number in criteria.nested_ids(filters):
            if not Cohort.objects.filter(project=self.project, pk=number, deleted=False).exists():
                raise serializers.ValidationError(f"Cohort {number} does not exist.")
        if self.instance and self.instance.pk in self._reachable(criteria.nested_ids(filters)):
            raise serializers.ValidationError("Cohorts cannot reference other cohorts in a loop.")
        return filters

    def _reachable(self, start: set[int]) -> set[int]:
        seen: set[int] = set()
        waiting = set(start)
        while waiting:
            seen |= waiting
            rows = Cohort.objects.filter(project=self.project, pk__in=waiting)
            waiting = set().union(*(criteria.nested_ids(row.body.get("filters")) for row in rows)) - seen
        return seen

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Rules that need more than one field."""
        cohort: Cohort | None = self.instance
        static = attrs.get("is_static", cohort.is_static if cohort else False)
        has_criteria = any(True for _ in criteria.leaves(attrs.get("filters")))
        if attrs.get("query") and has_criteria:
            raise serializers.ValidationError({"query": ["Cannot set both query and filters."]})
        if attrs.get("query") and not static:
            raise serializers.ValidationError({"query": ["Only static cohorts can have a query."]})
        if cohort and cohort.is_static and "filters" in attrs:
            before, after = cohort.body.get("filters"), attrs["filters"]
            if criteria.without_annotations(before) != criteria.without_annotations(after):
                raise serializers.ValidationError({"filters": [STATIC_CRITERIA]})
        if cohort and attrs.get("deleted") and not cohort.deleted:
            usage.check_unused(cohort)
        return attrs

    def settle(self, row: ProjectObject | None, values: dict[str, Any]) -> dict[str, Any]:
        """The list of persons is not a field of the cohort."""
        return {name: value for name, value in values.items() if name != "_create_static_person_ids"}

    def after(self, row: ProjectObject, values: dict[str, Any]) -> None:
        """Fill a static cohort; look at the flags once more."""
        assert isinstance(row, Cohort)
        if "filters" in values or "is_static" in values:
            usage.check_fits_flags(row)
        if ids := values.get("_create_static_person_ids"):
            members.add(row, ids)
        request = self.context.get("request")
        if row.is_static and request is not None and (upload := request.FILES.get("csv")):
            members.add_from_csv(row, upload.read().decode())
