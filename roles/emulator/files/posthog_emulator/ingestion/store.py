"""Keeping events, and what they say about persons and groups."""

import uuid
from typing import Any

from django.db import transaction

from posthog_emulator.models import DistinctId, Event, Group, GroupType, Person, Project

MAX_GROUP_TYPES = 5
#: PostHog's own, from which a person has the same UUID again after having been erased.
PERSONS = uuid.UUID("932979b4-65c3-4424-8467-0b66ec27bc22")


@transaction.atomic
def store(project: Project, events: list[dict[str, Any]]) -> None:
    """Keep a batch."""
    Event.objects.bulk_create(_row(project, event) for event in events)
    for event in events:
        _apply(project, event)
    if not project.ingested_event:
        Project.objects.filter(pk=project.pk).update(ingested_event=True)


def person_of(project: Project, distinct_id: str) -> Person | None:
    """Whoever is known under this id."""
    row = DistinctId.objects.select_related("person").filter(project=project, value=distinct_id).first()
    return row.person if row else None


def _row(project: Project, event: dict[str, Any]) -> Event:
    return Event(
        project=project,
        uuid=str(event.get("uuid") or uuid.uuid4()),
        event=str(event["event"]),
        distinct_id=event["distinct_id"],
        properties=event["properties"],
        timestamp=event.get("timestamp"),
    )


def _apply(project: Project, event: dict[str, Any]) -> None:
    properties = event["properties"]
    if event["event"] == "$groupidentify":
        _identify_group(project, properties)
        return
    if properties.get("$process_person_profile") is False:
        return
    person = _person(project, event["distinct_id"])
    other = _other_id(event)
    if other:
        _merge(project, person, other)
    once, always = properties.get("$set_once") or {}, properties.get("$set") or {}
    updated = {**once, **person.properties, **always}
    for name in properties.get("$unset") or []:
        updated.pop(name, None)
    if updated != person.properties:
        person.properties = updated
        person.save()


def _other_id(event: dict[str, Any]) -> str | None:
    """The second id of an event that says: these two are one person."""
    name = {"$identify": "$anon_distinct_id", "$create_alias": "alias", "$merge_dangerously": "alias"}
    other: str | None = event["properties"].get(name.get(event["event"]))
    return other


def _person(project: Project, distinct_id: str) -> Person:
    person = person_of(project, distinct_id)
    if person is None:
        person = Person.objects.create(project=project, uuid=uuid.uuid5(PERSONS, f"{project.pk}:{distinct_id}"))
        DistinctId.objects.create(project=project, person=person, value=distinct_id)
    return person


def _merge(project: Project, person: Person, other_id: str) -> None:
    """All ids of the other person become ids of this one, whose own properties win."""
    other = person_of(project, other_id)
    if other is None:
        DistinctId.objects.create(project=project, person=person, value=other_id)
    elif other.pk != person.pk:
        other.distinct_ids.update(person=person)
        person.properties = {**other.properties, **person.properties}
        person.save()
        other.delete()


def _identify_group(project: Project, properties: dict[str, Any]) -> None:
    name, key = properties.get("$group_type"), properties.get("$group_key")
    if not name or key is None:
        return
    index = _group_type_index(project, str(name))
    if index is None:
        return
    group, _ = Group.objects.get_or_create(project=project, type_index=index, key=str(key))
    group.properties = {**group.properties, **(properties.get("$group_set") or {})}
    group.save()


def _group_type_index(project: Project, name: str) -> int | None:
    """The number of a group type, which is made if there is room; else the group is dropped."""
    known = dict(GroupType.objects.filter(project=project).values_list("name", "index"))
    if name in known:
        return known[name]
    free = [index for index in range(MAX_GROUP_TYPES) if index not in known.values()]
    if not free:
        return None
    GroupType.objects.create(project=project, name=name, index=free[0])
    return free[0]
