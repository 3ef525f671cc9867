"""Every write of ratings (好差评)."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Post, Role
from approvals.models import Case
from common.display import short_date
from common.errors import InvalidInput, NotAllowed, Stale, TransitionNotAllowed
from common.ids import uuid7
from common.time import now, today
from deadlines.models import ClockKind
from deadlines.services import ClockSpec, arm, finish_many
from enterprises.services import confirm_actor
from ledger.services import Record, record, record_many
from notifications.services import notify
from supervision.models import Rating
from supervision.rules import may_answer, require

RATING_LABEL = "supervision.rating"
# 国办发〔2019〕51号: a bad rating is looked into, answered and called back; the hall's own limit.
ANSWER_DAYS = 5


@transaction.atomic
def rate_case(*, actor: Actor, case: Case, grade: int, comment: str = "") -> Rating:
    """Rate a delivered case, once, by somebody who acts for its firm.

    A bad grade (4, 5) arms a clock of five working days for the window and tells its clerks.
    Raises NotAllowed for strangers and for the window itself, TransitionNotAllowed before
    delivery or where a rating exists, InvalidInput for a grade that is none.
    """
    if actor.at_window:
        raise NotAllowed(_("The window cannot rate its own work."))
    rows = Case.objects.select_for_update(of=("self",), no_key=True)
    locked = rows.select_related("enterprise", "matter").get(pk=case.pk)
    confirm_actor(actor, locked.enterprise, locked.matter.code)
    _refuse_unratable(locked)
    if grade not in Rating.Grade.values:
        raise InvalidInput({"grade": [_("Choose one of the five grades.")]})
    moment = now()
    rating = Rating(
        case=locked,
        grade=grade,
        comment=comment.strip(),
        rated_by=actor.user,
        on_behalf_of=actor.on_behalf_of,
        rated_at=moment,
    )
    if rating.is_bad:
        rating.clock_id = uuid7()
    rating.save(force_insert=True)
    record_many(
        actor=actor,
        at=moment,
        records=[
            Record(locked, "case.rated", {"grade": grade}),
            Record(rating, "rating.given", {"grade": grade, "case": locked.number, "note": rating.comment}),
        ],
    )
    if rating.is_bad:
        _arm_answer(rating, actor=actor)
    return rating


def _refuse_unratable(case: Case) -> None:
    if case.status != Case.Status.DELIVERED:
        raise TransitionNotAllowed(_("A case is rated after its decision was delivered."))
    if Rating.objects.filter(case=case).exists():
        raise TransitionNotAllowed(_("This case has been rated already."), code="rated_already")


def _arm_answer(rating: Rating, *, actor: Actor) -> None:
    case = rating.case
    assert rating.clock_id is not None
    rating.clock = arm(
        spec=ClockSpec(
            id=rating.clock_id,
            kind=ClockKind.RATING_ANSWER,
            subject=(RATING_LABEL, rating.pk),
            title=f"{case.number} {case.matter.name}",
            link=f"/ratings/{rating.pk}/",
            department_id=case.window_id,
            role=Role.CLERK,
            handler_id=case.clerk_id,
            promised=ANSWER_DAYS,
            lawful=ANSWER_DAYS,
            starts_at=rating.rated_at,
        ),
        actor=actor,
    )
    clerks = Post.objects.current().with_role(Role.CLERK).in_departments([case.window_id])
    notify(
        recipients=set(clerks.values_list("user_id", flat=True)),
        template="supervision.bad_rating",
        params={
            "number": case.number,
            "matter": case.matter.name,
            "grade": rating.get_grade_display(),
            "due": short_date(rating.clock.due_at),
        },
        link=f"/ratings/{rating.pk}/",
    )


@transaction.atomic
def answer_rating(*, actor: Actor, rating: Rating, answer: str, called_back_on: date | None) -> Rating:
    """Answer a bad rating after having called the firm back; ends the five-day clock.

    Raises NotAllowed unless the actor works at that window or supervises, Stale when somebody
    answered in the meantime, InvalidInput for an empty answer or an impossible day.
    """
    locked = Rating.objects.select_for_update(of=("self",)).select_related("case__matter", "clock").get(pk=rating.pk)
    if locked.answered_at is not None:
        raise Stale
    require(may_answer, actor, locked)
    _refuse_bad_answer(locked, answer, called_back_on)
    moment = now()
    locked.answer, locked.called_back_on = answer.strip(), called_back_on
    locked.answered_by, locked.answered_at = actor.user, moment
    locked.save(update_fields=["answer", "called_back_on", "answered_by", "answered_at"])
    finish_many(clock_ids=[locked.clock_id] if locked.clock_id else [], at=moment)
    record(
        actor=actor, subject=locked, act="rating.answered", at=moment,
        data={"note": locked.answer, "called_back_on": called_back_on.isoformat() if called_back_on else ""},
    )  # fmt: skip
    notify(
        recipients=[locked.rated_by_id],
        template="supervision.rating_answered",
        params={"number": locked.case.number, "matter": locked.case.matter.name, "answer": locked.answer},
        link=f"/ratings/{locked.pk}/",
    )
    return locked


def _refuse_bad_answer(rating: Rating, answer: str, called_back_on: date | None) -> None:
    errors: dict[str, list[object]] = {}
    if not answer.strip():
        errors["answer"] = [_("Write what you found and what was done about it.")]
    if called_back_on is None:
        errors["called_back_on"] = [_("Say on which day you called back.")]
    elif called_back_on > today():
        errors["called_back_on"] = [_("This day is still to come.")]
    elif called_back_on < timezone.localtime(rating.rated_at).date():
        errors["called_back_on"] = [_("The call cannot be earlier than the rating.")]
    if errors:
        raise InvalidInput(errors)
