"""Rows that the reception cannot do without."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS

from reception.limits import DEFAULTS
from reception.models import Limit


def seed(*, using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """After each migrate: a row for every limit that has none; what the administrator set stays."""
    rows = [Limit(code=code, amount=amount, unit=unit, source=source) for code, amount, unit, source in DEFAULTS]
    Limit.objects.using(using).bulk_create(rows, ignore_conflicts=True)
