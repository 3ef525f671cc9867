from dataclasses import asdict

from celery import shared_task

from deadlines import redate
from deadlines import sweep as sweeping


@shared_task(name="deadlines.sweep")
def sweep() -> dict[str, int]:
    """Fire what has passed; beat calls it each minute."""
    return asdict(sweeping.run())


@shared_task(name="deadlines.redate")
def redate_open_clocks() -> int:
    """Count open clocks again after a calendar change; the sweep does it too, a minute later."""
    return redate.catch_up()
