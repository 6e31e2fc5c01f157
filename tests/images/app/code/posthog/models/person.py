import uuid

from django.db import models

from posthog.models.team import Team


class Person(models.Model):
    team = models.ForeignKey(Team, models.CASCADE)
    uuid = models.UUIDField(default=uuid.uuid4)
    created_at = models.DateTimeField(auto_now_add=True)


class AsyncDeletion(models.Model):
    deletion_type = models.PositiveSmallIntegerField()
    team_id = models.IntegerField()
    key = models.CharField(max_length=400)
    created_at = models.DateTimeField(auto_now_add=True)
    delete_verified_at = models.DateTimeField(null=True)


class ActivityLog(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    team_id = models.PositiveIntegerField(null=True)
    scope = models.CharField(max_length=79)
    activity = models.CharField(max_length=79)
    item_id = models.CharField(max_length=72, null=True)
    detail = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
