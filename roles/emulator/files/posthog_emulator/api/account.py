"""Who am I: the user and the key behind a request."""

from typing import Any

from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from posthog_emulator.api.auth import key_of, user_of
from posthog_emulator.api.organizations import represent as represent_organization
from posthog_emulator.api.projects.represent import basic
from posthog_emulator.api.times import iso


class CurrentUser(APIView):
    """`/api/users/@me/`."""

    scope_object = "user"

    def get(self, request: Request) -> Response:
        """The user with organization, current project, and the limits of the key."""
        user, key = user_of(request), key_of(request)
        project = user.current_project
        brief = user.brief()
        return Response(
            {
                **brief,
                "team": basic(project) if project else None,
                "organization": represent_organization(user.organization),
                "organizations": [{"id": str(user.organization_id), "name": user.organization.name}],
                "is_staff": False,
                "has_password": True,
                "scoped_teams": key.scoped_teams,
                "scoped_organizations": key.scoped_organizations,
            }
        )


class CurrentKey(APIView):
    """`/api/personal_api_keys/@current/`: the only one that a key may see."""

    def get(self, request: Request, reference: str) -> Response:
        """The calling key; empty scopes read as all."""
        if reference != "@current":
            raise Http404
        key = key_of(request)
        answer: dict[str, Any] = {
            "id": str(key.pk),
            "label": key.label,
            "value": None,
            "mask_value": key.mask,
            "created_at": iso(key.created_at),
            "last_used_at": None,
            "user_id": key.user_id,
            "scopes": key.scopes or ["*"],
            "scoped_teams": key.scoped_teams,
            "scoped_organizations": key.scoped_organizations,
        }
        return Response(answer)
