"""Serializers that write into a `ProjectObject`."""

from typing import Any, ClassVar

from django.utils import timezone
from rest_framework import serializers

from posthog_emulator.models import Project, ProjectObject


class DocumentSerializer(serializers.Serializer[Any]):
    """Validates a write; what passes goes to the row's columns and document."""

    model: ClassVar[type[ProjectObject]]

    @property
    def project(self) -> Project:
        """The project of the request."""
        project: Project = self.context["project"]
        return project

    def create(self, validated_data: dict[str, Any]) -> ProjectObject:
        """Store a new row."""
        row = self.model(project=self.project)
        row.put(self.settle(None, validated_data))
        row.save()
        self.after(row, validated_data)
        return row

    def update(self, instance: ProjectObject, validated_data: dict[str, Any]) -> ProjectObject:
        """Change a row."""
        instance.put(self.settle(instance, validated_data))
        instance.updated_at = timezone.now()
        instance.save()
        self.after(instance, validated_data)
        return instance

    def settle(self, row: ProjectObject | None, values: dict[str, Any]) -> dict[str, Any]:
        """The values to store; tags that are null stay untouched."""
        return {name: value for name, value in values.items() if not (name == "tags" and value is None)}

    def after(self, row: ProjectObject, values: dict[str, Any]) -> None:
        """What else changes with the row."""
