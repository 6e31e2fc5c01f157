"""Who uses a cohort."""

from collections.abc import Iterator
from typing import Any

from rest_framework.serializers import ValidationError

from posthog_emulator.api.cohorts.criteria import is_behavioral, nested_ids
from posthog_emulator.api.flags.references import cohort_ids
from posthog_emulator.models import Cohort, FeatureFlag, Insight


def check_unused(cohort: Cohort) -> None:
    """Refuse to delete a cohort that something names."""
    if users := list(_users(cohort)):
        raise ValidationError(f"This cohort is used in {'; '.join(users)}. Remove these references first.")


def check_fits_flags(cohort: Cohort) -> None:
    """A cohort in an active flag may not begin to depend on events."""
    if is_behavioral(cohort) and any(_active_flags(cohort)):
        raise ValidationError(
            {"filters": ["Behavioral filters cannot be added to cohorts used in feature flags."]},
            code="behavioral_cohort_found",
        )


def _users(cohort: Cohort) -> Iterator[str]:
    flags = [flag.key for flag in _active_flags(cohort)]
    if flags:
        yield f"feature flags: {', '.join(flags)}"
    if _names(cohort.project.settings.get("test_account_filters"), cohort.pk):
        yield "the project's filters for internal and test users"
    insights = Insight.objects.filter(project=cohort.project_id, deleted=False)
    if names := [str(row.name) for row in insights if _names(row.body.get("query"), cohort.pk)]:
        yield f"insights: {', '.join(names)}"
    others = Cohort.objects.filter(project=cohort.project_id, deleted=False).exclude(pk=cohort.pk)
    if names := [str(row.name) for row in others if cohort.pk in nested_ids(row.body.get("filters"))]:
        yield f"cohorts: {', '.join(names)}"


def _active_flags(cohort: Cohort) -> Iterator[FeatureFlag]:
    """Active flags that name the cohort, or one that names it in turn."""
    wanted = {cohort.pk}
    rows = [
        (row.pk, nested_ids(row.body.get("filters")))
        for row in Cohort.objects.filter(project=cohort.project_id, deleted=False)
    ]
    while more := {pk for pk, inner in rows if inner & wanted} - wanted:
        wanted |= more
    for flag in FeatureFlag.objects.filter(project=cohort.project_id, deleted=False, active=True):
        if cohort_ids(flag.body.get("filters") or {}) & wanted:
            yield flag


def _names(document: Any, number: int) -> bool:
    """Whether a cohort filter for this id is anywhere inside."""
    if isinstance(document, list):
        return any(_names(entry, number) for entry in document)
    if not isinstance(document, dict):
        return False
    if document.get("type") == "cohort" and document.get("value") in (number, str(number)):
        return True
    if document.get("breakdown_type") == "cohort":
        breakdown = document.get("breakdown")
        return number in (breakdown if isinstance(breakdown, list) else [breakdown])
    return any(_names(entry, number) for entry in document.values())
