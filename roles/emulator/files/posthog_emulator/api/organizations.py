"""Organizations."""

from typing import Any

from django.db import transaction
from django.utils.text import slugify
from rest_framework import serializers, status, viewsets
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from posthog_emulator.api.auth import key_of, user_of
from posthog_emulator.api.lookup import organization_of
from posthog_emulator.api.projects.represent import basic
from posthog_emulator.api.times import iso
from posthog_emulator.control.switches import board
from posthog_emulator.models import Organization, Project

DEFAULTS: dict[str, Any] = {
    "logo_media_id": None,
    "is_member_join_email_enabled": True,
    "enforce_2fa": None,
    "members_can_invite": True,
    "members_can_use_personal_api_keys": True,
    "members_can_create_projects": False,
    "members_can_see_org_members": True,
    "enforce_verified_domains": False,
    "allow_publicly_shared_resources": True,
    "is_ai_data_processing_approved": None,
    "is_ai_training_opted_in": None,
    "default_experiment_stats_method": "bayesian",
    "default_anonymize_ips": False,
    "default_role_id": None,
}


class OrganizationSerializer(serializers.Serializer[Organization]):
    """Writing an organization."""

    name = serializers.CharField(max_length=64)
    logo_media_id = serializers.UUIDField(required=False, allow_null=True)
    is_member_join_email_enabled = serializers.BooleanField(required=False)
    enforce_2fa = serializers.BooleanField(required=False, allow_null=True)
    members_can_invite = serializers.BooleanField(required=False, allow_null=True)
    members_can_use_personal_api_keys = serializers.BooleanField(required=False)
    members_can_create_projects = serializers.BooleanField(required=False)
    members_can_see_org_members = serializers.BooleanField(required=False)
    enforce_verified_domains = serializers.BooleanField(required=False)
    allow_publicly_shared_resources = serializers.BooleanField(required=False)
    is_ai_data_processing_approved = serializers.BooleanField(required=False, allow_null=True)
    is_ai_training_opted_in = serializers.BooleanField(required=False, allow_null=True)
    default_experiment_stats_method = serializers.ChoiceField(
        choices=["bayesian", "frequentist"], required=False, allow_null=True
    )
    default_anonymize_ips = serializers.BooleanField(required=False)
    default_role_id = serializers.UUIDField(required=False, allow_null=True)

    def create(self, validated_data: dict[str, Any]) -> Organization:
        """A new organization with its first project."""
        name = validated_data.pop("name")
        organization = Organization.objects.create(name=name, slug=_free_slug(name), settings=_plain(validated_data))
        Project.objects.create(organization=organization, name="Default project")
        return organization

    def update(self, instance: Organization, validated_data: dict[str, Any]) -> Organization:
        """Change settings."""
        instance.name = validated_data.pop("name", instance.name)
        instance.settings.update(_plain(validated_data))
        instance.save()
        return instance


class OrganizationViewSet(viewsets.GenericViewSet[Organization]):
    """`/api/organizations/`."""

    scope_object = "organization"
    lookup_value_regex = "[^/]+"

    def list(self, request: Request) -> Response:
        """All of them."""
        rows = Organization.objects.order_by("created_at")
        if only := key_of(request).scoped_organizations:
            rows = rows.filter(pk__in=only)
        return self.get_paginated_response([represent(row) for row in self.paginate_queryset(rows) or []])

    def retrieve(self, request: Request, pk: str) -> Response:
        """One."""
        return Response(represent(organization_of(request, pk)))

    @transaction.atomic
    def create(self, request: Request) -> Response:
        """Create, and make it current."""
        if not board.has_feature("multi_organization"):
            raise PermissionDenied("You must upgrade your plan to be able to create and manage multiple organizations.")
        serializer = OrganizationSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        organization = serializer.save()
        user = user_of(request)
        user.organization, user.current_project = organization, organization.projects.first()
        user.save()
        return Response(represent(organization), status=status.HTTP_201_CREATED)

    @transaction.atomic
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change."""
        serializer = OrganizationSerializer(organization_of(request, pk), data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        return Response(represent(serializer.save()))

    def update(self, request: Request, pk: str) -> Response:
        """Change, with every required field."""
        OrganizationSerializer(data=request.data).is_valid(raise_exception=True)
        return self.partial_update(request, pk)


def represent(organization: Organization) -> dict[str, Any]:
    """An organization as JSON."""
    projects = [basic(project) for project in organization.projects.order_by("id")]
    return {
        "id": str(organization.pk),
        "name": organization.name,
        "slug": organization.slug,
        "created_at": iso(organization.created_at),
        "updated_at": iso(organization.updated_at),
        "membership_level": 15,
        "plugins_access_level": 9,
        "teams": projects,
        "projects": projects,
        "available_product_features": [{"key": name, "name": name, "limit": None} for name in board.switches.features],
        "metadata": {"instance_tag": "emulator"},
        "customer_id": None,
        "member_count": 1,
        "is_active": True,
        "is_not_active_reason": None,
        "is_pending_deletion": False,
        **DEFAULTS,
        **organization.settings,
    }


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Values as JSON can hold them."""
    return {name: str(value) if name.endswith("_id") and value else value for name, value in values.items()}


def _free_slug(name: str) -> str:
    """A slug that nobody has yet."""
    base = slugify(name)[:40] or "organization"
    slug, number = base, 1
    while Organization.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug
