"""Whose duty a case, a step or an answer is, written where its page reads it; registered with deadlines.owners."""

from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Post, Role
from approvals.labels import CASE_LABEL
from approvals.models import LaterCheck, Objection, Step, WindowQuestion
from approvals.services.locking import lock_case, lock_steps
from common.errors import NotAllowed, Stale
from deadlines import owners
from deadlines.models import Clock, ClockKind

# As rules.reviews_step has it: a head may do a reviewer's work.
REVIEWING = (Role.REVIEWER, Role.HEAD)
APPROVING = (Role.APPROVER, Role.HEAD)


def move_window_duty(*, clock: Clock, to_user_id: int | None, actor: Actor) -> None:
    """Acceptance, public notice and delivery are the case's clerk's; without one they are everybody's at the window."""
    case = lock_case(clock.subject_id)
    # A paper that followed later is the clerk's to look at, beside whatever duty the case has.
    if case.clock_id != clock.pk and not case.deferrals.filter(clock=clock.pk, status="open").exists():
        raise Stale
    case.clerk_id = to_user_id
    case.save(update_fields=["clerk"])


def move_decision(*, clock: Clock, to_user_id: int | None, actor: Actor) -> None:
    """The decision as a whole has no owner on the case: its steps have. Only the clock says who is reminded."""
    case = lock_case(clock.subject_id)
    if case.clock_id != clock.pk:
        raise Stale


def move_step(*, clock: Clock, to_user_id: int | None, actor: Actor) -> None:
    """A step's handler. A proposal that waits for approval stays as it is, and so does who proposed it:
    the receiver has the step when it is sent back, and may approve it in the meantime if he may at all.

    A deciding step is refused to the only person who could approve: he would propose, and the second
    pair of eyes would be missing.
    """
    case = lock_case(clock.subject_id)
    mine = next((step for step in lock_steps(case) if step.clock_id == clock.pk), None)
    if mine is None or mine.status not in (Step.Status.OPEN, Step.Status.PROPOSED):
        raise Stale
    if to_user_id is not None and mine.kind == Step.Kind.DECIDE and not _another_approves(mine, to_user_id):
        raise NotAllowed(_("Nobody else in the department could then approve: a second person must."))
    mine.handler_id = to_user_id
    mine.save(update_fields=["handler"])


def move_question(*, clock: Clock, to_user_id: int | None, actor: Actor) -> None:
    """Whoever is to answer a department. The case's clerk stays who he is: only the clock moves."""
    lock_case(clock.subject_id)
    if not WindowQuestion.objects.filter(clock=clock.pk, answered_at=None).exists():
        raise Stale


def move_objection(*, clock: Clock, to_user_id: int | None, actor: Actor) -> None:
    """Whoever is to settle an objection; the objection itself belongs to the department."""
    lock_case(clock.subject_id)
    if not Objection.objects.filter(clock=clock.pk, status=Objection.Status.OPEN).exists():
        raise Stale


def move_later_check(*, clock: Clock, to_user_id: int | None, actor: Actor) -> None:
    """Whoever is to check afterwards; the check itself belongs to the department."""
    lock_case(clock.subject_id)
    if not LaterCheck.objects.filter(clock=clock.pk).exists():
        raise Stale


def keep_with_applicant(*, clock: Clock, to_user_id: int | None, actor: Actor) -> None:
    """A promise is the applicant's: nobody in the hall can take it over."""
    raise NotAllowed(_("This is the applicant's own duty."))


def _another_approves(step: Step, user_id: int) -> bool:
    approvers = Post.objects.current().with_role(*APPROVING).in_departments([step.department_id])
    return approvers.filter(user__is_active=True).exclude(user=user_id).exists()


def register_owners() -> None:
    """Tell deadlines how duties of cases and steps change hands."""
    for kind in (ClockKind.ACCEPTANCE, ClockKind.DELIVERY, ClockKind.PUBLIC_NOTICE):
        # Every clerk works at every window (rules.may_work_at_window).
        owners.register(kind, CASE_LABEL, move_window_duty, (Role.CLERK,), anywhere=True)
    owners.register(ClockKind.INTERNAL_QUESTION, CASE_LABEL, move_question, (Role.CLERK,), anywhere=True)
    # No post of that name: nobody fits.
    owners.register(ClockKind.DEFERRAL, CASE_LABEL, keep_with_applicant, ("applicant",))
    owners.register(ClockKind.DECISION, CASE_LABEL, move_decision, REVIEWING)
    owners.register(ClockKind.STEP, CASE_LABEL, move_step, REVIEWING)
    owners.register(ClockKind.OBJECTION, CASE_LABEL, move_objection, REVIEWING)
    owners.register(ClockKind.LATER_CHECK, CASE_LABEL, move_later_check, REVIEWING)
