"""Thin tasks: each calls one service that is safe to repeat."""

from celery import shared_task

from approvals.services.waiting import receive_ready


@shared_task(name="approvals.receive_waiting")
def receive_waiting() -> None:
    """Receive cases whose prerequisites are there, should the process that granted the last have died."""
    receive_ready()
