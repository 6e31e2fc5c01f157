"""The first organization, its owner, its project and a personal API key; run by `manage.py shell`, where no browser is.

The role puts a JSON document in the place of ROLLOUT_OWNER: what an environment holds is seen with -vvv and by Docker.
Prints a line: ROLLOUT and a JSON document of what is there.
What exists stays as it is: a password that the owner has changed is not put back.
"""

import json

from posthog.models import Organization, OrganizationMembership, Team, User
from posthog.models.personal_api_key import PersonalAPIKey, hash_key_value

try:
    from posthog.models.utils import mask_key_value
except ImportError:  # where older releases have it
    from posthog.models.personal_api_key import mask_key_value

wanted = json.loads("ROLLOUT_OWNER")
made = []
organization = Organization.objects.filter(name=wanted["organization"]).first()
user = User.objects.filter(email__iexact=wanted["email"]).first()

if user is None and organization is None:
    organization, _, user = User.objects.bootstrap(
        organization_name=wanted["organization"],
        email=wanted["email"],
        password=wanted["password"],
        first_name=wanted["name"],
        team_fields={"name": wanted["project"], **wanted["project_settings"]},
        is_staff=True,
        is_email_verified=True,
    )
    made += ["organization", "owner", "project"]
elif user is None:
    user = User.objects.create_and_join(
        organization,
        wanted["email"],
        wanted["password"],
        wanted["name"],
        level=OrganizationMembership.Level.OWNER,
        is_staff=True,
        is_email_verified=True,
    )
    made.append("owner")
elif organization is None:
    organization = Organization.objects.create(name=wanted["organization"])
    user.join(organization=organization, level=OrganizationMembership.Level.OWNER)
    made.append("organization")

team = Team.objects.filter(organization=organization, name=wanted["project"]).first()
if team is None:
    team = Team.objects.create_with_data(
        initiating_user=user, organization=organization, name=wanted["project"], **wanted["project_settings"]
    )
    made.append("project")

secure = hash_key_value(wanted["api_key"])
if not PersonalAPIKey.objects.filter(secure_value=secure).exists():
    PersonalAPIKey.objects.create(
        user=user,
        label="rollout.posthog",
        secure_value=secure,
        mask_value=mask_key_value(wanted["api_key"]),
        scopes=["*"],
    )
    made.append("api_key")

there = {"project_id": team.pk, "project_token": team.api_token, "organization_id": str(organization.pk)}
print("ROLLOUT " + json.dumps({"made": made, **there}))
