"""A project full of objects, so that names and ids can be read as each other.

Of every kind there are objects with a name of their own, two that share a name, and one without any: ids show through
for the last three, and for an object that no list holds.
"""

from __future__ import annotations

from ansible_collections.rollout.posthog.plugins.module_utils.directory import Directory
from ansible_collections.rollout.posthog.plugins.module_utils.kinds.registry import ENDPOINTS

NAMED = {1: "Weekly engaged", 2: "17", 3: "Prüfung: 100 %"}
GROUP_TYPES = {0: "organization", 1: "instance"}
TWINS = (8, 9)
UNNAMED = 10
UNKNOWN = 404


def names(kind: str) -> dict[int, str]:
    """The objects of a kind that a name leads to."""
    return GROUP_TYPES if kind == "group_type" else NAMED


def nameless(kind: str) -> tuple[int, ...]:
    """The ids of a kind that no name leads to."""
    return (4,) if kind == "group_type" else (*TWINS, UNNAMED, UNKNOWN)


def world() -> Directory:
    """A directory of all that."""
    directory = Directory()
    for kind, endpoint in ENDPOINTS.items():
        items = [{endpoint.id: id, endpoint.key: name} for id, name in names(kind).items()]
        if kind != "group_type":
            items += [{endpoint.id: id, endpoint.key: "Twin"} for id in TWINS]
            items.append({endpoint.id: UNNAMED, endpoint.key: None})
        directory.load(kind, items, complete=True)
    return directory
