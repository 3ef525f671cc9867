"""What stops when a case ends before its time: its clock, its steps, the questions and requests that hang on them."""

from accounts.actors import Actor
from approvals.models import Case, Step
from approvals.services.locking import lock_steps, move_step
from approvals.services.questions import drop_questions
from deadlines.services import cancel_many, drop_requests


def stop_work(case: Case, *, actor: Actor) -> None:
    """Cancel everything that departments and window still had to do; under the case's lock."""
    unfinished = [s for s in lock_steps(case) if s.status not in (Step.Status.DONE, Step.Status.CANCELLED)]
    clocks = [clock for clock in (case.clock_id, *(step.clock_id for step in unfinished)) if clock]
    for step in unfinished:
        move_step(step, "cancel")
    Step.objects.bulk_update(unfinished, ["status"])
    cancel_many(clock_ids=clocks)
    drop_requests(clock_ids=clocks, actor=actor)
    drop_questions(unfinished)
