from django.conf import settings
from django.db import models

from posthog.models.utils import uuid7


class Organization(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7)
    name = models.CharField(max_length=64)


class OrganizationMembership(models.Model):
    class Level(models.IntegerChoices):
        MEMBER = 1
        ADMIN = 8
        OWNER = 15

    id = models.UUIDField(primary_key=True, default=uuid7)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    level = models.PositiveSmallIntegerField(default=Level.MEMBER, choices=Level.choices)
