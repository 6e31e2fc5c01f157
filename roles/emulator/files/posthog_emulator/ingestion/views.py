"""The capture endpoints."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from posthog_emulator.control.switches import board
from posthog_emulator.ingestion.payload import BadPayloadError, batch_of, parse
from posthog_emulator.ingestion.store import store
from posthog_emulator.models import Project
from posthog_emulator.public import open_to_browsers, refusal


@open_to_browsers
def capture(request: HttpRequest) -> HttpResponse:
    """One event or many."""
    try:
        batch = batch_of(parse(request))
    except BadPayloadError as error:
        return refusal(400, "validation_error", "invalid_payload", str(error))
    project = Project.objects.filter(api_token=batch.token).first() if batch.token else None
    if project is None:
        return refusal(401, "authentication_error", "invalid_api_key", "Project API key invalid.")
    if not board.switches.drop_events:
        store(project, batch.events)
    return JsonResponse({"status": "Ok"})
