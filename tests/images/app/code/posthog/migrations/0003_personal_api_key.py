import django.db.models.deletion
from django.db import migrations, models

import posthog.models.utils


class Migration(migrations.Migration):
    dependencies = [("posthog", "0002_user")]
    operations = [
        migrations.CreateModel(
            "PersonalAPIKey",
            [
                (
                    "id",
                    models.CharField(
                        primary_key=True,
                        serialize=False,
                        max_length=50,
                        default=posthog.models.utils.generate_random_token,
                    ),
                ),
                ("label", models.CharField(max_length=40)),
                ("secure_value", models.CharField(max_length=300, unique=True, null=True)),
                ("mask_value", models.CharField(max_length=11, null=True)),
                ("scopes", models.JSONField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "user",
                    models.ForeignKey(
                        "posthog.User",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="personal_api_keys",
                    ),
                ),
            ],
        ),
    ]
