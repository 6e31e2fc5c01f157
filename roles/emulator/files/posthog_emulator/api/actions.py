"""Actions."""

import re
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from posthog_emulator.api.auth import user_of
from posthog_emulator.api.documents import DocumentSerializer
from posthog_emulator.api.fields import Tags, unordered
from posthog_emulator.api.times import iso, now_iso
from posthog_emulator.api.viewset import ProjectObjectViewSet, ordering
from posthog_emulator.control.switches import board
from posthog_emulator.models import Action, ProjectObject

MATCHING = ["exact", "contains", "regex"]
TEXT: dict[str, Any] = {"required": False, "allow_null": True, "allow_blank": True, "trim_whitespace": False}


class StepSerializer(serializers.Serializer[Any]):
    """One step; any of them matching makes the action match."""

    event = serializers.CharField(**TEXT)
    properties = serializers.ListField(child=serializers.JSONField(), required=False, allow_null=True)
    selector = serializers.CharField(**TEXT)
    tag_name = serializers.CharField(**TEXT)
    text = serializers.CharField(**TEXT)
    text_matching = serializers.ChoiceField(MATCHING, required=False, allow_null=True)
    href = serializers.CharField(**TEXT)
    href_matching = serializers.ChoiceField(MATCHING, required=False, allow_null=True)
    url = serializers.CharField(**TEXT)
    url_matching = serializers.ChoiceField(MATCHING, required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Regular expressions must compile; addresses are searched for unless said otherwise."""
        for name in ("text", "href", "url"):
            if attrs.get(f"{name}_matching") == "regex":
                _check_regex(attrs.get(name) or "")
        attrs.setdefault("url_matching", "contains")
        return {name: attrs.get(name) for name in self.get_fields()}


class ActionSerializer(DocumentSerializer):
    """Every writable field of an action."""

    model = Action

    name = serializers.CharField(max_length=400, required=False, allow_null=True)
    description = serializers.CharField(required=False, allow_blank=True)
    tags = Tags()
    post_to_slack = serializers.BooleanField(required=False)
    slack_message_format = serializers.CharField(max_length=1200, required=False, allow_blank=True)
    steps = serializers.ListField(child=serializers.JSONField(), required=False)
    deleted = serializers.BooleanField(required=False)
    pinned_at = serializers.CharField(required=False, allow_null=True)

    def validate_steps(self, value: list[Any]) -> list[dict[str, Any]]:
        """Every step, whole."""
        steps = []
        for number, entry in enumerate(value):
            serializer = StepSerializer(data=entry)
            if not serializer.is_valid():
                name, errors = next(iter(serializer.errors.items()))
                raise serializers.ValidationError(f"Step {number}, {name}: {errors[0]}")
            steps.append(serializer.validated_data)
        return steps

    def validate_pinned_at(self, value: str | None) -> str | None:
        """Any value pins, at the server's own time."""
        return None if value is None else now_iso()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A name may be used once among actions that are not deleted."""
        name = attrs.get("name", self.instance.name if self.instance else None)
        deleted = attrs.get("deleted", self.instance.deleted if self.instance else False)
        if name is None or deleted or not {"name", "deleted"}.intersection(attrs):
            return attrs
        others = Action.objects.filter(project=self.project, name=name, deleted=False)
        if other := others.exclude(pk=self.instance.pk if self.instance else 0).first():
            message = f"This project already has an action with this name, ID {other.pk}"
            raise serializers.ValidationError({"name": [message]}, code="unique")
        return attrs

    def settle(self, row: ProjectObject | None, values: dict[str, Any]) -> dict[str, Any]:
        """Without the licence feature tags are not stored."""
        values = super().settle(row, values)
        if not board.has_feature("tagging"):
            values.pop("tags", None)
        return values


class ActionViewSet(ProjectObjectViewSet[Action]):
    """`actions/`."""

    model = Action
    scope_object = "action"
    serializer_class = ActionSerializer

    def represent(self, rows: Sequence[Action], *, in_list: bool = False) -> list[dict[str, Any]]:
        """Lists show everything too."""
        brief = user_of(self.request).brief()
        return [_action(row, brief) for row in rows]

    def find(self, rows: QuerySet[Action]) -> QuerySet[Action]:
        """Search looks at names only."""
        if words := self.request.query_params.get("search"):
            rows = rows.filter(name__icontains=words)
        return rows.order_by(ordering(self.request, ("name", "created_at", "id"), "-created_at", "ordering"), "-id")

    def list(self, _request: Request, **_kwargs: Any) -> Response:
        """Everything at once unless `limit` is given, and never links to other pages."""
        query = self.request.query_params
        rows = self.find(self.rows().filter(deleted=False))
        count = rows.count()
        limit, offset = (_number(query.get(name)) for name in ("limit", "offset"))
        rows = rows[offset or 0 :]
        if limit:
            rows = rows[:limit]
        return Response({"count": count, "results": self.represent(list(rows))})


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None


def _check_regex(pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise serializers.ValidationError(f"Invalid regex: {error}") from error


def _action(action: Action, brief: dict[str, Any]) -> dict[str, Any]:
    body = action.body
    return {
        "id": action.pk,
        "name": action.name,
        "description": body.get("description", ""),
        "tags": unordered(body.get("tags", [])),
        "post_to_slack": body.get("post_to_slack", False),
        "slack_message_format": body.get("slack_message_format", ""),
        "steps": [{**step, "selector_regex": _selector_regex(step["selector"])} for step in body.get("steps", [])],
        "created_at": iso(action.created_at),
        "created_by": brief,
        "deleted": action.deleted,
        "is_calculating": False,
        "last_calculated_at": iso(action.created_at),
        "team_id": action.project_id,
        "is_action": True,
        "bytecode_error": None,
        "pinned_at": body.get("pinned_at"),
        "creation_context": None,
        "user_access_level": "manager",
    }


def _selector_regex(selector: str | None) -> str | None:
    """A pattern over the chain of elements; the real one is more refined, and nobody compares it."""
    if not selector:
        return None
    parts = (re.escape(part.strip()) for part in selector.split(">"))
    return "".join(f"(^|;){part}.*?" for part in parts)
