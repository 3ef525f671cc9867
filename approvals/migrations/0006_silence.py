import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0005_step_clock_parents"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="step",
            name="silence",
            field=models.CharField(
                blank=True, choices=[("agree", "Deemed to agree")], default="", max_length=10, verbose_name="silence"
            ),
        ),
        migrations.AlterField(
            model_name="opinion",
            name="author",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AlterField(
            model_name="opinion",
            name="kind",
            field=models.CharField(
                choices=[
                    ("agree", "Agrees"),
                    ("object", "Objects"),
                    ("propose", "Proposes"),
                    ("approve", "Approves"),
                    ("send_back", "Sends back"),
                    ("deemed", "Deemed to agree (no reply in time)"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="opinion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("author", None), ("kind", "deemed")),
                    models.Q(models.Q(("kind", "deemed"), _negated=True), ("author__isnull", False)),
                    _connector="OR",
                ),
                name="only_silence_has_no_author",
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(("silence", ""), ("kind", "review"), _connector="OR"),
                name="silence_of_consulted_only",
            ),
        ),
    ]
