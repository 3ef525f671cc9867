"""What beat asks of this app."""

from celery import shared_task

from reception.services import close_unconfirmed


@shared_task(name="reception.close_unconfirmed")
def close_unconfirmed_task() -> int:
    """Every ten minutes; see close_unconfirmed."""
    return close_unconfirmed()
