from dataclasses import asdict

from celery import shared_task

from documents import services


@shared_task(name="documents.make_pending")
def make_pending() -> dict[str, int]:
    """Make what waits; beat calls it each minute besides, for what a dead broker lost."""
    return asdict(services.make_pending())
