"""Clocks that were armed before extensions existed get what their case's limits say of them."""

from django.db import migrations

FORWARD = """
UPDATE deadlines_clock c SET
    extension_cap = (k.limits ->> 'extension')::smallint,
    extension_rank = CASE WHEN c.kind = 'decision' AND (k.limits ->> 'extension')::smallint > 0 THEN 'head' ELSE '' END
FROM approvals_case k
WHERE c.finished_at IS NULL AND c.kind IN ('decision', 'step') AND c.extension_cap = 0
  AND c.subject_type = 'approvals.case' AND c.subject_id = k.id AND k.limits ->> 'extension' IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0007_question_clock")]
    # Nothing to take back: an unused cap does no harm.
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
