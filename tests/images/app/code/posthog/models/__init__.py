"""As much of posthog.models as a first set-up from the shell needs, with the same names and arguments."""

from posthog.models.organization import Organization, OrganizationMembership
from posthog.models.person import ActivityLog, AsyncDeletion, Person
from posthog.models.personal_api_key import PersonalAPIKey, hash_key_value
from posthog.models.team import Team
from posthog.models.user import User

__all__ = [
    "ActivityLog",
    "AsyncDeletion",
    "Organization",
    "OrganizationMembership",
    "Person",
    "PersonalAPIKey",
    "Team",
    "User",
    "hash_key_value",
]
