"""Clocks of steps armed before clocks could run inside others are put inside their case's decision clock."""

from django.db import migrations

# Only what still runs: dates of finished duties are history. No stop can exist yet on clocks that
# had no parent, so nothing has to be counted again.
PARENTS = """
UPDATE deadlines_clock s SET parent_id = d.id
FROM approvals_step st
JOIN approvals_case c ON c.id = st.case_id
JOIN deadlines_clock d ON d.id = c.clock_id
WHERE s.id = st.clock_id AND s.kind = 'step' AND s.finished_at IS NULL AND s.parent_id IS NULL
  AND d.kind = 'decision' AND d.finished_at IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0004_joint_handling")]

    operations = [migrations.RunSQL(PARENTS, reverse_sql=migrations.RunSQL.noop)]
