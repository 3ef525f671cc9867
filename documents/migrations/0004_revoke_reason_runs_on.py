"""How long a reason may be is for the act that revokes; what the hall says of it is not cut."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0003_verify_failure"),
    ]

    operations = [
        migrations.AlterField(
            model_name="document",
            name="revoke_reason",
            field=models.TextField(blank=True, verbose_name="reason of the revocation"),
        ),
    ]
