from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("posthog", "0003_personal_api_key")]
    operations = [
        migrations.AddField("PersonalAPIKey", "scoped_teams", models.JSONField(null=True)),
        migrations.AddField("PersonalAPIKey", "scoped_organizations", models.JSONField(null=True)),
    ]
