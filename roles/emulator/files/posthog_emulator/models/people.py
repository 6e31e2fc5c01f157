"""What comes in through the public endpoints: events, persons, groups."""

import uuid

from django.db import models
from django.utils import timezone

from posthog_emulator.models.accounts import Project
from posthog_emulator.models.objects import Cohort


class Event(models.Model):
    """One captured event."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE)
    uuid = models.CharField(max_length=64)
    event = models.CharField(max_length=400)
    distinct_id = models.CharField(max_length=400)
    properties = models.JSONField(default=dict)
    timestamp = models.CharField(max_length=64, null=True)
    received_at = models.DateTimeField(default=timezone.now)


class Person(models.Model):
    """A person with the properties that events have set."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE)
    uuid = models.UUIDField(default=uuid.uuid4)
    properties = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)


class DistinctId(models.Model):
    """An id under which a person is known."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="distinct_ids")
    value = models.CharField(max_length=400)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "value"], name="one_person_per_distinct_id")]


class EventDeletion(models.Model):
    """Whose events wait to be erased, by the UUID of a person who may be gone."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE)
    person = models.UUIDField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "person"], name="one_deletion_per_person")]


class GroupType(models.Model):
    """A kind of group, such as company; PostHog allows five per project, numbered from 0."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE)
    name = models.CharField(max_length=400)
    index = models.IntegerField()
    name_singular = models.CharField(max_length=400, null=True)
    name_plural = models.CharField(max_length=400, null=True)
    detail_dashboard = models.IntegerField(null=True)
    default_columns = models.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "index"], name="one_group_type_per_index"),
            models.UniqueConstraint(fields=["project", "name"], name="one_group_type_per_name"),
        ]


class Group(models.Model):
    """One group, such as one company."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE)
    type_index = models.IntegerField()
    key = models.CharField(max_length=400)
    properties = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "type_index", "key"], name="one_group_per_key")]


class CohortMember(models.Model):
    """Membership of a static cohort."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cohort", "person"], name="one_membership_per_person")]
