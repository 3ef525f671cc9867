"""Amounts are in the clock's own unit, which may be hours: so they are not called days."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("deadlines", "0002_counting_indexes")]
    operations = [
        migrations.RenameField("clock", "promised_days", "promised"),
        migrations.RenameField("clock", "lawful_days", "lawful"),
        migrations.RenameField("clock", "warn_days", "warn"),
        migrations.RenameField("rung", "offset_days", "offset"),
    ]
