"""What exists at the start: one organization, its owner, one key, one project."""

from django.conf import settings
from django.db import connection, transaction

from posthog_emulator import models
from posthog_emulator.models import Organization, PersonalKey, Project, User

OWNER_EMAIL = "owner@emulator.local"
PROJECT_TOKEN = "phc_emulator_local_token"


@transaction.atomic
def seed() -> None:
    """Create what is missing; what is there stays as it is, but for the key, which follows the settings."""
    organization, _ = Organization.objects.get_or_create(slug="emulator", defaults={"name": "Emulator"})
    project, _ = Project.objects.get_or_create(
        pk=1, defaults={"organization": organization, "name": "Default project", "api_token": PROJECT_TOKEN}
    )
    owner, _ = User.objects.get_or_create(
        email=OWNER_EMAIL,
        defaults={"first_name": "Owner", "organization": organization, "current_project": project},
    )
    value = settings.OWNER_KEY
    PersonalKey.objects.filter(user=owner, label="owner").exclude(digest=PersonalKey.digest_of(value)).delete()
    PersonalKey.objects.get_or_create(
        digest=PersonalKey.digest_of(value),
        defaults={"user": owner, "label": "owner", "mask": f"{value[:4]}...{value[-4:]}", "scopes": ["*"]},
    )


@transaction.atomic
def wipe() -> None:
    """Remove every row and start counting from 1 again, so that a test always meets the same ids."""
    # Children first: rows are removed without following relations, which is what makes this quick.
    for name in reversed(_PARENTS_FIRST):
        getattr(models, name).objects.all()._raw_delete("default")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM sqlite_sequence")


_PARENTS_FIRST = (
    "Organization", "Project", "User", "PersonalKey", "FeatureFlag", "Cohort", "Action", "Insight", "Dashboard", "Text",
    "Tile", "Event", "EventDeletion", "Person", "DistinctId", "GroupType", "Group", "CohortMember",
)  # fmt: skip
