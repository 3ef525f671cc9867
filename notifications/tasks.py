from celery import shared_task

from notifications.delivery import deliver_pending


@shared_task(name="notifications.deliver_pending")
def deliver() -> dict[str, int]:
    """Deliver what waits; beat calls it each minute besides, for what a dead broker lost."""
    result = deliver_pending()
    return {"sent": result.sent, "failed": result.failed, "put_off": result.put_off}
