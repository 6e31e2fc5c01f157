import hashlib

from django.db import models

from posthog.models.user import User
from posthog.models.utils import generate_random_token


def hash_key_value(value: str) -> str:
    return "sha256$" + hashlib.sha256(value.encode()).hexdigest()


class PersonalAPIKey(models.Model):
    id = models.CharField(primary_key=True, max_length=50, default=generate_random_token)
    user = models.ForeignKey(User, models.CASCADE, related_name="personal_api_keys")
    label = models.CharField(max_length=40)
    secure_value = models.CharField(unique=True, max_length=300, null=True)
    mask_value = models.CharField(max_length=11, null=True)
    scopes = models.JSONField()
    scoped_teams = models.JSONField(null=True)
    scoped_organizations = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
