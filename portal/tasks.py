"""Tasks of the machinery itself."""

from celery import Task, shared_task
from celery.signals import task_postrun

from portal import queues
from portal.health import HEARTBEAT_KEY, MAKER_KEY, SWEEP_KEY, leave_sign

SWEEP_TASK = "deadlines.sweep"


@shared_task(name="portal.heartbeat")
def heartbeat() -> None:
    """Sent by beat and done by a worker: that it is recent shows that both live."""
    leave_sign(HEARTBEAT_KEY)


@task_postrun.connect(dispatch_uid="portal-sweep-seen")
def note_sweep(task: Task | None = None, state: str | None = None, **_: object) -> None:
    """Remember when the sweep last ran through; a sweep that failed leaves no sign."""
    if task is not None and task.name == SWEEP_TASK and state == "SUCCESS":
        leave_sign(SWEEP_KEY)


@task_postrun.connect(dispatch_uid="portal-maker-seen")
def note_maker(task: Task | None = None, **_: object) -> None:
    """Remember when a slow task last ended, well or not: several come each minute, so that somebody does them."""
    if task is not None and task.name in queues.SLOW_TASKS:
        leave_sign(MAKER_KEY)
