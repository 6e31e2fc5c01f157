"""Authentication with a personal API key."""

from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from posthog_emulator.models import PersonalKey, User


class PersonalKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer phx_...`, or `personal_api_key` in the query or the body."""

    def authenticate(self, request: Request) -> tuple[User, PersonalKey] | None:
        """The key and its owner; None when there are no credentials at all."""
        header = request.META.get("HTTP_AUTHORIZATION", "")
        if header.startswith("Bearer "):
            return self._lookup(header.removeprefix("Bearer ").strip(), "request Authorization header")
        if value := request.query_params.get("personal_api_key"):
            return self._lookup(value, "query string")
        if isinstance(request.data, dict) and (value := request.data.get("personal_api_key")):
            return self._lookup(str(value), "body")
        return None

    def authenticate_header(self, _request: Request) -> str:
        """Makes missing credentials a 401, not a 403."""
        return 'Bearer realm="api"'

    @staticmethod
    def _lookup(value: str, source: str) -> tuple[User, PersonalKey]:
        key = PersonalKey.objects.select_related("user").filter(digest=PersonalKey.digest_of(value)).first()
        if key is None:
            raise AuthenticationFailed(f"Personal API key found in {source} is invalid.")
        return key.user, key


def key_of(request: Request) -> PersonalKey:
    """The key that the request came with."""
    key: PersonalKey = request.auth  # type: ignore[assignment] # the framework cannot know
    return key


def user_of(request: Request) -> User:
    """The owner of that key."""
    user: User = request.user  # type: ignore[assignment] # the framework cannot know
    return user


def body_of(request: Request) -> dict[str, Any]:
    """The body, where it is known to be an object."""
    body: dict[str, Any] = request.data  # type: ignore[assignment] # the view set has refused lists
    return body
