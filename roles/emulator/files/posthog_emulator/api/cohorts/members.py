"""Membership of static cohorts."""

import csv
import io
import uuid

from posthog_emulator.models import Cohort, CohortMember, DistinctId, Person


def add(cohort: Cohort, person_ids: list[str]) -> int:
    """Add persons by UUID; unknown ones are passed over. Tells how many are unknown."""
    wanted = {uuid.UUID(value) for value in person_ids if _is_uuid(value)}
    persons = list(Person.objects.filter(project=cohort.project_id, uuid__in=wanted))
    rows = [CohortMember(cohort=cohort, person=person) for person in persons]
    CohortMember.objects.bulk_create(rows, ignore_conflicts=True)
    return len(set(person_ids)) - len(persons)


def remove(cohort: Cohort, person_id: str) -> None:
    """Take one person out."""
    CohortMember.objects.filter(cohort=cohort, person__uuid=person_id).delete()


def add_from_csv(cohort: Cohort, text: str) -> None:
    """Columns named person_id, distinct_id or email; one column without such a name holds distinct ids."""
    rows = [row for row in csv.reader(io.StringIO(text)) if row]
    if not rows:
        return
    header = [name.strip().lower() for name in rows[0]]
    known = next((name for name in ("person_id", "distinct_id", "email") if name in header), None)
    column = header.index(known) if known else 0
    values = [row[column].strip() for row in (rows[1:] if known else rows) if len(row) > column]
    add(cohort, _person_ids(cohort, known or "distinct_id", values))


def _person_ids(cohort: Cohort, column: str, values: list[str]) -> list[str]:
    if column == "person_id":
        return values
    if column == "email":
        wanted = set(values)
        people = Person.objects.filter(project=cohort.project_id)
        return [str(person.uuid) for person in people if person.properties.get("email") in wanted]
    found = DistinctId.objects.filter(project=cohort.project_id, value__in=values)
    return [str(value) for value in found.values_list("person__uuid", flat=True)]


def _is_uuid(value: str) -> bool:
    try:
        uuid.UUID(value)
    except ValueError:
        return False
    return True
