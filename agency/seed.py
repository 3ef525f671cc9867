"""Reference rows that full agency cannot do without."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS

from agency.models import AgencyLimit
from deadlines.models import ClockKind, Rung

SOURCE = "全程代办制：1个工作日内提供办理事项清单和倒排计划"


def seed(*, using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """After each migrate: the limit and the rung that are missing; what the administrator set stays."""
    rows = [AgencyLimit(duty=AgencyLimit.Duty.PLAN, workdays=1, source=SOURCE)]
    AgencyLimit.objects.using(using).bulk_create(rows, ignore_conflicts=True)
    # One day is short: the head hears of it with the end of the day, not a day later as of other duties.
    head = Rung(kind=ClockKind.AGENCY_PLAN, code="escalate_head", anchor=Rung.Anchor.DUE, offset=0, who=Rung.Who.HEAD)
    Rung.objects.using(using).bulk_create([head], ignore_conflicts=True)
