"""Lists of what somebody needs."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0001_initial"),
        ("projects", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="NeedList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(max_length=20, unique=True, verbose_name="code"),
                ),
                ("start", models.CharField(max_length=60)),
                ("facts", models.JSONField(default=dict)),
                ("extra", models.JSONField(blank=True, default=list)),
                ("title", models.CharField(max_length=120, verbose_name="title")),
                ("created_at", models.DateTimeField(verbose_name="created")),
                ("expires_at", models.DateTimeField(null=True, verbose_name="expires")),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="need_lists",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="need_lists",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
            ],
            options={
                "verbose_name": "list of matters",
                "verbose_name_plural": "lists of matters",
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(condition=models.Q(("owner", None)), fields=["expires_at"], name="need_list_expiry")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("owner__isnull", False), ("expires_at__isnull", False), _connector="OR"),
                        name="need_list_expires_unless_owned",
                    )
                ],
            },
        ),
    ]
