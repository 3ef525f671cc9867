"""The answer, and what the asker says to it."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from common.display import short_date
from common.errors import InvalidInput, NotAllowed
from common.time import now, today
from deadlines.calendars import current
from deadlines.services import finish_many
from ledger.services import record
from notifications.services import Notice, notify_many
from reception import rules
from reception.limits import limit
from reception.models import Answer, Inquiry, Limit
from reception.people import heads, holders, posting_of
from reception.services.duties import asker_link, askers, lock_inquiry, start_duty
from reception.services.ending import end_pending
from reception.transitions import INQUIRY

# From this reopening on the head of the department is told as well.
HEAD_FROM = 2


@transaction.atomic
def answer_inquiry(*, actor: Actor, inquiry: Inquiry, text: str) -> Inquiry:
    """Answer; the owner's clock ends, the asker is told and may confirm or reopen until ``closes_on``.

    A handover that nobody has accepted yet falls away. Raises NotAllowed, InvalidInput at ``answer``,
    TransitionNotAllowed.
    """
    locked = lock_inquiry(inquiry.pk, "answer")
    person = actor.person
    if not rules.may_answer(person, locked):
        raise NotAllowed(_("Only the owner of an inquiry answers it."))
    if not text.strip():
        raise InvalidInput({"answer": [_("Write the answer; the asker reads it.")]})
    moment = now()
    end_pending(locked, "withdraw", actor=actor)
    answer = Answer.objects.create(inquiry=locked, text=text.strip(), answered_by=person, answered_at=moment)
    locked.status = INQUIRY.next(Inquiry.Status(locked.status), "answer")
    # Whoever answers for the post has it from now on: what is reopened comes back to him.
    locked.owner = locked.owner or person
    locked.closes_on = _last_day()
    locked.save(update_fields=["status", "owner", "closes_on"])
    finish_many(clock_ids=[locked.clock_id] if locked.clock_id else [], at=moment)
    record(actor=actor, subject=locked, act="inquiry.answered", data={"answer": answer.pk}, at=moment)
    params = {"number": locked.number, "subject": locked.subject, "day": short_date(locked.closes_on)}
    notify_many([Notice(askers(locked), "inquiry.answered", params, asker_link(locked))])
    return locked


def _last_day() -> date:
    amount = limit(Limit.Code.CONFIRM)
    if amount.unit == Limit.Unit.WORKDAY:
        return current().add(today(), amount.amount)
    return today() + timedelta(days=amount.amount)


@transaction.atomic
def confirm_answer(*, actor: Actor, inquiry: Inquiry) -> Inquiry:
    """The asker is content; the inquiry is closed. Who may speak for the asker is known to the caller."""
    locked = lock_inquiry(inquiry.pk, "confirm")
    _judge(locked, Answer.Verdict.CONFIRMED)
    _close(locked, "confirm")
    record(actor=actor, subject=locked, act="inquiry.confirmed")
    _tell_owner(locked, "inquiry.confirmed")
    return locked


@transaction.atomic
def reopen_inquiry(*, actor: Actor, inquiry: Inquiry, reason: str) -> Inquiry:
    """The asker is not content: back to the owner with a new clock; from the second time on his head is told too.

    An owner who has left meanwhile is followed by his post. Raises InvalidInput at ``reason``.
    """
    locked = lock_inquiry(inquiry.pk, "reopen")
    if not reason.strip():
        raise InvalidInput({"reason": [_("Say what is still open; the owner reads it.")]})
    _judge(locked, Answer.Verdict.REOPENED, reason.strip())
    if locked.owner is not None and posting_of(locked.owner, locked.department_id) is None:
        locked.owner = None
    locked.status = INQUIRY.next(Inquiry.Status(locked.status), "reopen")
    locked.reopened += 1
    locked.closes_on = None
    start_duty(locked, actor=actor, starts_at=now())
    locked.save(update_fields=["status", "owner", "reopened", "closes_on", "clock"])
    # Why stands on the answer's own row: it is what a stranger says, and the ledger cannot be cleared.
    data = {"times": locked.reopened}
    record(actor=actor, subject=locked, act="inquiry.reopened", data=data)
    _tell_owner(locked, "inquiry.reopened")
    if locked.reopened >= HEAD_FROM:
        params = {**_named(locked), "times": locked.reopened}
        bosses = [one for one in heads(locked.department_id) if one != locked.owner_id]
        notify_many([Notice(bosses, "inquiry.reopened_again", params, locked.get_absolute_url())])
    return locked


def close_unconfirmed() -> int:
    """Close what was answered and not objected to until its last day; says how many. Safe to repeat or run twice."""
    over = Inquiry.objects.filter(status=Inquiry.Status.ANSWERED, closes_on__lt=today()).order_by("closes_on", "id")
    return sum(_lapse(pk) for pk in list(over.values_list("pk", flat=True)))


@transaction.atomic
def _lapse(pk: int) -> int:
    rows = Inquiry.objects.select_for_update(of=("self",), skip_locked=True)
    locked = rows.filter(pk=pk, status=Inquiry.Status.ANSWERED, closes_on__lt=today()).first()
    if locked is None:
        return 0
    _judge(locked, Answer.Verdict.LAPSED)
    _close(locked, "lapse")
    record(actor=Actor.system(), subject=locked, act="inquiry.lapsed")
    return 1


def _judge(inquiry: Inquiry, verdict: str, reason: str = "") -> None:
    waiting = inquiry.answers.filter(verdict=Answer.Verdict.WAITING)
    waiting.update(verdict=verdict, reason=reason, judged_at=now())


def _close(inquiry: Inquiry, act: str) -> None:
    inquiry.status = INQUIRY.next(Inquiry.Status(inquiry.status), act)
    inquiry.closed_at = now()
    inquiry.save(update_fields=["status", "closed_at"])


def _named(inquiry: Inquiry) -> dict[str, object]:
    return {"number": inquiry.number, "subject": inquiry.subject}


def _tell_owner(inquiry: Inquiry, template: str) -> None:
    people = [inquiry.owner_id] if inquiry.owner_id else holders(inquiry.department_id, inquiry.role)
    notify_many([Notice(people, template, _named(inquiry), inquiry.get_absolute_url())])
