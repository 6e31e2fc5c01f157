"""The error envelope, and the errors that Django REST framework does not have."""

from typing import Any

from exceptions_hog import exception_handler
from rest_framework import status
from rest_framework.exceptions import APIException, AuthenticationFailed, NotAuthenticated
from rest_framework.response import Response


class Conflict(APIException):
    """409: somebody or something else is in the way."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"
    default_detail = "Conflict"


class ApprovalPending(APIException):
    """409 with a change request: the write waits for somebody's approval."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "change_request_created"
    default_detail = "This change requires approval."

    def __init__(self, change_request_id: str) -> None:
        super().__init__()
        self.change_request_id = change_request_id


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """PostHog's own envelope, from its own library, plus what the library leaves to the server."""
    response: Response | None = exception_handler(error, context)
    if response is not None and isinstance(error, ApprovalPending):
        response.data["change_request_id"] = error.change_request_id
    if response is not None and isinstance(error, AuthenticationFailed | NotAuthenticated):
        response["WWW-Authenticate"] = 'Bearer realm="api"'
    return response
