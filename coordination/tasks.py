"""What beat asks of this app."""

from celery import shared_task

from coordination.services.deviations import end_deviations
from coordination.services.green import end_green_channels


@shared_task(name="coordination.end_exceptions")
def end_exceptions_task() -> int:
    """Deviations and green channels whose last day has passed; safe to repeat."""
    return end_deviations() + end_green_channels()
