from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("posthog", "0004_person")]
    operations = [
        migrations.AddField("Team", "timezone", models.CharField(max_length=240, default="UTC")),
        migrations.AddField("Team", "anonymize_ips", models.BooleanField(default=False)),
        migrations.AddField("Team", "session_recording_opt_in", models.BooleanField(default=False)),
    ]
