from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations

# Kept out of the model so that 0001 needs no extension.
ADD = """
ALTER TABLE enterprises_mandate ADD CONSTRAINT mandates_do_not_overlap EXCLUDE USING gist (
    enterprise_id WITH =, agent_id WITH =, daterange(starts_on, ends_on, '[]') WITH &&
) WHERE (revoked_at IS NULL)
"""
DROP = "ALTER TABLE enterprises_mandate DROP CONSTRAINT mandates_do_not_overlap"


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0001_initial")]

    operations = [BtreeGistExtension(), migrations.RunSQL(ADD, DROP)]
