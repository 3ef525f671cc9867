"""Opening the steps whose needs are all done. Called under the case's lock only."""

from collections.abc import Sequence
from datetime import datetime

from accounts.actors import Actor
from accounts.models import Post, Role
from approvals.models import Case, Step
from approvals.services.duties import step_clock
from approvals.services.locking import move_step
from common.ids import uuid7
from deadlines.services import arm_many
from notifications.services import Notice, notify_many


def open_ready_steps(case: Case, steps: Sequence[Step], *, actor: Actor, at: datetime) -> list[Step]:
    """Open every waiting step whose needs are done; gives it a clock and tells its department.

    ``steps`` are all steps of the case, locked. Returns those opened; writes nothing when none is.
    """
    # On a commitment the steps left out are nothing to wait for.
    over = (Step.Status.DONE, Step.Status.CANCELLED) if case.by_commitment else (Step.Status.DONE,)
    done = {step.code for step in steps if step.status in over}
    ready = [step for step in steps if step.status == Step.Status.WAITING and done.issuperset(step.needs)]
    if not ready:
        return []
    for step in ready:
        move_step(step, "open")
        step.opened_at, step.clock_id = at, uuid7()
    _save(ready)
    arm_many(specs=[step_clock(case, step, at) for step in ready], actor=actor)
    _tell_departments(case, ready)
    return ready


def _save(ready: Sequence[Step]) -> None:
    """One UPDATE either way; building bulk_update's CASE costs more than the statement itself."""
    fields = ["status", "opened_at", "clock"]
    if len(ready) == 1:
        ready[0].save(update_fields=fields)
    else:
        Step.objects.bulk_update(ready, fields)


def _tell_departments(case: Case, opened: Sequence[Step]) -> None:
    people: dict[int, list[int]] = {}
    posts = Post.objects.current().with_role(Role.REVIEWER).in_departments({s.department_id for s in opened})
    for department_id, user_id in posts.values_list("department_id", "user_id"):
        people.setdefault(department_id, []).append(user_id)
    notify_many(
        [
            Notice(
                people.get(step.department_id, []),
                "approvals.step_opened",
                {"number": case.number, "step": step.name, "matter": case.matter.name},
                f"/review/steps/{step.pk}/",
            )
            for step in opened
        ]
    )
