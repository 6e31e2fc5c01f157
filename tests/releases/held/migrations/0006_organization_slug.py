from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("posthog", "0005_team_settings")]
    operations = [migrations.AddField("Organization", "slug", models.SlugField(max_length=48, default=""))]
