"""What a key may do."""

from typing import Any

from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from posthog_emulator.api.auth import key_of
from posthog_emulator.models import PersonalKey, Project


class ScopePermission(BasePermission):
    """Views name the object that scopes speak of as `scope_object`; None needs no scope. `scope_action` is for those
    that read by POST."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Refuse a key that lacks the scope."""
        if request.user is None:
            return False
        scope_object = getattr(view, "scope_object", None)
        action = getattr(view, "scope_action", "read" if request.method in SAFE_METHODS else "write")
        if scope_object and not key_of(request).allows(scope_object, action):
            raise PermissionDenied(f"API key missing required scope '{scope_object}:{action}'")
        return True


def require_project_access(key: PersonalKey, project: Project) -> None:
    """Refuse a key that is limited to other projects or organizations."""
    if key.scoped_teams and project.pk not in key.scoped_teams:
        raise PermissionDenied(f"API key does not have access to the requested project with ID {project.pk}.")
    require_organization_access(key, str(project.organization_id))


def require_organization_access(key: PersonalKey, organization_id: str) -> None:
    """Refuse a key that is limited to other organizations."""
    if key.scoped_organizations and organization_id not in key.scoped_organizations:
        raise PermissionDenied(f"API key does not have access to the requested organization with ID {organization_id}.")
