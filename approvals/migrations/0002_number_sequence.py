"""The sequence from which applications and cases take their numbers."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("approvals", "0001_initial")]

    operations = [
        # One sequence for both kinds: a number read out on the telephone belongs to one thing only.
        migrations.RunSQL(
            sql="CREATE SEQUENCE approvals_number_seq AS bigint START 1",
            reverse_sql="DROP SEQUENCE approvals_number_seq",
        ),
    ]
