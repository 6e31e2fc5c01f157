"""Is it up, and what is it?"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from posthog_emulator import __version__
from posthog_emulator.control.switches import board

#: What each role depends on (PostHog's posthog/health.py).
NEEDS = {
    "web": ("http", "postgres", "cache"),
    "worker": ("http", "postgres", "clickhouse", "celery_broker"),
    "events": ("http", "kafka_connected"),
    "decide": ("http",),
    "query": ("http", "postgres", "cache"),
    "report": ("http", "kafka_connected"),
}
NOTICE = "This is the rollout.posthog emulator, not PostHog."


def health(request: HttpRequest) -> HttpResponse:
    """`ok`, and that this is an emulator."""
    if "application/json" in request.headers.get("Accept", ""):
        facts = {"emulator": True, "version": __version__, "data_dir": str(settings.DATA_DIR.resolve())}
        return JsonResponse({"status": "ok", **facts, "notice": NOTICE})
    return HttpResponse(f"ok\n{NOTICE}\n", content_type="text/plain")


def alive(_request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is looked at."""
    return JsonResponse({"http": True})


def ready(request: HttpRequest) -> JsonResponse:
    """What a role needs, and whether it is there; without a role, everything."""
    role = request.GET.get("role", "")
    if role and role not in NEEDS:
        return JsonResponse({"error": "InvalidRole"}, status=400)
    everything = dict.fromkeys(part for parts in NEEDS.values() for part in parts)
    wanted = [part for part in NEEDS.get(role, everything) if part not in request.GET.getlist("exclude")]
    parts = {part: part not in board.switches.broken for part in wanted}
    return JsonResponse(parts, status=200 if all(parts.values()) else 503)


def preflight(_request: HttpRequest) -> JsonResponse:
    """What the instance says of itself."""
    parts = ("django", "redis", "plugins", "celery", "clickhouse", "kafka", "db")
    facts: dict[str, Any] = {part: part not in board.switches.broken for part in parts}
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
