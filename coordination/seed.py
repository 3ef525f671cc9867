"""Reference rows that the hall cannot do without."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS

from coordination.models import Limit

# Nothing in law sets these; what the hall sets, an administrator changes in Django's admin.
HALL = "大厅内部管理规定"
LIMITS = (
    (Limit.Duty.DIVIDE, 2, "workday"),
    (Limit.Duty.DIVIDE_URGENT, 1, "workday"),
    (Limit.Duty.DIVIDE_MOST_URGENT, 4, "workhour"),
    (Limit.Duty.CLOSE, 3, "workday"),
    (Limit.Duty.LEAD, 10, "workday"),
    (Limit.Duty.ASSIST, 5, "workday"),
    (Limit.Duty.MINUTES, 3, "workday"),
    (Limit.Duty.DECISION, 10, "workday"),
)


def seed(*, using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """After each migrate: a limit for every duty that has none; what the administrator set stays."""
    rows = [Limit(duty=duty, amount=amount, unit=unit, source=HALL) for duty, amount, unit in LIMITS]
    Limit.objects.using(using).bulk_create(rows, ignore_conflicts=True)
