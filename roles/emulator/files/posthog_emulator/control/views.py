"""GET and POST under /_emulator/."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, JsonResponse
from rest_framework.exceptions import ValidationError

from posthog_emulator import models, seed
from posthog_emulator.api.throttling import KeyThrottle
from posthog_emulator.control import bulk
from posthog_emulator.control.request_log import log
from posthog_emulator.control.switches import UnknownSwitchError, board
from posthog_emulator.models.accounts import PersonalKey, new_personal_key

LOOPBACK = ("127.0.0.1", "::1")
View = Callable[..., JsonResponse]


def _control(*methods: str) -> Callable[[View], View]:
    """Open a view to these methods, from this machine only."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest) -> JsonResponse:
            if request.META.get("REMOTE_ADDR") not in LOOPBACK:
                return JsonResponse({"error": "only from the same machine"}, status=403)
            if request.method not in methods:
                return JsonResponse({"error": f"use {' or '.join(methods)}"}, status=405)
            try:
                return view(request, json.loads(request.body or b"{}"))
            except (json.JSONDecodeError, KeyError, UnknownSwitchError) as error:
                return JsonResponse({"error": f"{type(error).__name__}: {error}"}, status=400)
            except ValidationError as error:
                return JsonResponse({"error": error.get_full_details()}, status=400)

        return guarded

    return decorate


@_control("GET")
def state(_request: HttpRequest, _body: dict[str, Any]) -> JsonResponse:
    """The switches in force, the projects with their tokens, and how much there is of everything."""
    kinds = ("Project", "FeatureFlag", "Cohort", "Action", "Insight", "Dashboard", "Event", "Person", "GroupType")
    counts = {name: getattr(models, name).objects.count() for name in kinds}
    projects = list(models.Project.objects.values("id", "name", "api_token", "is_pending_deletion"))
    return JsonResponse({"emulator": True, "switches": board.as_dict(), "counts": counts, "projects": projects})


@_control("POST")
def reset(_request: HttpRequest, _body: dict[str, Any]) -> JsonResponse:
    """As new: no objects but the seeded ones, no log, default switches."""
    board.reset()
    seed.wipe()
    seed.seed()
    KeyThrottle.forget()
    log.clear()
    return JsonResponse({"status": "ok"})


@_control("POST")
def switches(_request: HttpRequest, body: dict[str, Any]) -> JsonResponse:
    """Set switches; answer with all of them."""
    board.update(body)
    if "rate_limit" in body or "time_scale" in body:
        KeyThrottle.forget()
    return JsonResponse(board.as_dict())


@_control("GET", "DELETE")
def requests(request: HttpRequest, _body: dict[str, Any]) -> JsonResponse:
    """The request log."""
    if request.method == "DELETE":
        log.clear()
    return JsonResponse({"requests": log.as_list(), "under_way": log.under_way})


@_control("GET")
def events(_request: HttpRequest, _body: dict[str, Any]) -> JsonResponse:
    """What was captured, oldest first."""
    found = models.Event.objects.order_by("id").values("project_id", "event", "distinct_id", "properties", "timestamp")
    return JsonResponse({"events": list(found)})


@_control("POST")
def keys(_request: HttpRequest, body: dict[str, Any]) -> JsonResponse:
    """Another key of the owner, with fewer rights."""
    value = new_personal_key()
    PersonalKey.objects.create(
        user=models.User.objects.get(email=seed.OWNER_EMAIL),
        label=body.get("label", "extra"),
        digest=PersonalKey.digest_of(value),
        mask=f"{value[:4]}...{value[-4:]}",
        scopes=body.get("scopes", ["*"]),
        scoped_teams=body.get("scoped_teams", []),
        scoped_organizations=body.get("scoped_organizations", []),
    )
    return JsonResponse({"value": value}, status=201)


@_control("POST")
def load(_request: HttpRequest, body: dict[str, Any]) -> JsonResponse:
    """Many objects of one kind in one transaction."""
    project = models.Project.objects.filter(pk=body.get("project", 1)).first()
    if project is None or body["kind"] not in bulk.SERIALIZERS:
        kinds = ", ".join(sorted(bulk.SERIALIZERS))
        return JsonResponse({"error": f"unknown project, or kind not one of {kinds}"}, status=400)
    return JsonResponse({"ids": bulk.load(project, body["kind"], body["objects"])}, status=201)
