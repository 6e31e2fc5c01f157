"""What flags refer to, and what refers to flags."""

from collections.abc import Iterator
from typing import Any, NoReturn

from rest_framework.serializers import ValidationError

from posthog_emulator.api.cohorts.criteria import is_behavioral
from posthog_emulator.models import Cohort, FeatureFlag, Project


def properties_of(filters: dict[str, Any], kind: str) -> Iterator[dict[str, Any]]:
    """All property filters of one type."""
    for group in filters.get("groups") or []:
        yield from (entry for entry in group.get("properties") or [] if entry.get("type") == kind)


def cohort_ids(filters: dict[str, Any]) -> set[int]:
    """The cohorts that the conditions name."""
    return {int(entry["value"]) for entry in properties_of(filters, "cohort") if str(entry["value"]).isdigit()}


def dependency_ids(filters: dict[str, Any]) -> set[int]:
    """The flags that the conditions name."""
    return {int(entry["key"]) for entry in properties_of(filters, "flag") if str(entry["key"]).isdigit()}


def check_cohorts(project: Project, filters: dict[str, Any]) -> None:
    """Each must exist, and none may depend on what people did."""
    for entry in properties_of(filters, "cohort"):
        value: Any = entry.get("value")
        known = str(value).isdigit() and Cohort.objects.filter(project=project, pk=int(value), deleted=False).first()
        if not known:
            _refuse(f"Cohort with id {value} does not exist", "cohort_does_not_exist")
        if is_behavioral(known):
            message = f"Cohort '{known.name}' with behavioral filters cannot be used in feature flags."
            _refuse(message, "behavioral_cohort_found")


def check_dependencies(project: Project, filters: dict[str, Any], own_id: int | None, *, active: bool) -> None:
    """Each flag depended on must exist, be enabled if this one is, and not lead back here."""
    for entry in properties_of(filters, "flag"):
        if not str(entry["key"]).isdigit():
            _refuse(f"Flag dependencies must name a flag by its id, got '{entry['key']}'.")
    for number in dependency_ids(filters):
        flag = FeatureFlag.objects.filter(project=project, pk=number, deleted=False).first()
        if flag is None:
            _refuse(f"Flag dependency {number} does not exist.")
        if active and not flag.active:
            _refuse(f"Flag dependency '{flag.key}' is disabled.")
    if own_id is not None and own_id in _reachable(project, dependency_ids(filters)):
        _refuse("Circular dependency detected between flags.")


def dependents(flag: FeatureFlag, *, active_only: bool) -> list[FeatureFlag]:
    """Flags whose conditions name this one."""
    rows = FeatureFlag.objects.filter(project=flag.project, deleted=False).exclude(pk=flag.pk)
    rows = rows.filter(active=True) if active_only else rows
    return [row for row in rows if flag.pk in dependency_ids(row.body.get("filters", {}))]


def replay_flag_ids(project: Project) -> set[int]:
    """The flag that session replay waits for."""
    linked = project.settings.get("session_recording_linked_flag") or {}
    return {linked["id"]} if "id" in linked else set()


def check_unused(flag: FeatureFlag) -> None:
    """Refuse to delete a flag that something needs."""
    if users := dependents(flag, active_only=False):
        keys = ", ".join(row.key for row in users)
        raise ValidationError(f"Cannot delete this feature flag because other flags depend on it: {keys}.")
    if flag.pk in replay_flag_ids(flag.project):
        raise ValidationError("Cannot delete this feature flag because it is used in session replay settings.")


def _reachable(project: Project, start: set[int]) -> set[int]:
    seen: set[int] = set()
    waiting = set(start)
    while waiting:
        seen |= waiting
        rows = FeatureFlag.objects.filter(project=project, pk__in=waiting)
        waiting = set().union(*(dependency_ids(row.body.get("filters", {})) for row in rows)) - seen
    return seen


def _refuse(message: str, code: str = "invalid") -> NoReturn:
    raise ValidationError({"filters": [message]}, code=code)
