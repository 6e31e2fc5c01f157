"""What an SDK needs to evaluate flags by itself."""

import hashlib
import json
from typing import Any

from posthog_emulator.api.cohorts.criteria import without_annotations
from posthog_emulator.api.flags.references import dependency_ids
from posthog_emulator.models import Cohort, FeatureFlag, GroupType, Project


def definitions(project: Project, *, with_cohorts: bool) -> dict[str, Any]:
    """All flags, the names of group types, and dynamic cohorts."""
    flags = {flag.pk: flag for flag in FeatureFlag.objects.filter(project=project, deleted=False).order_by("id")}
    types = GroupType.objects.filter(project=project).order_by("index")
    cohorts = Cohort.objects.filter(project=project, deleted=False, is_static=False) if with_cohorts else []
    return {
        "flags": [_definition(flag, flags) for flag in flags.values()],
        "group_type_mapping": {str(entry.index): entry.name for entry in types},
        "cohorts": {str(row.pk): without_annotations(row.body.get("filters"))["properties"] for row in cohorts},
    }


def etag(document: dict[str, Any]) -> str:
    """Changes when the definitions do."""
    digest = hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:16]
    return f'"{digest}"'


def _definition(flag: FeatureFlag, flags: dict[int, FeatureFlag]) -> dict[str, Any]:
    filters = flag.body.get("filters") or {"groups": []}
    groups = [
        {**group, "properties": [_property(entry, flags) for entry in group["properties"]]}
        for group in filters["groups"]
    ]
    return {
        "id": flag.pk,
        "team_id": flag.project_id,
        "name": flag.body.get("name", ""),
        "key": flag.key,
        "filters": {**filters, "groups": groups},
        "deleted": False,
        "active": flag.active,
        "ensure_experience_continuity": bool(flag.body.get("ensure_experience_continuity")),
        "has_encrypted_payloads": flag.body.get("has_encrypted_payloads"),
        "version": flag.version,
        "evaluation_runtime": flag.body.get("evaluation_runtime", "all"),
        "bucketing_identifier": flag.body.get("bucketing_identifier", "distinct_id"),
        "evaluation_contexts": flag.body.get("evaluation_contexts", []),
    }


def _property(entry: dict[str, Any], flags: dict[int, FeatureFlag]) -> dict[str, Any]:
    """SDKs know flags by key, and need the order in which to evaluate them."""
    if entry["type"] != "flag" or int(entry["key"]) not in flags:
        return entry
    chain = [flags[number].key for number in _chain(int(entry["key"]), flags) if number in flags]
    return {**entry, "key": flags[int(entry["key"])].key, "dependency_chain": chain}


def _chain(number: int, flags: dict[int, FeatureFlag]) -> list[int]:
    """The flag after everything that it needs."""
    if number not in flags:
        return [number]
    needed: list[int] = []
    for inner in sorted(dependency_ids(flags[number].body.get("filters") or {})):
        needed.extend(entry for entry in _chain(inner, flags) if entry not in needed)
    return [*needed, number]
