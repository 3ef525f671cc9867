"""Handing an inquiry over (移交): the other must accept; until then the first owner stays owner and his clock runs."""

from collections.abc import Sequence

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Department, User
from common.errors import InvalidInput, NotAllowed, TransitionNotAllowed
from common.ids import uuid7
from common.time import now
from deadlines.models import ClockKind
from deadlines.services import ClockSpec, arm, cancel_many
from ledger.services import record
from notifications.services import Notice, notify_many
from reception import rules
from reception.limits import limit
from reception.models import Inquiry, InquiryHandover, Limit
from reception.people import Posting, is_away, posting_in, posting_of
from reception.services.duties import HANDOVER_LABEL, lock_handover, lock_inquiry, start_duty, title_of
from reception.services.ending import end, end_pending, receivers
from reception.transitions import HANDOVER, INQUIRY


@transaction.atomic
def hand_over_inquiry(
    *,
    actor: Actor,
    inquiry: Inquiry,
    reason: str,
    to_user: User | None = None,
    department: Department | None = None,
) -> InquiryHandover:
    """Ask a person, or whoever holds a post in ``department``, to take an inquiry over.

    The receiver has a clock to accept; nothing else changes until he does. Raises NotAllowed,
    InvalidInput at ``to_user``, ``department`` or ``reason``, TransitionNotAllowed while another one waits.
    """
    locked = lock_inquiry(inquiry.pk, "hand_over")
    person = actor.person
    if not rules.may_hand_over(person, locked):
        raise NotAllowed(_("Only the owner of an inquiry hands it over."))
    if locked.handovers.filter(status=InquiryHandover.Status.PENDING).exists():
        raise TransitionNotAllowed(_("This inquiry waits to be accepted already. Take that back first."))
    posting = _receiver(locked, person, to_user, department)
    if not reason.strip():
        raise InvalidInput({"reason": [_("Give the reason; the receiver reads it and it stays on record.")]})
    handover = InquiryHandover.objects.create(
        inquiry=locked,
        status=InquiryHandover.Status.PENDING,
        from_user=person,
        to_user=to_user,
        department_id=posting.department_id,
        role=posting.role,
        reason=reason.strip(),
        asked_at=now(),
        clock_id=uuid7(),
    )
    _arm(handover, locked, actor=actor)
    shown = str(to_user or department)
    data = {"to": posting.user_id, "department": posting.department_id, "reason": f"{shown} · {reason.strip()}"}
    record(actor=actor, subject=locked, act="inquiry.handed_over", data=data)
    params = {**_named(locked), "person": str(person), "reason": reason.strip()}
    notify_many([Notice(receivers(handover), "inquiry.handed_over", params, locked.get_absolute_url())])
    return handover


def _receiver(inquiry: Inquiry, person: User, to_user: User | None, department: Department | None) -> Posting:
    """The post that is asked. Raises InvalidInput at the field."""
    if to_user is None:
        if department is None:
            raise InvalidInput({"to_user": [_("Choose a person or a department.")]})
        found = posting_in(department)
        if found is None:
            raise InvalidInput({"department": [_("Nobody holds a post in this department.")]})
        return found
    if to_user.pk == person.pk:
        raise InvalidInput({"to_user": [_("The inquiry is yours already.")]})
    posting = posting_of(to_user, department.pk if department else None)
    if posting is None:
        raise InvalidInput({"to_user": [_("This person holds no post.")]})
    if is_away(to_user.pk):
        raise InvalidInput({"to_user": [_("%(name)s is absent today.") % {"name": str(to_user)}]})
    return posting


def _arm(handover: InquiryHandover, inquiry: Inquiry, *, actor: Actor) -> None:
    time = limit(Limit.Code.TAKE_OVER)
    arm(
        spec=ClockSpec(
            id=handover.clock_id,
            kind=ClockKind.INQUIRY_HANDOVER,
            subject=(HANDOVER_LABEL, handover.pk),
            title=title_of(inquiry),
            link=reverse("reception:inquiry", args=[inquiry.pk]),
            department_id=handover.department_id,
            role=handover.role,
            handler_id=handover.to_user_id,
            unit=time.unit,
            promised=time.amount,
            lawful=time.amount,
            # The sweep ends it at its limit: see ``reception.services.expiry``.
            expires=True,
            starts_at=handover.asked_at,
        ),
        actor=actor,
    )


