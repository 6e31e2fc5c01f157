"""Projects as JSON: short in lists, whole by id."""

import copy
import secrets
from typing import Any

from posthog_emulator.api.projects.defaults import DEFAULTS
from posthog_emulator.api.projects.serializer import ProjectSerializer
from posthog_emulator.api.times import iso
from posthog_emulator.models import GroupType, Project

SETTINGS = tuple(name for name in ProjectSerializer().get_fields() if name not in ("name", "access_control"))


def setting(project: Project, name: str) -> Any:
    """The value in force."""
    return project.settings.get(name, copy.deepcopy(DEFAULTS.get(name)))


def basic(project: Project) -> dict[str, Any]:
    """An item of a list: no settings to speak of."""
    return {
        "id": project.pk,
        "uuid": str(project.uuid),
        "organization": str(project.organization_id),
        "api_token": project.api_token,
        "name": project.name,
        "completed_snippet_onboarding": setting(project, "completed_snippet_onboarding"),
        "has_completed_onboarding_for": setting(project, "has_completed_onboarding_for"),
        "ingested_event": project.ingested_event,
        "is_demo": setting(project, "is_demo"),
        "timezone": setting(project, "timezone"),
        "access_control": False,
    }


def full(project: Project) -> dict[str, Any]:
    """Everything."""
    group_types = list(GroupType.objects.filter(project=project).order_by("index"))
    return {
        **basic(project),
        **{name: setting(project, name) for name in SETTINGS},
        "project_id": project.pk,
        "secret_api_token": None,
        "secret_api_token_backup": None,
        "created_at": iso(project.created_at),
        "updated_at": iso(project.updated_at),
        "effective_membership_level": 15,
        "has_group_types": bool(group_types),
        "group_types": [{"group_type": entry.name, "group_type_index": entry.index} for entry in group_types],
        # A token that is signed anew on each read.
        "live_events_token": secrets.token_urlsafe(24),
        "product_intents": [],
        "managed_viewsets": {},
        "default_modifiers": {"personsOnEventsMode": "person_id_override_properties_on_events"},
        "person_on_events_querying_enabled": True,
        "available_setup_task_ids": [],
        "user_access_level": "admin",
        "is_pending_deletion": project.is_pending_deletion,
        "inject_web_apps": False,
        "event_retention_months": None,
        "events_retention_enforced": False,
    }
