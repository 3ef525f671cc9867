"""What beat asks of this app."""

from celery import shared_task

from enterprises.services.planning import plan_visits


@shared_task(name="enterprises.plan_visits")
def plan_visits_task() -> int:
    """Every morning, and after each failure the next time; see plan_visits."""
    return plan_visits()
