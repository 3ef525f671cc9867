"""The materials and steps of new cases, written from their versions' content without leaving the database.

An application of twelve cases has some ninety rows of these; building each of them in Python
took longer than everything else about submitting.
"""

from django.db import connection

from approvals.deviations import later_papers
from approvals.models import Application, Step
from approvals.special_ways import COMMITMENT_DAYS

# On a commitment (告知承诺) the papers that it spares are not asked for, and the decision has one day.
# A version that names an unknown department fails on the NOT NULL of the step.
STEPS = """
INSERT INTO approvals_step
    (case_id, code, name, name_en, kind, department_id, position, needs, days, silence, status, proposal,
     proposal_reason)
SELECT c.id, s.item->>'code', s.item->>'name', s.item->>'name_en', s.item->>'kind', d.id, s.ordinal - 1,
       ARRAY(SELECT jsonb_array_elements_text(s.item->'needs')),
       CASE WHEN c.by_commitment AND s.item->>'kind' = 'decide' THEN %(one_day)s
            ELSE (s.item->>'days')::smallint END,
       coalesce(s.item->>'silence', ''), %(waiting)s, '', ''
FROM approvals_case c
JOIN approvals_matterversion v ON v.id = c.version_id
CROSS JOIN LATERAL jsonb_array_elements(v.content->'steps') WITH ORDINALITY AS s (item, ordinal)
LEFT JOIN accounts_department d ON d.code = s.item->>'department'
WHERE c.application_id = %(application)s
ORDER BY c.id, s.ordinal
"""

MATERIALS = """
INSERT INTO approvals_casematerial (case_id, material_id, required, secondary, verdict, remark)
SELECT c.id, m.id, coalesce((p.item->>'required')::boolean, true),
       coalesce((p.item->>'secondary')::boolean, false)
       OR p.item->>'code' = ANY(%(later)s) AND coalesce((p.item->>'required')::boolean, true)
          AND NOT coalesce((p.item->>'statutory')::boolean, false),
       '', ''
FROM approvals_case c
JOIN approvals_matterversion v ON v.id = c.version_id
CROSS JOIN LATERAL jsonb_array_elements(v.content->'materials') WITH ORDINALITY AS p (item, ordinal)
JOIN approvals_material m ON m.application_id = c.application_id AND m.code = p.item->>'code'
WHERE c.application_id = %(application)s
  AND NOT (c.by_commitment AND coalesce(v.content->'commitment'->'spares', '[]') ? (p.item->>'code'))
ORDER BY c.id, p.ordinal
"""


def lay_out(application: Application) -> None:
    """Give every case of a just submitted application its materials and its waiting steps; two statements."""
    with connection.cursor() as cursor:
        cursor.execute(MATERIALS, {"application": application.pk, "later": list(later_papers(application.project_id))})
        cursor.execute(
            STEPS, {"application": application.pk, "waiting": Step.Status.WAITING, "one_day": COMMITMENT_DAYS}
        )
