from django.db import models

from posthog.models.organization import Organization
from posthog.models.utils import generate_random_token_project


class TeamManager(models.Manager):
    def create_with_data(self, *, initiating_user=None, **fields):
        return self.create(**fields)


class Team(models.Model):
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="teams")
    name = models.CharField(max_length=200, default="Default project")
    api_token = models.CharField(max_length=200, unique=True, default=generate_random_token_project)
    timezone = models.CharField(max_length=240, default="UTC")
    anonymize_ips = models.BooleanField(default=False)
    session_recording_opt_in = models.BooleanField(default=False)

    objects = TeamManager()
