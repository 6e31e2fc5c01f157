import django.db.models.deletion
from django.db import migrations, models

import posthog.models.utils


class Migration(migrations.Migration):
    operations = [
        migrations.CreateModel(
            "Organization",
            [
                ("id", models.UUIDField(primary_key=True, serialize=False, default=posthog.models.utils.uuid7)),
                ("name", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            "Team",
            [
                ("id", models.AutoField(primary_key=True, serialize=False, auto_created=True, verbose_name="ID")),
                ("name", models.CharField(max_length=200, default="Default project")),
                (
                    "api_token",
                    models.CharField(
                        max_length=200, unique=True, default=posthog.models.utils.generate_random_token_project
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        "posthog.Organization", on_delete=django.db.models.deletion.CASCADE, related_name="teams"
                    ),
                ),
            ],
        ),
    ]
