"""From the path of a request to the organization or project that it names."""

import uuid

from django.http import Http404
from rest_framework.request import Request

from posthog_emulator.api.auth import key_of, user_of
from posthog_emulator.api.permissions import require_organization_access, require_project_access
from posthog_emulator.models import Organization, Project


def project_of(request: Request, reference: str) -> Project:
    """`@current` or the integer id; the token is not an address."""
    if reference == "@current":
        number = user_of(request).current_project_id or 0
    elif reference.isdigit():
        number = int(reference)
    else:
        raise Http404
    project = Project.objects.filter(pk=number).first()
    if project is None:
        raise Http404
    require_project_access(key_of(request), project)
    return project


def organization_of(request: Request, reference: str) -> Organization:
    """`@current` or the UUID."""
    try:
        wanted = user_of(request).organization_id if reference == "@current" else uuid.UUID(reference)
    except ValueError:
        raise Http404 from None
    organization = Organization.objects.filter(pk=wanted).first()
    if organization is None:
        raise Http404
    require_organization_access(key_of(request), str(organization.pk))
    return organization
