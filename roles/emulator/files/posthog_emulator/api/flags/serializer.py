"""Writing a feature flag."""

import re
import uuid
from typing import Any

from django.db.models import F
from rest_framework import serializers

from posthog_emulator.api.documents import DocumentSerializer
from posthog_emulator.api.errors import ApprovalPending
from posthog_emulator.api.fields import JsonObject, Tags
from posthog_emulator.api.flags import cross_field, references
from posthog_emulator.api.flags.filters import merged, normalised
from posthog_emulator.control.switches import board
from posthog_emulator.models import Dashboard, FeatureFlag, ProjectObject

KEY = re.compile(r"^[a-zA-Z0-9_-]+$")
MAX_FLAGS = 2000


class FlagSerializer(DocumentSerializer):
    """Every writable field of a flag."""

    model = FeatureFlag

    key = serializers.CharField(max_length=400)
    name = serializers.CharField(required=False, allow_blank=True)
    active = serializers.BooleanField(required=False)
    archived = serializers.BooleanField(required=False)
    deleted = serializers.BooleanField(required=False)
    filters = JsonObject(required=False)
    ensure_experience_continuity = serializers.BooleanField(required=False, allow_null=True)
    evaluation_runtime = serializers.ChoiceField(["server", "client", "all"], required=False, allow_null=True)
    bucketing_identifier = serializers.ChoiceField(["distinct_id", "device_id"], required=False, allow_null=True)
    evaluation_contexts = serializers.ListField(
        child=serializers.CharField(max_length=255), max_length=50, required=False
    )
    tags = Tags()
    is_remote_configuration = serializers.BooleanField(required=False, allow_null=True)
    has_encrypted_payloads = serializers.BooleanField(required=False, allow_null=True)
    has_enriched_analytics = serializers.BooleanField(required=False, allow_null=True)
    analytics_dashboards = serializers.ListField(child=serializers.IntegerField(), required=False)

    def validate_key(self, value: str) -> str:
        """Uniqueness comes first, then the pattern."""
        others = FeatureFlag.objects.filter(project=self.project, key=value, deleted=False)
        if others.exclude(pk=self.instance.pk if self.instance else 0).exists():
            raise serializers.ValidationError("There is already a feature flag with this key.", code="unique")
        if not KEY.match(value):
            raise serializers.ValidationError(
                "Only letters, numbers, hyphens (-) & underscores (_) are allowed.", code="invalid_key"
            )
        return value

    def validate_analytics_dashboards(self, value: list[int]) -> list[int]:
        """They must exist."""
        known = set(Dashboard.objects.filter(project=self.project, pk__in=value).values_list("pk", flat=True))
        if missing := sorted(set(value) - known):
            raise serializers.ValidationError(
                f'Invalid pk "{missing[0]}" - object does not exist.', code="does_not_exist"
            )
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Rules that need more than one field."""
        if board.switches.approval_required:
            raise ApprovalPending(str(uuid.uuid4()))
        if self.instance is None and FeatureFlag.objects.filter(project=self.project).count() >= MAX_FLAGS:
            raise serializers.ValidationError(f"A project can have at most {MAX_FLAGS} feature flags.")
        self._check_combinations(attrs)
        if attrs.get("filters") == {}:
            # An empty object changes nothing.
            attrs.pop("filters")
        if "filters" in attrs:
            attrs["filters"] = self._filters(attrs)
        self._check_switching(attrs)
        return attrs

    def _now(self, attrs: dict[str, Any], name: str, default: Any = None) -> Any:
        """The value after the write."""
        stored = self.instance.body.get(name, default) if self.instance else default
        column = getattr(self.instance, name, stored) if name in FeatureFlag.columns and self.instance else stored
        return attrs.get(name, column)

    def _check_combinations(self, attrs: dict[str, Any]) -> None:
        device = self._now(attrs, "bucketing_identifier") == "device_id"
        if device and self._now(attrs, "ensure_experience_continuity"):
            raise serializers.ValidationError("Persistence across authentication needs bucketing by distinct_id.")
        if self._now(attrs, "has_encrypted_payloads") and not self._now(attrs, "is_remote_configuration"):
            raise serializers.ValidationError(
                {"has_encrypted_payloads": ["Encrypted payloads can only be used with remote configuration flags."]}
            )
        if self._now(attrs, "archived", False) and self._now(attrs, "active", True):
            raise serializers.ValidationError("An archived feature flag must be disabled.")

    def _filters(self, attrs: dict[str, Any]) -> dict[str, Any]:
        stored = self.instance.body.get("filters") if self.instance else None
        sent = merged(stored, attrs["filters"])
        remote = self._now(attrs, "is_remote_configuration")
        if self.instance is None and not sent.get("groups"):
            if not remote:
                raise serializers.ValidationError(
                    {"filters": ["Feature flags must have at least one condition set (group)."]}
                )
            sent["groups"] = [{"properties": [], "rollout_percentage": 100}]
        filters = normalised(sent)
        if self.instance is None and remote:
            for group in filters["groups"]:
                group["rollout_percentage"] = group.get("rollout_percentage") or 100
        if board.switches.enforce_cross_field:
            cross_field.check(filters)
            filters = cross_field.without_unknown_keys(filters)
        if not board.has_feature("early_exit"):
            filters.pop("early_exit", None)
        own_id = self.instance.pk if self.instance else None
        references.check_cohorts(self.project, filters)
        references.check_dependencies(self.project, filters, own_id, active=self._now(attrs, "active", True))
        return filters

    def _check_switching(self, attrs: dict[str, Any]) -> None:
        """Flags that others need stay; flags whose needs are unmet stay off."""
        flag = self.instance
        if flag is None:
            return
        if attrs.get("deleted") and not flag.deleted:
            references.check_unused(flag)
        if attrs.get("active") is False and flag.active and (users := references.dependents(flag, active_only=True)):
            keys = ", ".join(row.key for row in users)
            raise serializers.ValidationError(f"Cannot disable this feature flag, active flags depend on it: {keys}.")
        if attrs.get("active") and not flag.active and "filters" not in attrs:
            references.check_dependencies(flag.project, flag.body.get("filters", {}), flag.pk, active=True)

    def settle(self, row: ProjectObject | None, values: dict[str, Any]) -> dict[str, Any]:
        """What is stored differs from what was sent in a few fields."""
        values = super().settle(row, values)
        if "evaluation_contexts" in values:
            names = {name.strip().lower() for name in values.pop("evaluation_contexts")}
            if board.has_feature("evaluation_contexts"):
                values["evaluation_contexts"] = sorted(names)
        if "tags" in values and not board.has_feature("tagging"):
            values.pop("tags")
        if "analytics_dashboards" in values:
            # Dashboards are added, never taken away.
            before = row.body.get("analytics_dashboards", []) if row else []
            values["analytics_dashboards"] = sorted({*before, *values["analytics_dashboards"]})
        return values

    def create(self, validated_data: dict[str, Any]) -> ProjectObject:
        """A key that a deleted flag still holds is taken from it."""
        self._free_key(validated_data)
        return super().create(validated_data)

    def _free_key(self, values: dict[str, Any]) -> None:
        holders = FeatureFlag.objects.filter(project=self.project, key=values.get("key"), deleted=True)
        holders.exclude(pk=self.instance.pk if self.instance else 0).delete()

    def update(self, instance: ProjectObject, validated_data: dict[str, Any]) -> ProjectObject:
        """Every change counts the version up."""
        self._free_key(validated_data)
        row = super().update(instance, validated_data)
        FeatureFlag.objects.filter(pk=row.pk).update(version=F("version") + 1)
        row.refresh_from_db(fields=["version"])
        return row
