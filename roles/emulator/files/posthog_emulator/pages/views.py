"""The front page: what is in the emulator, at a glance."""

from django.http import HttpRequest, HttpResponse


def front(_request: HttpRequest) -> HttpResponse:
    """Placeholder."""
    return HttpResponse("This is the rollout.posthog emulator, not PostHog.")
