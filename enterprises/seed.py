"""Reference rows that the hall cannot do without."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS

from enterprises.models import Tier, VisitCadence

# Months between visits for each tier (重点企业每季度走访一次、规上企业每半年、小微企业每年).
MONTHS = {Tier.KEY: 3, Tier.ABOVE: 6, Tier.SMALL: 12}


def seed(*, using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """After each migrate: a cadence for every tier that has none; what the administrator set stays."""
    rows = [VisitCadence(tier=tier, months=months) for tier, months in MONTHS.items()]
    VisitCadence.objects.using(using).bulk_create(rows, ignore_conflicts=True)
