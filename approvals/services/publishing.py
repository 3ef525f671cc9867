"""Public notice before acceptance (公示, 市场主体登记管理条例 art. 33): published, run out, what follows then."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from approvals.models import Case, Objection, PublicNotice
from approvals.papers.course import issue_acceptance
from approvals.papers.public_notice import issue_public_notice, notice_text, notice_title
from approvals.rules import may_work_at_window, require
from approvals.services.duties import public_notice_clock
from approvals.services.locking import lock_case, move_case, refuse_stale
from approvals.services.telling import tell_firm
from approvals.services.window import end_unaccepted, hand_over_locked, refuse_incomplete, start_decision
from approvals.special_ways import notice_of
from common.display import short_date
from common.errors import InvalidInput
from common.ids import uuid7
from common.time import now
from deadlines.services import arm_many, finish_many
from ledger.services import record

TEXT_LENGTH = 3000


@transaction.atomic
def publish_case(*, actor: Actor, case: Case, text: str = "", seen: str | None = None) -> PublicNotice:
    """Put a case with complete papers on the public site for the days of its matter; that is the window's answer.

    ``text`` is the notice as the clerk edited it, else made from the case. The duty to answer within five days
    is met; the notice's own days run. Raises InvalidInput for a matter without notice, for papers that
    count as wrong or unchecked, and at ``text``.
    """
    require(may_work_at_window, actor, case)
    locked = lock_case(case.pk)
    refuse_stale(seen, locked.status)
    if notice_of(locked.version) is None:
        raise InvalidInput({"": _("This matter has no public notice; accept it directly.")})
    if len(text.strip()) > TEXT_LENGTH:
        raise InvalidInput(
            {"text": _("The notice is too long: at most %(count)s characters.") % {"count": TEXT_LENGTH}}
        )
    move_case(locked, "publish")
    refuse_incomplete(locked)
    locked.clerk = locked.clerk or actor.user
    return _publish(locked, actor=actor, text=text.strip(), moment=now())


@transaction.atomic
def publish_by_silence(*, case_id: int) -> PublicNotice | None:
    """Five days passed without a word on a case that wants a notice: the hall publishes it by itself.

    The application counts as complete (行政许可法 art. 32), yet the days for third parties are theirs, not the
    window's to spend: they begin now. That the window was late stays on record. None where the matter has no
    notice, or a clerk was faster.
    """
    locked = lock_case(case_id)
    clock = locked.clock
    if locked.status != Case.Status.RECEIVED or clock is None or notice_of(locked.version) is None:
        return None
    if clock.lawful_due_at is None or clock.lawful_due_at >= now():
        return None
    move_case(locked, "publish")
    locked.deemed_accepted = True
    return _publish(locked, actor=Actor.system(), text="", moment=now())


def _publish(case: Case, *, actor: Actor, text: str, moment: datetime) -> PublicNotice:
    terms = notice_of(case.version)
    assert terms is not None
    finish_many(clock_ids=[case.clock_id] if case.clock_id else [], at=moment)
    case.clock_id = uuid7()
    notice = PublicNotice(case=case, title=notice_title(case), published_by=actor.user, published_at=moment)
    (case.clock,) = arm_many(specs=[public_notice_clock(case, moment, terms)], actor=actor)
    notice.clock = case.clock
    notice.text = text or notice_text(case, moment, notice.ends_at)
    case.save(update_fields=["status", "clock", "clerk", "deemed_accepted"])
    notice.save()
    ends = short_date(notice.ends_at)
    data = {"notice": notice.pk, "until": ends, "by_silence": actor.user is None}
    record(actor=actor, subject=case, act="case.published", data=data, at=moment)
    tell_firm(case, "approvals.published", until=ends)
    notice.document = issue_public_notice(notice, actor=actor)
    notice.save(update_fields=["document"])
    return notice


@transaction.atomic
def close_notice(*, case_id: int) -> Case | None:
    """The days of the notice are over: accepted as of their end and handed over, unless somebody objected.

    Called by the sweep, late or not: everything counts from the last moment of the last day. With an objection
    to be settled the case stays where it is until that is done. None where there was nothing to close, so that
    it may be called again and again.
    """
    locked = lock_case(case_id)
    notice = PublicNotice.objects.select_for_update(of=("self",)).filter(case=locked, closed_at=None).first()
    if locked.status != Case.Status.PUBLISHED or notice is None or notice.is_open(now()):
        return None
    notice.closed_at = notice.ends_at
    notice.save(update_fields=["closed_at"])
    finish_many(clock_ids=[notice.clock_id], at=notice.ends_at)
    objections = list(notice.objections.order_by("id"))
    data = {"notice": notice.pk, "objections": len(objections), "as_of": notice.ends_at.isoformat()}
    record(actor=Actor.system(), subject=locked, act="case.notice_closed", data=data)
    conclude_notice(locked, notice, objections, actor=Actor.system())
    return locked


def conclude_notice(case: Case, notice: PublicNotice, objections: Sequence[Objection], *, actor: Actor) -> None:
    """Take the published case on, once nothing is left to be settled. Under the locks of case and notice.

    An objection that was upheld ends it, whether or not the notice's days are over; without one it is accepted
    when they are, as of their end, or as of the settling of the last objection, whichever is later.
    """
    unsettled = [one for one in objections if one.status == Objection.Status.OPEN]
    if unsettled:
        if notice.closed_at is not None:
            # What runs now is the department's duty to settle, the most urgent first.
            case.clock = min((one.clock for one in unsettled if one.clock), key=lambda clock: clock.due_at)
            case.save(update_fields=["clock"])
        return
    if upheld := next((one for one in objections if one.status == Objection.Status.UPHELD), None):
        move_case(case, "not_accept")
        reason = f"公告期间收到异议，经核实异议成立：{upheld.answer}"
        end_unaccepted(case, actor=actor, reason=reason, moment=now())
    elif notice.closed_at is not None:
        settled = [one.settled_at for one in objections if one.settled_at]
        _accept(case, actor=actor, moment=max([notice.closed_at, *settled]))


def _accept(case: Case, *, actor: Actor, moment: datetime) -> None:
    move_case(case, "accept")
    start_decision(case, actor=actor, accepted_at=moment, finished_at=moment)
    data: dict[str, Any] = {"limits": case.limits, "as_of": moment.isoformat()}
    record(actor=actor, subject=case, act="case.accepted", data=data)
    tell_firm(case, "approvals.accepted", due=short_date(case.clock.due_at) if case.clock else "")
    hand_over_locked(case, actor=actor, moment=moment)
    issue_acceptance(case, actor=actor, at=now())
