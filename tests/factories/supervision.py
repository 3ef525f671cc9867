"""Ratings for tests. Each function makes one row and nothing besides."""

from typing import Any

from accounts.models import User
from approvals.models import Case
from common.time import now
from supervision.models import Rating


def make_rating(case: Case, rated_by: User, grade: int = 1, **fields: Any) -> Rating:
    """A rating without a clock, whatever its grade; services arm one for a bad rating."""
    return Rating.objects.create(case=case, rated_by=rated_by, grade=grade, **{"rated_at": now(), **fields})
