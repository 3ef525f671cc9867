"""What all papers of a case are made of."""

from typing import Any

from django.utils.translation import gettext as _

from approvals.models import Case
from common.display import local_date

# title, rows [{label, value}], note, at; perhaps number, points + items_title, signature, by_department.
Paper = dict[str, Any]


def paper_row(label: str, value: object) -> dict[str, Any]:
    return {"label": label, "value": value}


def about(case: Case) -> list[dict[str, Any]]:
    """Who applied for what, and when it came in."""
    return [
        paper_row(_("Applicant"), case.enterprise.name),
        paper_row(_("Unified social credit code"), case.enterprise.credit_code),
        paper_row(_("Project"), case.project.name),
        paper_row(_("Matter"), case.matter.label),
        paper_row(_("Date of receipt"), local_date(case.received_at)),
    ]
