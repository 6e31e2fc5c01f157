"""Objects inside a project. What is searched or ordered by is a column; the rest is one JSON document."""

import secrets
import string
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from posthog_emulator.models.accounts import Project


def new_short_id() -> str:
    """Eight letters and digits, as in an insight's address."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(8))


class ProjectObject(models.Model):
    """What all kinds have in common."""

    #: Written fields that have a column of their own; all others live in `body`.
    columns: ClassVar[frozenset[str]] = frozenset({"deleted"})

    project = models.ForeignKey(Project, on_delete=models.CASCADE)
    deleted = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    body = models.JSONField(default=dict)

    class Meta:
        abstract = True

    def put(self, values: dict[str, Any]) -> None:
        """Store each value in its column or in the document."""
        for name, value in values.items():
            if name in self.columns:
                setattr(self, name, value)
            else:
                self.body[name] = value


class FeatureFlag(ProjectObject):
    """A feature flag; `key` stays reserved by at most one row that is not deleted."""

    columns = frozenset({"deleted", "key", "active", "archived", "version"})

    key = models.CharField(max_length=420)
    active = models.BooleanField(default=True)
    archived = models.BooleanField(default=False)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "key"], name="one_flag_per_key")]


class Cohort(ProjectObject):
    """A cohort."""

    columns = frozenset({"deleted", "name", "is_static"})

    name = models.CharField(max_length=400, null=True)
    is_static = models.BooleanField(default=False)


class Action(ProjectObject):
    """An action."""

    columns = frozenset({"deleted", "name"})

    name = models.CharField(max_length=400, null=True)


class Insight(ProjectObject):
    """An insight, addressed by its number or by its short id."""

    columns = frozenset({"deleted", "name", "saved", "favorited"})

    short_id = models.CharField(max_length=12, default=new_short_id, db_index=True)
    name = models.CharField(max_length=400, null=True)
    saved = models.BooleanField(default=False)
    favorited = models.BooleanField(default=False)


class Dashboard(ProjectObject):
    """A dashboard; its tiles are rows of their own."""

    columns = frozenset({"deleted", "name", "pinned"})

    name = models.CharField(max_length=400, null=True)
    pinned = models.BooleanField(default=False)


class Text(models.Model):
    """The Markdown of a text tile."""

    body = models.CharField(max_length=4000, null=True)
    last_modified_at = models.DateTimeField(default=timezone.now)


class Tile(models.Model):
    """One place on a dashboard: an insight, a text, a button or a widget."""

    dashboard = models.ForeignKey(Dashboard, on_delete=models.CASCADE, related_name="tiles")
    insight = models.ForeignKey(Insight, null=True, on_delete=models.CASCADE, related_name="tiles")
    text = models.ForeignKey(Text, null=True, on_delete=models.SET_NULL)
    button_tile = models.JSONField(null=True)
    widget = models.JSONField(null=True)
    layouts = models.JSONField(default=dict)
    color = models.CharField(max_length=400, null=True)
    filters_overrides = models.JSONField(null=True)
    show_description = models.BooleanField(null=True)
    transparent_background = models.BooleanField(null=True)
    deleted = models.BooleanField(default=False)
