"""Reference rows that the office cannot do without."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS

from office.models import OfficeLimit

Code = OfficeLimit.Code
# The hall's own rules of work; no law sets these days, so the administrator may change them.
OWN = "本大厅内部工作规则（限时办结）"
LIMITS = {
    Code.TASK: (5, OWN),
    Code.TASK_CHECK: (3, OWN),
    Code.TASK_EXTENSION: (10, OWN),
    Code.EXTENSION_REPLY: (1, OWN),
    Code.PAPER_RECEIPT: (1, OWN),
    Code.PAPER_SETTLING: (2, OWN),
    Code.READ_AHEAD: (1, OWN),
}


def seed(*, using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """After each migrate: every limit that is missing; what the administrator set stays."""
    rows = [OfficeLimit(code=code, days=days, source=source) for code, (days, source) in LIMITS.items()]
    OfficeLimit.objects.using(using).bulk_create(rows, ignore_conflicts=True)
