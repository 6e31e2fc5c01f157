"""Is it up, and what is it?"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from posthog_emulator import __version__

NOTICE = "This is the rollout.posthog emulator, not PostHog."


def health(request: HttpRequest) -> HttpResponse:
    """`ok`, and that this is an emulator."""
    if "application/json" in request.headers.get("Accept", ""):
        facts = {"emulator": True, "version": __version__, "data_dir": str(settings.DATA_DIR.resolve())}
        return JsonResponse({"status": "ok", **facts, "notice": NOTICE})
    return HttpResponse(f"ok\n{NOTICE}\n", content_type="text/plain")


def alive(_request: HttpRequest) -> JsonResponse:
    """Probes of orchestrators."""
    return JsonResponse({"http": True, "db": True})


def preflight(_request: HttpRequest) -> JsonResponse:
    """What the instance says of itself."""
    facts: dict[str, Any] = {"django": True, "redis": True, "plugins": True, "celery": True, "db": True}
    realm = {"initiated": True, "cloud": False, "demo": False, "realm": "hosted-clickhouse", "can_create_org": True}
    return JsonResponse(
        {**facts, **realm, "available_social_auth_providers": {}, "email_service_available": False, "emulator": True}
    )


def not_found(_request: HttpRequest, exception: Exception) -> JsonResponse:
    """An address that leads nowhere."""
    detail = "Endpoint not found."
    return JsonResponse({"type": "invalid_request", "code": "not_found", "detail": detail, "attr": None}, status=404)


def broken(_request: HttpRequest) -> JsonResponse:
    """A fault of the emulator itself."""
    return JsonResponse(
        {"type": "server_error", "code": "error", "detail": "A server error occurred.", "attr": None}, status=500
    )
