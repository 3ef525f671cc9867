"""Absences for tests: one row, nothing checked and nothing handed over."""

from datetime import timedelta
from typing import Any

from accounts.models import Absence, User
from common.time import now, today


def make_absence(user: User, substitute: User, **fields: Any) -> Absence:
    """``user`` is away from today for a week unless ``starts_on`` and ``ends_on`` say otherwise."""
    defaults: dict[str, Any] = {
        "starts_on": today(),
        "ends_on": today() + timedelta(days=6),
        "kind": Absence.Kind.ANNUAL,
        "entered_by": user,
        "entered_at": now(),
    }
    return Absence.objects.create(user=user, substitute=substitute, **{**defaults, **fields})
