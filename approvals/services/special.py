"""Special procedures on a step (特别程序, 行政许可法 art. 45): the limit stands still, the applicant is told.

The engine stops the step's clock and with it the case's; here is who may do it, when, and who hears of it.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from approvals.models import Case, Step
from approvals.papers.course import issue_special
from approvals.rules import may_review, require
from approvals.services.locking import lock_step
from approvals.services.telling import tell_firm
from common.display import short_date
from common.errors import Stale, TransitionNotAllowed
from deadlines.models import Clock, Stop
from deadlines.services import resume_clock, stop_clock
from ledger.services import record


@transaction.atomic
def begin_special_procedure(
    *,
    actor: Actor,
    step: Step,
    ground: str,
    reason: str,
    planned_days: int,
    starts_at: datetime | None = None,
    late_reason: str = "",
    seen: str | None = None,
) -> Stop:
    """Stop the clock of an open step, and the case's with it, on a ground of art. 45.

    ``planned_days`` are working days. The applicant is told the ground and the planned end in
    writing; what was told is on record for the paper. An earlier ``starts_at`` needs
    ``late_reason``. Raises InvalidInput at the fields named like the parameters, NotAllowed for
    another department, TransitionNotAllowed for a step that is not open or stands still already.
    """
    require(may_review, actor, step)
    case, _steps, mine = lock_step(step, seen)
    if mine.status != Step.Status.OPEN or mine.clock_id is None:
        raise TransitionNotAllowed(_("Only an open step can go into a special procedure."))
    stop = stop_clock(
        actor=actor,
        clock_id=mine.clock_id,
        ground=ground,
        reason=reason,
        planned_days=planned_days,
        starts_at=starts_at,
        late_reason=late_reason,
    )
    _put_on_record(actor, case, stop)
    tell_firm(case, f"approvals.special_begun.{stop.ground}", reason=stop.reason, until=short_date(stop.planned_until))
    issue_special(case, stop, actor=actor, due_at=_due_at(case))
    return stop


def _put_on_record(actor: Actor, case: Case, stop: Stop) -> None:
    """What the notice to the applicant says: its dates stay as they were told, whatever moves later."""
    record(
        actor=actor, subject=case, act="case.special_told", at=stop.entered_at,
        data={"stop": stop.pk, "due": _due_at(case).isoformat()},
    )  # fmt: skip


@transaction.atomic
def end_special_procedure(
    *,
    actor: Actor,
    step: Step,
    ends_at: datetime | None = None,
    late_reason: str = "",
    seen: str | None = None,
) -> Stop:
    """Let the clock of a step, and the case's with it, go on; the applicant hears the new date.

    Raises InvalidInput by field, TransitionNotAllowed when nothing stands still.
    """
    require(may_review, actor, step)
    case, _steps, mine = lock_step(step, seen)
    if mine.clock_id is None:
        raise Stale
    stop = resume_clock(actor=actor, clock_id=mine.clock_id, ends_at=ends_at, late_reason=late_reason)
    tell_firm(case, f"approvals.special_ended.{stop.ground}", due=short_date(_due_at(case)))
    return stop


def _due_at(case: Case) -> datetime:
    """When the decision is promised after what the engine has just counted."""
    assert case.clock_id is not None, "a case with an open step has a clock"
    return Clock.objects.values_list("due_at", flat=True).get(pk=case.clock_id)


def refuse_while_stopped(step: Step) -> None:
    """Raise TransitionNotAllowed while the clock of a locked step stands still: what it waits for is not there yet."""
    if step.clock_id and Clock.objects.filter(pk=step.clock_id, stopped_at__isnull=False).exists():
        raise TransitionNotAllowed(_("End the special procedure first: the time limit of this step stands still."))
