import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("posthog", "0004_key_scopes")]
    operations = [
        migrations.CreateModel(
            "Person",
            [
                ("id", models.AutoField(primary_key=True, serialize=False, auto_created=True, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("team", models.ForeignKey("posthog.Team", on_delete=django.db.models.deletion.CASCADE)),
            ],
        ),
        migrations.CreateModel(
            "AsyncDeletion",
            [
                ("id", models.AutoField(primary_key=True, serialize=False, auto_created=True, verbose_name="ID")),
                ("deletion_type", models.PositiveSmallIntegerField()),
                ("team_id", models.IntegerField()),
                ("key", models.CharField(max_length=400)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("delete_verified_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            "ActivityLog",
            [
                ("id", models.UUIDField(primary_key=True, serialize=False, default=uuid.uuid4)),
                ("team_id", models.PositiveIntegerField(null=True)),
                ("scope", models.CharField(max_length=79)),
                ("activity", models.CharField(max_length=79)),
                ("item_id", models.CharField(max_length=72, null=True)),
                ("detail", models.JSONField(null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
    ]
