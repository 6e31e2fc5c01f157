from django.db import migrations


class Migration(migrations.Migration):
    """The sixth is applied by now, so the schema is between two releases."""

    dependencies = [("posthog", "0006_organization_slug")]
    operations = [migrations.RunSQL("SELECT 1 / 0")]
