"""The one row of delivery times, after every migrate; never over what an administrator has set."""

from typing import Any

from notifications.models import DeliveryTimes


def seed(**_signal: Any) -> None:
    """Add the row if it is missing."""
    DeliveryTimes.objects.bulk_create([DeliveryTimes(pk=1)], ignore_conflicts=True)
