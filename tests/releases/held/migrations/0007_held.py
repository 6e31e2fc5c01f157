from django.db import migrations

# Waits until the test makes the table `gate`, as a long migration would.
WAIT = "DO $$ BEGIN WHILE to_regclass('gate') IS NULL LOOP PERFORM pg_sleep(0.2); END LOOP; END $$"


class Migration(migrations.Migration):
    dependencies = [("posthog", "0006_organization_slug")]
    atomic = False
    operations = [migrations.RunSQL(WAIT)]
