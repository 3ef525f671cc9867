"""Thin tasks: each calls one service that is safe to repeat."""

from dataclasses import asdict

from celery import shared_task

from approvals.services import archiving, form_papers, reusing
from approvals.services.deferring.filling import settle_project


@shared_task(name="approvals.receive_waiting")
def receive_waiting() -> None:
    """Fill gaps and receive cases whose certificates are there, should the process that granted the last have died."""
    settle_project()


@shared_task(name="approvals.make_forms")
def make_forms() -> int:
    """Make the application forms that were handed in; beat calls it each minute besides."""
    return form_papers.make_forms()


@shared_task(name="approvals.attach_awaited")
def attach_awaited() -> int:
    """Attach certificates that cases waited for, once their files are there."""
    return reusing.attach_awaited()


@shared_task(name="approvals.archive_ended")
def archive_ended() -> dict[str, int]:
    """Put ended cases into the archive and complete its folders; beat calls it each minute."""
    return asdict(archiving.archive_ended())
