"""Thin tasks: each calls one service that is safe to repeat."""

from celery import shared_task

from approvals.services.deferring.filling import settle_project


@shared_task(name="approvals.receive_waiting")
def receive_waiting() -> None:
    """Fill gaps and receive cases whose certificates are there, should the process that granted the last have died."""
    settle_project()
