"""Objections to a public notice: made by anybody, settled by the department in charge of the matter."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Post, Role
from approvals.models import Case, Objection, PublicNotice
from approvals.rules import require_in_charge
from approvals.services.duties import case_link, objection_clock
from approvals.services.locking import lock_case
from approvals.services.numbering import new_query_code, take_serials
from approvals.services.publishing import close_notice, conclude_notice
from approvals.services.telling import window_people
from common.errors import InvalidInput, Stale, Text, TransitionNotAllowed
from common.ids import uuid7
from common.time import now
from deadlines.services import arm, finish
from ledger.services import record
from notifications.services import Notice, notify_many

LENGTHS = {"name": 60, "contact": 120, "relation": 60, "text": 3000, "answer": 2000}


def _clean(values: dict[str, str]) -> dict[str, str]:
    cleaned = {name: value.strip() for name, value in values.items()}
    wrong: dict[str, Text] = {name: _("Please fill this in.") for name, value in cleaned.items() if not value}
    wrong |= {
        name: _("At most %(count)s characters.") % {"count": LENGTHS[name]}
        for name, value in cleaned.items()
        if len(value) > LENGTHS[name]
    }
    if wrong:
        raise InvalidInput(wrong)
    return cleaned


@transaction.atomic
def object_to_notice(*, notice: PublicNotice, name: str, contact: str, relation: str, text: str) -> Objection:
    """Take down an objection of somebody who has no account; window and department are told at once.

    Who it is and what they say stays on the objection's own row: neither ledger nor messages carry it, since
    neither can be cleared. Raises InvalidInput by field, TransitionNotAllowed once the notice's last day is over
    (whether or not a worker has closed it yet) or the case has left it.
    """
    cleaned = _clean({"name": name, "contact": contact, "relation": relation, "text": text})
    case = lock_case(notice.case_id)
    locked = PublicNotice.objects.select_for_update(of=("self",)).select_related("clock").get(pk=notice.pk)
    moment = now()
    if case.status != Case.Status.PUBLISHED or not locked.is_open(moment):
        raise TransitionNotAllowed(_("The time for objections to this notice is over."))
    (serial,) = take_serials(1)
    objection = Objection(
        notice=locked, number=f"YY{moment:%Y}{serial:07d}", code=new_query_code(), clock_id=uuid7(), made_at=moment,
        **cleaned,
    )  # fmt: skip
    objection.save()
    objection.clock = arm(spec=objection_clock(case, objection), actor=Actor.system())
    record(actor=Actor.system(), subject=case, act="case.objected", data={"objection": objection.number}, at=moment)
    _tell(case, objection)
    return objection


def _tell(case: Case, objection: Objection) -> None:
    """Reviewers and head of the department, and the window; without a word about who objects."""
    params = {"number": case.number, "matter": case.matter.name, "objection": objection.number}
    posts = Post.objects.current()
    department = posts.with_role(Role.REVIEWER, Role.HEAD).in_departments([case.department_id])
    notify_many(
        [
            Notice(
                sorted(set(department.values_list("user_id", flat=True))),
                "approvals.objected", params, objection.get_absolute_url(),
            ),
            Notice(
                window_people(case),
                "approvals.objected_window", params, case_link(case.number),
            ),
        ]
    )  # fmt: skip


@transaction.atomic
def settle_objection(
    *, actor: Actor, objection: Objection, upheld: bool, answer: str, seen: str | None = None
) -> Objection:
    """Uphold or dismiss an objection, with the answer that its receipt then shows.

    When it was the last one to be settled the case goes on (``publishing.conclude_notice``). Raises
    InvalidInput without an answer, NotAllowed for anybody but reviewers and head of the matter's department,
    Stale when somebody else has settled it, TransitionNotAllowed when the case has left the notice.
    """
    cleaned = _clean({"answer": answer})
    case = lock_case(objection.notice.case_id)
    require_in_charge(actor, case.department_id)
    if case.status != Case.Status.PUBLISHED:
        raise TransitionNotAllowed(_("The case is no longer on public notice; there is nothing to settle."))
    notice = PublicNotice.objects.select_for_update(of=("self",)).select_related("clock").get(pk=objection.notice_id)
    rows = {one.pk: one for one in notice.objections.select_related("clock").order_by("id")}
    mine = rows[objection.pk]
    if mine.status != Objection.Status.OPEN or (seen is not None and seen != mine.status):
        raise Stale
    mine.status = Objection.Status.UPHELD if upheld else Objection.Status.DISMISSED
    mine.answer, mine.settled_by, mine.settled_at = cleaned["answer"], actor.user, now()
    mine.save(update_fields=["status", "answer", "settled_by", "settled_at"])
    if mine.clock_id:
        finish(clock_id=mine.clock_id, at=mine.settled_at)
    record(
        actor=actor, subject=case, act="case.objection_settled", at=mine.settled_at,
        data={"objection": mine.number, "outcome": mine.status},
    )  # fmt: skip
    conclude_notice(case, notice, list(rows.values()), actor=actor)
    # The last day may be over without a worker having noticed.
    close_notice(case_id=case.pk)
    return mine
