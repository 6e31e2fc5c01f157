import django.db.models.deletion
from django.db import migrations, models

import posthog.models.user
import posthog.models.utils


class Migration(migrations.Migration):
    dependencies = [("posthog", "0001_organization")]
    operations = [
        migrations.CreateModel(
            "User",
            [
                ("id", models.AutoField(primary_key=True, serialize=False, auto_created=True, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(null=True, blank=True, verbose_name="last login")),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("first_name", models.CharField(max_length=150, blank=True)),
                ("is_staff", models.BooleanField(default=False)),
                ("is_email_verified", models.BooleanField(null=True)),
                (
                    "current_team",
                    models.ForeignKey("posthog.Team", null=True, on_delete=django.db.models.deletion.SET_NULL),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            "OrganizationMembership",
            [
                ("id", models.UUIDField(primary_key=True, serialize=False, default=posthog.models.utils.uuid7)),
                (
                    "level",
                    models.PositiveSmallIntegerField(default=1, choices=[(1, "Member"), (8, "Admin"), (15, "Owner")]),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        "posthog.Organization", on_delete=django.db.models.deletion.CASCADE, related_name="memberships"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        "posthog.User", on_delete=django.db.models.deletion.CASCADE, related_name="memberships"
                    ),
                ),
            ],
        ),
    ]
