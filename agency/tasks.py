"""What beat asks of this app."""

from celery import shared_task

from agency.services.endings import settle


@shared_task(name="agency.settle")
def settle_task() -> int:
    """Every ten minutes, as stand-ins are looked at; see settle."""
    return settle()
