"""Who may do what, and the projects that hold everything else."""

import hashlib
import secrets
import uuid
from typing import Any

from django.db import models
from django.utils import timezone


def new_project_token() -> str:
    """A public project token, shaped like PostHog's."""
    return f"phc_{secrets.token_urlsafe(32).replace('-', 'a').replace('_', 'b')[:43]}"


def new_personal_key() -> str:
    """A personal API key, shaped like PostHog's."""
    return f"phx_{secrets.token_urlsafe(32).replace('-', 'a').replace('_', 'b')[:43]}"


class Organization(models.Model):
    """An organization; its settings are one document."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=64)
    slug = models.CharField(max_length=48, unique=True)
    settings = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)


class Project(models.Model):
    """A project; PostHog's environment (team) of the same id is this row too."""

    uuid = models.UUIDField(default=uuid.uuid4)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="projects")
    name = models.CharField(max_length=200)
    api_token = models.CharField(max_length=200, unique=True, default=new_project_token)
    # Only what was written: a missing key means the default in api.projects.defaults.
    settings = models.JSONField(default=dict)
    ingested_event = models.BooleanField(default=False)
    is_pending_deletion = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)


class User(models.Model):
    """A person with an account. Every key of the emulator belongs to the seeded owner."""

    uuid = models.UUIDField(default=uuid.uuid4)
    email = models.EmailField(unique=True)
    first_name = models.CharField(max_length=150)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE)
    current_project = models.ForeignKey(Project, null=True, on_delete=models.SET_NULL)

    # Django REST framework asks these two of whoever is logged in.
    is_authenticated = True
    is_active = True

    def brief(self) -> dict[str, Any]:
        """The short form in which users appear inside other objects."""
        return {
            "id": self.pk,
            "uuid": str(self.uuid),
            "distinct_id": str(self.uuid),
            "first_name": self.first_name,
            "last_name": "",
            "email": self.email,
            "is_email_verified": True,
            "hedgehog_config": None,
            "role_at_organization": None,
        }


class PersonalKey(models.Model):
    """A personal API key. Only a digest is kept, as on the real server."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    label = models.CharField(max_length=40)
    digest = models.CharField(max_length=64, unique=True)
    mask = models.CharField(max_length=16)
    scopes = models.JSONField(default=list)
    scoped_teams = models.JSONField(default=list)
    scoped_organizations = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)

    @staticmethod
    def digest_of(value: str) -> str:
        """The form in which a key is stored and looked up."""
        return hashlib.sha256(value.encode()).hexdigest()

    def allows(self, scope_object: str, action: str) -> bool:
        """Whether the scopes cover `action` (read or write); writing includes reading."""
        wanted = {"*", f"{scope_object}:{action}", f"{scope_object}:write"}
        return not self.scopes or bool(wanted.intersection(self.scopes))
