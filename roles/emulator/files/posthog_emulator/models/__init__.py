"""What the emulator remembers."""

from posthog_emulator.models.accounts import Organization, PersonalKey, Project, User
from posthog_emulator.models.objects import Action, Cohort, Dashboard, FeatureFlag, Insight, ProjectObject, Text, Tile
from posthog_emulator.models.people import (
    CohortMember,
    DistinctId,
    Event,
    EventDeletion,
    Group,
    GroupType,
    Person,
)

__all__ = [
    "Action",
    "Cohort",
    "CohortMember",
    "Dashboard",
    "DistinctId",
    "Event",
    "EventDeletion",
    "FeatureFlag",
    "Group",
    "GroupType",
    "Insight",
    "Organization",
    "Person",
    "PersonalKey",
    "Project",
    "ProjectObject",
    "Text",
    "Tile",
    "User",
]
