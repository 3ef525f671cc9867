"""Thin tasks: each calls one service that is safe to repeat."""

from dataclasses import asdict

from celery import shared_task

from approvals.services import archiving
from approvals.services.waiting import receive_ready


@shared_task(name="approvals.receive_waiting")
def receive_waiting() -> None:
    """Receive cases whose prerequisites are there, should the process that granted the last have died."""
    receive_ready()


@shared_task(name="approvals.archive_ended")
def archive_ended() -> dict[str, int]:
    """Put ended cases into the archive and complete its folders; beat calls it each minute."""
    return asdict(archiving.archive_ended())
