"""For whom flags are evaluated: ids and properties, as sent and as stored."""

from dataclasses import dataclass, field
from typing import Any

from posthog_emulator.ingestion.store import person_of
from posthog_emulator.models import CohortMember, Group, GroupType, Project


@dataclass
class Subject:
    """A person with the groups that the request names."""

    distinct_id: str
    properties: dict[str, Any]
    device_id: str | None = None
    #: Group type index to the key of the group, and to its properties.
    group_keys: dict[int, str] = field(default_factory=dict)
    group_properties: dict[int, dict[str, Any]] = field(default_factory=dict)
    #: Static cohorts that the person is in.
    memberships: set[int] = field(default_factory=set)


def subject_of(project: Project, request: dict[str, Any]) -> Subject:
    """Look the person and the groups up; what the request says of them wins."""
    distinct_id = str(request.get("distinct_id", ""))
    person = person_of(project, distinct_id)
    subject = Subject(
        distinct_id=distinct_id,
        device_id=request.get("$device_id") or request.get("device_id"),
        properties={
            "distinct_id": distinct_id,
            **(person.properties if person else {}),
            **(request.get("person_properties") or {}),
        },
    )
    if person is not None:
        members = CohortMember.objects.filter(person=person)
        subject.memberships = set(members.values_list("cohort_id", flat=True))
    if groups := request.get("groups"):
        _add_groups(subject, project, groups, request.get("group_properties") or {})
    return subject


def _add_groups(subject: Subject, project: Project, keys: dict[str, Any], properties: dict[str, Any]) -> None:
    indexes = dict(GroupType.objects.filter(project=project, name__in=keys).values_list("name", "index"))
    for name, index in indexes.items():
        key = str(keys[name])
        stored = Group.objects.filter(project=project, type_index=index, key=key).first()
        subject.group_keys[index] = key
        subject.group_properties[index] = {
            **(stored.properties if stored else {}),
            **(properties.get(name) or {}),
            "$group_key": key,
        }
