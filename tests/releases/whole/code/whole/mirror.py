"""What a shell makes with PostHog's names for things is there under those of the API, in the same database."""

from django.core.management.color import no_style
from django.db import connection
from django.utils.text import slugify

from posthog_emulator import models

SETTINGS = ("timezone", "anonymize_ips", "session_recording_opt_in")


def organization(instance, **_):
    facts = {"name": instance.name, "slug": slugify(instance.name)[:48]}
    models.Organization.objects.update_or_create(id=instance.pk, defaults=facts)


def project(instance, **_):
    facts = {
        "name": instance.name,
        "api_token": instance.api_token,
        "organization_id": instance.organization_id,
        "settings": {name: getattr(instance, name) for name in SETTINGS},
    }
    models.Project.objects.update_or_create(pk=instance.pk, defaults=facts)
    # The next project that the API makes comes after this one.
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [models.Project]):
            cursor.execute(statement)


def member(instance, **_):
    facts = {
        "first_name": instance.user.first_name,
        "organization_id": instance.organization_id,
        "current_project": models.Project.objects.filter(organization_id=instance.organization_id).first(),
    }
    models.User.objects.update_or_create(email=instance.user.email, defaults=facts)


def key(instance, **_):
    facts = {
        "user": models.User.objects.get(email=instance.user.email),
        "label": instance.label,
        "mask": instance.mask_value,
        "scopes": instance.scopes,
    }
    # Both keep the same digest.
    digest = instance.secure_value.removeprefix("sha256$")
    models.PersonalKey.objects.update_or_create(digest=digest, defaults=facts)
