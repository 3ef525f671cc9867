from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Coalesce


class Migration(migrations.Migration):
    """A duty that only the hall set may end by itself at its promised limit."""

    dependencies = [
        ("deadlines", "0012_people_around_a_project"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="clock", name="expires_by_law"),
        migrations.RemoveIndex(model_name="clock", name="clock_open_expiring"),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                F("kind"),
                Coalesce("lawful_due_at", "due_at"),
                condition=Q(("expires", True), ("finished_at", None)),
                name="clock_open_expiring",
            ),
        ),
    ]
