"""The endpoints that SDKs ask for flags."""

import json
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from posthog_emulator.api.auth import key_of, user_of
from posthog_emulator.api.permissions import require_project_access
from posthog_emulator.api.projects.represent import setting
from posthog_emulator.evaluation.definitions import definitions, etag
from posthog_emulator.evaluation.evaluator import Evaluator, Verdict
from posthog_emulator.evaluation.subject import subject_of
from posthog_emulator.ingestion.payload import BadPayloadError, parse, token_of
from posthog_emulator.models import FeatureFlag, Project
from posthog_emulator.public import open_to_browsers, refusal

REASONS = {
    "condition_match": "Matched condition set {}",
    "out_of_rollout_bound": "Out of rollout bound",
    "no_condition_match": "No matching condition set",
    "flag_disabled": "Feature flag is disabled",
    "holdout_condition_value": "Holdout condition value",
    "super_condition_value": "Super condition value",
}


class Definitions(APIView):
    """`/api/feature_flag/local_evaluation` and `/flags/definitions`."""

    scope_object = "feature_flag"

    def get(self, request: Request) -> Response:
        """All definitions; 304 when the caller has them already."""
        token = request.query_params.get("token")
        project = Project.objects.filter(api_token=token).first() if token else user_of(request).current_project
        if project is None:
            raise NotFound
        require_project_access(key_of(request), project)
        document = definitions(project, with_cohorts="send_cohorts" in request.query_params)
        tag = etag(document)
        if request.headers.get("If-None-Match") == tag:
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": tag})
        return Response(document, headers={"ETag": tag})


@open_to_browsers
def flags(request: HttpRequest) -> HttpResponse:
    """`/flags/?v=2`: every flag with its reason."""
    body, project = _caller(request)
    if project is None:
        return refusal(401, "authentication_error", "invalid_api_key", "Project API key invalid.")
    verdicts = _evaluate(project, body)
    answer: dict[str, Any] = {
        "flags": {flag.key: _detailed(flag, verdict) for flag, verdict in verdicts},
        "errorsWhileComputingFlags": False,
        "requestId": str(uuid.uuid4()),
    }
    if request.GET.get("config") == "true":
        answer.update(_remote_config(project))
    return JsonResponse(answer)


@open_to_browsers
def decide(request: HttpRequest) -> HttpResponse:
    """`/decide/?v=3`: the older form."""
    body, project = _caller(request)
    if project is None:
        return refusal(401, "authentication_error", "invalid_api_key", "Project API key invalid.")
    verdicts = _evaluate(project, body)
    payloads = {flag.key: _payload(flag, verdict) for flag, verdict in verdicts}
    return JsonResponse(
        {
            "featureFlags": {flag.key: verdict.value for flag, verdict in verdicts},
            "featureFlagPayloads": {key: payload for key, payload in payloads.items() if payload is not None},
            "errorsWhileComputingFlags": False,
            **_remote_config(project),
        }
    )


@open_to_browsers
def remote_config(_request: HttpRequest, token: str) -> HttpResponse:
    """`/array/{token}/config`."""
    project = Project.objects.filter(api_token=token).first()
    return JsonResponse(_remote_config(project)) if project else HttpResponse(status=404)


@open_to_browsers
def remote_config_script(_request: HttpRequest, token: str) -> HttpResponse:
    """`/array/{token}/config.js`."""
    project = Project.objects.filter(api_token=token).first()
    if project is None:
        return HttpResponse(status=404)
    name, config = json.dumps(token), json.dumps(_remote_config(project))
    script = (
        "(function() { window._POSTHOG_REMOTE_CONFIG = window._POSTHOG_REMOTE_CONFIG || {}; "
        f"window._POSTHOG_REMOTE_CONFIG[{name}] = {{ config: {config}, siteApps: [] }}; }})();"
    )
    return HttpResponse(script, content_type="application/javascript")


def _caller(request: HttpRequest) -> tuple[dict[str, Any], Project | None]:
    try:
        body = parse(request)
    except BadPayloadError:
        return {}, None
    body = body if isinstance(body, dict) else {}
    token = token_of(body)
    return body, Project.objects.filter(api_token=token).first() if token else None


def _evaluate(project: Project, body: dict[str, Any]) -> list[tuple[FeatureFlag, Verdict]]:
    """Active flags that are meant for where the request comes from."""
    evaluator = Evaluator(project, subject_of(project, body))
    contexts = set(body.get("evaluation_contexts") or [])
    wanted = body.get("flag_keys_to_evaluate")
    chosen = [
        flag
        for flag in evaluator.flags.values()
        if flag.active and (wanted is None or flag.key in wanted) and _meant_for(flag, contexts)
    ]
    return [(flag, evaluator.verdict(flag)) for flag in chosen]


def _meant_for(flag: FeatureFlag, contexts: set[str]) -> bool:
    own = set(flag.body.get("evaluation_contexts") or [])
    return not contexts or not own or bool(own & contexts)


def _payload(flag: FeatureFlag, verdict: Verdict) -> str | None:
    payloads: dict[str, str] = (flag.body.get("filters") or {}).get("payloads") or {}
    return payloads.get(verdict.variant or "true") if verdict.enabled else None


def _detailed(flag: FeatureFlag, verdict: Verdict) -> dict[str, Any]:
    place = (verdict.condition_index or 0) + 1
    return {
        "key": flag.key,
        "enabled": verdict.enabled,
        "variant": verdict.variant,
        "reason": {
            "code": verdict.reason,
            "condition_index": verdict.condition_index,
            "description": REASONS[verdict.reason].format(place),
        },
        "metadata": {
            "id": flag.pk,
            "version": flag.version,
            "description": flag.body.get("name") or None,
            "payload": _payload(flag, verdict),
            "has_experiment": False,
        },
    }


def _remote_config(project: Project) -> dict[str, Any]:
    """What browsers need to know of the project's settings."""
    has_flags = FeatureFlag.objects.filter(project=project, deleted=False, active=True).exists()
    return {
        "token": project.api_token,
        "supportedCompression": ["gzip", "gzip-js"],
        "hasFeatureFlags": has_flags,
        "autocapture_opt_out": bool(setting(project, "autocapture_opt_out")),
        "autocaptureExceptions": bool(setting(project, "autocapture_exceptions_opt_in")),
        "capturePerformance": {
            "network_timing": bool(setting(project, "capture_performance_opt_in")),
            "web_vitals": bool(setting(project, "autocapture_web_vitals_opt_in")),
        },
        "heatmaps": bool(setting(project, "heatmaps_opt_in")),
        "surveys": bool(setting(project, "surveys_opt_in")),
        "captureDeadClicks": bool(setting(project, "capture_dead_clicks")),
        "sessionRecording": _session_recording(project),
        "siteApps": [],
        "isAuthenticated": False,
    }


def _session_recording(project: Project) -> dict[str, Any] | bool:
    if not setting(project, "session_recording_opt_in"):
        return False
    return {
        "endpoint": "/s/",
        "consoleLogRecordingEnabled": bool(setting(project, "capture_console_log_opt_in")),
        "sampleRate": setting(project, "session_recording_sample_rate"),
        "minimumDurationMilliseconds": setting(project, "session_recording_minimum_duration_milliseconds"),
        "linkedFlag": setting(project, "session_recording_linked_flag"),
        "maskingConfig": setting(project, "session_recording_masking_config"),
    }
