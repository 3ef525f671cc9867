from uuid import UUID

from celery import shared_task

from files import previewing, scanning


@shared_task(name=scanning.TASK)
def scan(file_id: str) -> None:
    """Scan one file that has just come in."""
    scanning.scan_file(UUID(file_id))


@shared_task(name=previewing.TASK)
def make_previews(file_id: str) -> None:
    """Draw one file that has just come in or been found clean."""
    previewing.make_previews(UUID(file_id))


@shared_task(name="files.sweep")
def sweep() -> dict[str, int]:
    """Scan and draw what a dead worker, broker, scanner or store has left; beat calls it each minute."""
    scanned = scanning.scan_due()
    return {"clean": scanned.clean, "infected": scanned.infected, "drawn": previewing.make_due()}