@transaction.atomic
def accept_handover(*, actor: Actor, handover: InquiryHandover) -> Inquiry:
    """Take it over: from now on it is this person's, with the day that the asker was promised."""
    inquiry, locked = lock_handover(handover.pk)
    person = _received(actor, locked, "accept")
    INQUIRY.next(Inquiry.Status(inquiry.status), "take_over")
    posting = posting_of(person, locked.department_id)
    if posting is None:
        raise NotAllowed(_("You hold no post in this department."))
    end(locked, "accept", actor=actor)
    since = inquiry.clock.starts_at if inquiry.clock else now()
    cancel_many(clock_ids=[inquiry.clock_id] if inquiry.clock_id else [])
    inquiry.owner, inquiry.department_id, inquiry.role = person, posting.department_id, posting.role
    start_duty(inquiry, actor=actor, starts_at=since)
    inquiry.save(update_fields=["owner", "department", "role", "clock"])
    record(actor=actor, subject=inquiry, act="inquiry.accepted", data={"from": locked.from_user_id})
    _tell(inquiry, [locked.from_user_id], "inquiry.accepted", person=str(person))
    return inquiry


@transaction.atomic
def refuse_handover(*, actor: Actor, handover: InquiryHandover, reason: str) -> Inquiry:
    """It stays with its owner, who reads why. Raises InvalidInput at ``reason``."""
    inquiry, locked = lock_handover(handover.pk)
    person = _received(actor, locked, "refuse")
    if not reason.strip():
        raise InvalidInput({"reason": [_("Give the reason; the owner reads it and it stays on record.")]})
    end(locked, "refuse", actor=actor, refusal=reason.strip())
    record(actor=actor, subject=inquiry, act="inquiry.handover_refused", data={"reason": reason.strip()})
    people = _owners(inquiry, locked)
    _tell(inquiry, people, "inquiry.handover_refused", person=str(person), reason=reason.strip())
    return inquiry


@transaction.atomic
def withdraw_handover(*, actor: Actor, inquiry: Inquiry) -> Inquiry:
    """The owner keeps it after all."""
    locked = lock_inquiry(inquiry.pk, "hand_over")
    if not rules.may_hand_over(actor.person, locked):
        raise NotAllowed(_("Only the owner of an inquiry takes a handover back."))
    if end_pending(locked, "withdraw", actor=actor) is None:
        raise TransitionNotAllowed(_("Nothing waits to be accepted any more."))
    return locked


@transaction.atomic
def lapse_handover(*, handover_id: int) -> InquiryHandover | None:
    """Not accepted in time: it stays with its owner, and both are told. None where it has ended meanwhile."""
    inquiry, locked = lock_handover(handover_id)
    if locked.status != InquiryHandover.Status.PENDING:
        return None
    actor = Actor.system()
    asked = receivers(locked)
    end(locked, "lapse", actor=actor)
    record(actor=actor, subject=inquiry, act="inquiry.handover_lapsed", data={"handover": locked.pk})
    _tell(inquiry, sorted({*_owners(inquiry, locked), *asked}), "inquiry.handover_lapsed", person=_asked(locked))
    return locked


def _received(actor: Actor, handover: InquiryHandover, act: str) -> User:
    HANDOVER.next(InquiryHandover.Status(handover.status), act)
    if not rules.may_take_over(actor.person, handover):
        raise NotAllowed(_("This inquiry was not handed over to you."))
    return actor.person


def _owners(inquiry: Inquiry, handover: InquiryHandover) -> list[int]:
    """Who handed it over, and who has it by now (an absence may lie in between)."""
    return sorted({handover.from_user_id, inquiry.owner_id or handover.from_user_id})


def _asked(handover: InquiryHandover) -> str:
    return str(handover.to_user or handover.department)


def _named(inquiry: Inquiry) -> dict[str, object]:
    return {"number": inquiry.number, "subject": inquiry.subject}


def _tell(inquiry: Inquiry, people: Sequence[int], template: str, **params: object) -> None:
    notify_many([Notice(people, template, {**_named(inquiry), **params}, inquiry.get_absolute_url())])
