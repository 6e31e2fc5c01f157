"""Flags as JSON."""

import copy
from collections.abc import Sequence
from typing import Any

from posthog_emulator.api.fields import unordered
from posthog_emulator.api.flags.references import cohort_ids, properties_of, replay_flag_ids
from posthog_emulator.api.times import iso
from posthog_emulator.control.switches import board
from posthog_emulator.models import Cohort, FeatureFlag, Group, Project, User


def represent(project: Project, user: User, flags: Sequence[FeatureFlag]) -> list[dict[str, Any]]:
    """All of them, with one look-up for the names of cohorts and one for those of groups."""
    names = _cohort_names(flags)
    groups = _group_names(project, flags)
    replay = replay_flag_ids(project)
    items = [_flag(flag, user.brief(), filters(flag, names, groups)) for flag in flags]
    for item in items:
        item["is_used_in_replay_settings"] = item["id"] in replay
    return items


def filters(flag: FeatureFlag, names: dict[int, str | None], groups: dict[str, str]) -> dict[str, Any]:
    """The stored filters with what is injected on read."""
    stored: dict[str, Any] = flag.body.get("filters") or {"groups": []}
    shown = copy.copy(stored)
    shown["groups"] = [
        {**group, "properties": [_property(entry, names, groups) for entry in group["properties"]]}
        for group in stored["groups"]
    ]
    return shown


def _property(entry: dict[str, Any], names: dict[int, str | None], groups: dict[str, str]) -> dict[str, Any]:
    if entry["type"] == "cohort" and str(entry["value"]).isdigit():
        return {**entry, "cohort_name": names.get(int(entry["value"]))}
    if entry["key"] == "$group_key":
        keys = entry["value"] if isinstance(entry["value"], list) else [entry["value"]]
        return {**entry, "group_key_names": {str(key): groups.get(str(key), str(key)) for key in keys}}
    return entry


def _cohort_names(flags: Sequence[FeatureFlag]) -> dict[int, str | None]:
    wanted = set().union(*(cohort_ids(flag.body.get("filters") or {}) for flag in flags))
    return dict(Cohort.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


def _group_names(project: Project, flags: Sequence[FeatureFlag]) -> dict[str, str]:
    entries = [entry for flag in flags for entry in properties_of(flag.body.get("filters") or {}, "group")]
    if not any(entry["key"] == "$group_key" for entry in entries):
        return {}
    rows = Group.objects.filter(project=project).values_list("key", "properties")
    return {key: properties.get("name", key) for key, properties in rows}


def _flag(flag: FeatureFlag, brief: dict[str, Any], shown: dict[str, Any]) -> dict[str, Any]:
    body = flag.body
    contexts = body.get("evaluation_contexts", []) if board.has_feature("evaluation_contexts") else []
    return {
        "id": flag.pk,
        "name": body.get("name", ""),
        "key": flag.key,
        "filters": shown,
        "deleted": flag.deleted,
        "active": flag.active,
        "archived": flag.archived,
        "created_by": brief,
        "created_at": iso(flag.created_at),
        "updated_at": iso(flag.updated_at),
        "last_modified_by": brief,
        "version": flag.version,
        # null reads as false, the classic behaviour.
        "ensure_experience_continuity": bool(body.get("ensure_experience_continuity")),
        "has_enriched_analytics": bool(body.get("has_enriched_analytics")),
        "experiment_set": [],
        "experiment_set_metadata": [],
        "surveys": [],
        "features": [],
        "rollback_conditions": None,
        "performed_rollback": False,
        "can_edit": True,
        "tags": unordered(body.get("tags", [])),
        "evaluation_contexts": unordered(contexts),
        "usage_dashboard": None,
        "analytics_dashboards": body.get("analytics_dashboards", []),
        "user_access_level": "manager",
        "is_remote_configuration": body.get("is_remote_configuration"),
        "has_encrypted_payloads": body.get("has_encrypted_payloads"),
        "status": "DELETED" if flag.deleted else "ACTIVE" if flag.active else "INACTIVE",
        "evaluation_runtime": body.get("evaluation_runtime", "all"),
        "bucketing_identifier": body.get("bucketing_identifier", "distinct_id"),
        "last_called_at": None,
        "is_eligible_for_experiment": len((shown.get("multivariate") or {}).get("variants", [])) > 1,
    }
