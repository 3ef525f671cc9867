"""What beat asks of this app."""

from celery import shared_task

from office.services import remind_due


@shared_task(name="office.remind_readers")
def remind_readers_task() -> int:
    """Every hour; each reader hears once a day. See remind_due."""
    return remind_due()
