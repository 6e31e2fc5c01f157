from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models, transaction

from posthog.models.organization import Organization, OrganizationMembership
from posthog.models.team import Team


class UserManager(BaseUserManager):
    # No create_superuser, as in PostHog.
    def create_user(self, email, password, first_name, **fields):
        user = self.model(email=self.normalize_email(email), first_name=first_name, **fields)
        user.set_password(password)
        user.save()
        return user

    def bootstrap(
        self,
        organization_name,
        email,
        password,
        first_name="",
        organization_fields=None,
        team_fields=None,
        create_team=None,
        is_staff=False,
        **user_fields,
    ):
        with transaction.atomic():
            organization = Organization.objects.create(name=organization_name, **(organization_fields or {}))
            user = self.create_user(email, password, first_name, is_staff=is_staff, **user_fields)
            if create_team:
                team = create_team(organization, user)
            else:
                fields = team_fields or {}
                team = Team.objects.create_with_data(initiating_user=user, organization=organization, **fields)
            user.join(organization=organization, level=OrganizationMembership.Level.OWNER)
            return organization, team, user

    def create_and_join(
        self, organization, email, password, first_name="", level=OrganizationMembership.Level.MEMBER, **fields
    ):
        with transaction.atomic():
            user = self.create_user(email, password, first_name, **fields)
            user.join(organization=organization, level=level)
            return user


class User(AbstractBaseUser):
    email = models.EmailField(unique=True)
    first_name = models.CharField(max_length=150, blank=True)
    is_staff = models.BooleanField(default=False)
    is_email_verified = models.BooleanField(null=True)
    current_team = models.ForeignKey(Team, models.SET_NULL, null=True)

    objects = UserManager()
    USERNAME_FIELD = "email"

    def join(self, *, organization, level):
        membership = OrganizationMembership.objects.create(organization=organization, user=self, level=level)
        self.current_team = organization.teams.first()
        self.save()
        return membership
