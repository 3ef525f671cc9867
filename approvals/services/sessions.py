"""Joint review (联合审图, 联合验收): one session, one set of opinions, given to every step concerned when it closes.

国办发〔2019〕11号 wants drawings reviewed together and acceptances made together. Limits are not
touched: each step keeps its own, so a session must meet and close within them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Department, Post, Role
from approvals import stages
from approvals.models import Application, Case, ReviewSession, SessionOpinion, Step
from approvals.papers.session import issue_session_opinion
from approvals.rules import calls_sessions, leads_session, require, speaks_in_session
from approvals.services.locking import lock_application, lock_case, lock_steps
from approvals.services.steps import finish_review
from common.errors import InvalidInput, Stale
from common.time import now
from files.models import StoredFile
from ledger.services import record
from notifications.services import notify

NOT_DONE = (Step.Status.WAITING, Step.Status.OPEN)


def eligible_cases(application: Application, code: str) -> list[Case]:
    """Cases of the application that this kind of session reviews and that have a review still to be done."""
    kind = stages.sessions()[code]
    return list(
        Case.objects.filter(
            application=application,
            matter__code__in=kind.matters,
            status=Case.Status.REVIEWING,
            steps__kind=Step.Kind.REVIEW,
            steps__status__in=NOT_DONE,
        )
        .select_related("matter", "department")
        .distinct()
        .order_by("pk")
    )


@transaction.atomic
def call_session(
    *, actor: Actor, application: Application, code: str, meets_at: datetime | None = None, place: str = ""
) -> ReviewSession:
    """Call a session on every case that can take part; each department with a review in them is asked.

    Raises InvalidInput at ``cases`` with fewer than two cases, at ``meets_at`` for a moment that has
    passed, Stale when one of this kind is open already.
    """
    kind = stages.sessions()[code]
    lead = Department.objects.get(code=kind.department)
    require(calls_sessions, actor, lead)
    locked = lock_application(application.pk)
    if locked.review_sessions.filter(code=code, status=ReviewSession.Status.OPEN).exists():
        raise Stale(_("Such a session is open already."))
    cases = eligible_cases(locked, code)
    moment = now()
    errors = {}
    if len(cases) < 2:
        errors["cases"] = [_("A joint review needs two cases with reviews that are still to be done.")]
    if meets_at is not None and meets_at < moment:
        errors["meets_at"] = [_("The session cannot meet in the past.")]
    if errors:
        raise InvalidInput(errors)
    session = ReviewSession.objects.create(
        code=kind.code, name=kind.name, name_en=kind.name_en, application=locked, department=lead,
        meets_at=meets_at, place=place.strip(), called_by=actor.person, called_at=moment,
    )  # fmt: skip
    session.cases.set(cases)
    departments = list(
        Department.objects.filter(steps__case__in=cases, steps__kind=Step.Kind.REVIEW, steps__status__in=NOT_DONE)
        .distinct()
        .order_by("pk")
    )
    SessionOpinion.objects.bulk_create(SessionOpinion(session=session, department=row) for row in departments)
    data = {"session": session.pk, "name": session.name, "cases": [case.number for case in cases]}
    record(actor=actor, subject=locked, act="session.called", data=data, at=moment)
    _tell(session, departments, "approvals.session_called")
    return session


def _tell(session: ReviewSession, departments: Sequence[Department], template: str, **more: str) -> None:
    posts = Post.objects.current().with_role(Role.REVIEWER, Role.HEAD).in_departments([row.pk for row in departments])
    notify(
        recipients=posts.values_list("user_id", flat=True).distinct(),
        template=template,
        params={"name": session.name, "number": session.application.number, **more},
        link=session.get_absolute_url(),
    )


def _lock_open(session: ReviewSession) -> ReviewSession:
    locked = ReviewSession.objects.select_for_update(of=("self",)).select_related("application", "department")
    row = locked.get(pk=session.pk)
    if row.status != ReviewSession.Status.OPEN:
        raise Stale(_("The session is no longer open."))
    return row


@transaction.atomic
def give_opinion(
    *,
    actor: Actor,
    session: ReviewSession,
    department: Department,
    agrees: bool,
    text: str = "",
    files: Sequence[StoredFile] = (),
) -> SessionOpinion:
    """Say, or say anew until the session closes, what a department thinks of all its reviews in it."""
    require(speaks_in_session, actor, department)
    if not agrees and not text.strip():
        raise InvalidInput({"text": _("An objection needs its reasons.")})
    locked = _lock_open(session)
    opinion = locked.opinions.select_for_update(of=("self",)).filter(department=department).first()
    if opinion is None:
        raise Stale(_("This department does not take part in the session."))
    opinion.agrees, opinion.text, opinion.author, opinion.given_at = agrees, text.strip(), actor.user, now()
    opinion.save(update_fields=["agrees", "text", "author", "given_at"])
    if files:
        opinion.files.add(*files)
    data = {"session": locked.pk, "department": department.name, "agrees": agrees}
    record(actor=actor, subject=locked.application, act="session.opinion_given", data=data, at=opinion.given_at)
    return opinion


@transaction.atomic
def close_session(*, actor: Actor, session: ReviewSession, summary: str) -> ReviewSession:
    """Close with the joint opinion: each department's opinion completes its reviews in all cases of the session.

    Raises InvalidInput at ``summary``, and at ``opinions`` naming departments that have not spoken.
    """
    require(leads_session, actor, session)
    if not summary.strip():
        raise InvalidInput({"summary": _("Write the joint opinion.")})
    # Cases before the session, the order of whoever completes a step alone.
    cases = [lock_case(pk) for pk in session.cases.order_by("pk").values_list("pk", flat=True)]
    locked = _lock_open(session)
    opinions = {row.department_id: row for row in locked.opinions.select_related("department", "author")}
    silent = [row.department.label for row in opinions.values() if row.agrees is None]
    if silent:
        names = {"names": ", ".join(silent)}
        raise InvalidInput({"opinions": _("These departments have not given their opinion yet: %(names)s.") % names})
    moment = now()
    for case in cases:
        if case.status == Case.Status.REVIEWING:
            _complete(case, opinions, at=moment)
    locked.status, locked.summary, locked.closed_by, locked.closed_at = (
        ReviewSession.Status.CLOSED, summary.strip(), actor.user, moment,
    )  # fmt: skip
    locked.save(update_fields=["status", "summary", "closed_by", "closed_at"])
    data = {"session": locked.pk, "name": locked.name, "summary": locked.summary}
    record(actor=actor, subject=locked.application, act="session.closed", data=data, at=moment)
    locked.document = issue_session_opinion(locked, list(opinions.values()), cases, actor=actor)
    locked.save(update_fields=["document"])
    return locked


def _complete(case: Case, opinions: dict[int, SessionOpinion], *, at: datetime) -> None:
    """Finish every review of the session's departments, those too that open only by finishing others."""
    while True:
        steps = lock_steps(case)
        mine = next(
            (
                step
                for step in steps
                if step.status == Step.Status.OPEN and step.kind == Step.Kind.REVIEW and step.department_id in opinions
            ),
            None,
        )
        if mine is None:
            return
        opinion = opinions[mine.department_id]
        assert opinion.author is not None
        finish_review(
            actor=Actor(opinion.author), case=case, steps=steps, step=mine, agrees=bool(opinion.agrees),
            text=opinion.text, files=list(opinion.files.all()), at=at,
        )  # fmt: skip


@transaction.atomic
def cancel_session(*, actor: Actor, session: ReviewSession, reason: str) -> ReviewSession:
    """Call the session off; every step is reviewed alone again."""
    require(leads_session, actor, session)
    if not reason.strip():
        raise InvalidInput({"reason": _("Say why the session is called off.")})
    locked = _lock_open(session)
    locked.status = ReviewSession.Status.CANCELLED
    locked.save(update_fields=["status"])
    data = {"session": locked.pk, "name": locked.name, "reason": reason.strip()}
    record(actor=actor, subject=locked.application, act="session.cancelled", data=data)
    departments = Department.objects.filter(pk__in=locked.opinions.values("department"))
    _tell(locked, list(departments), "approvals.session_cancelled", reason=reason.strip())
    return locked
