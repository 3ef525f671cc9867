"""What departments do: take a step, give an opinion, propose, approve with four eyes, ask the window."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Post, Role
from approvals.gaps import is_held
from approvals.models import Case, Opinion, ReviewSession, SessionOpinion, Step, WindowQuestion
from approvals.papers.outcome import issue_decision_paper
from approvals.rules import approves_step, did_not_propose, may_review, require
from approvals.services.checking_later import start_later_check
from approvals.services.deferring.arming import drop_deferrals
from approvals.services.deferring.filling import settle_project
from approvals.services.duties import case_link, delivery_clock, question_clock
from approvals.services.joint import leave_joint_handling
from approvals.services.locking import lock_step as _lock
from approvals.services.locking import move_case, move_step
from approvals.services.opening import open_ready_steps
from approvals.services.questions import drop_questions
from approvals.services.special import refuse_while_stopped
from approvals.services.telling import window_people
from approvals.special_ways import waits_for_others
from common.errors import InvalidInput, NotAllowed, Stale, TransitionNotAllowed
from common.ids import uuid7
from common.time import now
from deadlines.services import arm_many, assign_many, drop_requests, finish_many
from files.models import StoredFile
from ledger.services import Record, record_many
from notifications.services import notify


def _write_opinion(step: Step, kind: str, actor: Actor, text: str, at: datetime, files: Sequence[StoredFile]) -> None:
    opinion = Opinion.objects.create(step=step, kind=kind, text=text.strip(), author=actor.person, at=at)
    if files:
        opinion.files.set(files)


@transaction.atomic
def take_step(*, actor: Actor, step: Step) -> Step:
    """Put an open step on one's own desk; raises Stale when a colleague has it."""
    require(may_review, actor, step)
    _case, _steps, mine = _lock(step, None)
    if mine.status != Step.Status.OPEN or mine.handler_id not in (None, actor.user_id):
        raise Stale(_("A colleague has already taken this step."))
    mine.handler = actor.user
    mine.save(update_fields=["handler"])
    if mine.clock_id and actor.user_id:
        assign_many(clock_ids=[mine.clock_id], handler_id=actor.user_id)
    record_many(actor=actor, records=[Record(_case, "step.taken", {"step": mine.code, "name": mine.name})])
    return mine


@transaction.atomic
def complete_review(
    *,
    actor: Actor,
    step: Step,
    agrees: bool,
    text: str = "",
    files: Sequence[StoredFile] = (),
    seen: str | None = None,
) -> Step:
    """Give the department's opinion; the next steps open when their needs are done.

    An objection needs words. It does not end the case: the deciding step sees it.
    """
    require(may_review, actor, step)
    if not agrees and not text.strip():
        raise InvalidInput({"text": _("An objection needs its reasons.")})
    case, steps, mine = _lock(step, seen)
    if mine.kind != Step.Kind.REVIEW:
        raise NotAllowed(_("This step decides; propose instead."))
    refuse_alone(mine)
    finish_review(actor=actor, case=case, steps=steps, step=mine, agrees=agrees, text=text, files=files, at=now())
    return mine


def refuse_alone(step: Step) -> None:
    """Raise TransitionNotAllowed for a review that an open joint review will give: one set of opinions."""
    asked = SessionOpinion.objects.filter(department=step.department_id, session__cases=step.case_id)
    if asked.filter(session__status=ReviewSession.Status.OPEN).exists():
        raise TransitionNotAllowed(_("This review is part of an open joint review: give the opinion there."))


def finish_review(
    *,
    actor: Actor,
    case: Case,
    steps: Sequence[Step],
    step: Step,
    agrees: bool,
    text: str,
    files: Sequence[StoredFile],
    at: datetime,
) -> None:
    """Put the opinion on a locked step of a locked case and open what follows; the caller has asked who may."""
    refuse_while_stopped(step)
    move_step(step, "complete")
    step.handler, step.finished_at = actor.user, at
    step.save(update_fields=["status", "handler", "finished_at"])
    _write_opinion(step, Opinion.Kind.AGREE if agrees else Opinion.Kind.OBJECT, actor, text, at, files)
    finish_many(clock_ids=[step.clock_id] if step.clock_id else [], at=at)
    drop_questions([step], at=at)
    opened = open_ready_steps(case, steps, actor=actor, at=at)
    _record(actor, case, at, ("step.completed", step, {"agrees": agrees}), *(("step.opened", s, {}) for s in opened))


def _record(actor: Actor, case: Case, at: datetime, *acts: tuple[str, Step, dict[str, Any]]) -> None:
    record_many(
        actor=actor,
        at=at,
        records=[Record(case, act, {"step": step.code, "name": step.name, **data}) for act, step, data in acts],
    )


@transaction.atomic
def propose_decision(
    *,
    actor: Actor,
    step: Step,
    decision: str,
    reason: str = "",
    files: Sequence[StoredFile] = (),
    seen: str | None = None,
) -> Step:
    """Propose to grant or refuse; a second person of the department approves.

    A refusal states reasons (行政许可法 art. 38).
    """
    require(may_review, actor, step)
    if decision not in Case.Decision.values:
        raise InvalidInput({"decision": _("Choose to grant or to refuse.")})
    if decision == Case.Decision.REFUSED and not reason.strip():
        raise InvalidInput({"reason": _("A refusal states its reasons (Administrative Licensing Law, art. 38).")})
    case, _steps, mine = _lock(step, seen)
    if mine.kind != Step.Kind.DECIDE:
        raise NotAllowed(_("This step gives an opinion; it does not decide."))
    refuse_while_stopped(mine)
    move_step(mine, "propose")
    moment = now()
    mine.handler = mine.proposed_by = actor.user
    mine.proposal, mine.proposal_reason = decision, reason.strip()
    mine.save(update_fields=["status", "handler", "proposed_by", "proposal", "proposal_reason"])
    _write_opinion(mine, Opinion.Kind.PROPOSE, actor, reason, moment, files)
    _record(actor, case, moment, ("step.proposed", mine, {"decision": decision}))
    approvers = Post.objects.current().with_role(Role.APPROVER, Role.HEAD).in_departments([mine.department_id])
    notify(
        recipients=approvers.exclude(user=actor.user).values_list("user_id", flat=True).distinct(),
        template="approvals.proposed",
        params={"number": case.number, "matter": case.matter.name},
        link=f"/review/steps/{mine.pk}/",
    )
    return mine


@transaction.atomic
def approve_proposal(*, actor: Actor, step: Step, text: str = "", seen: str | None = None) -> Case:
    """The second pair of eyes: the proposal becomes the decision, the window's delivery clock starts."""
    require(approves_step, actor, step)
    case, steps, mine = _lock(step, seen)
    moment = now()
    move_step(mine, "approve")
    if not did_not_propose.test(actor.user, mine):
        raise NotAllowed(_("A second person must approve: you proposed this yourself."))
    mine.approved_by, mine.finished_at = actor.user, moment
    mine.save(update_fields=["status", "approved_by", "finished_at"])
    _write_opinion(mine, Opinion.Kind.APPROVE, actor, text, moment, ())
    _decide(case, steps, mine, actor=actor, at=moment)
    return case


def _decide(case: Case, steps: Sequence[Step], deciding: Step, *, actor: Actor, at: datetime) -> None:
    move_case(case, "decide")
    finished = [clock for clock in (deciding.clock_id, case.clock_id) if clock]
    finish_many(clock_ids=finished, at=at)
    drop_requests(clock_ids=finished, actor=actor)
    drop_questions([deciding], at=at)
    case.decision, case.decision_reason = deciding.proposal, deciding.proposal_reason
    case.decided_at, case.decided_by = at, actor.user
    if case.decision == Case.Decision.REFUSED:
        drop_deferrals(case, actor=actor, at=at)
    if is_held(case):
        # The days to deliver begin when the last gap is filled.
        case.clock = None
    else:
        case.clock_id = uuid7()
        (case.clock,) = arm_many(specs=[delivery_clock(case, at, waits=waits_for_others(case))], actor=actor)
    case.save(
        update_fields=[
            "status", "decision", "decision_reason", "decided_at", "decided_by", "clock",
        ]
    )  # fmt: skip
    record_many(
        actor=actor,
        at=at,
        records=[
            Record(case, "step.approved", {"step": deciding.code, "name": deciding.name}),
            Record(case, "case.decided", {"decision": case.decision, "reason": case.decision_reason}),
        ],
    )
    start_later_check(case, actor=actor, at=at)
    leave_joint_handling(case, actor=actor)
    if case.decision == Case.Decision.GRANTED:
        transaction.on_commit(partial(settle_project, project_id=case.project_id), robust=True)
    notify(
        recipients=window_people(case),
        template="approvals.decided" if case.clock else "approvals.decided_held",
        params={"number": case.number, "matter": case.matter.name},
        link=case_link(case.number),
    )
    # Last: other decisions of the department wait for the number until this transaction ends.
    case.result_number = issue_decision_paper(case, actor=actor, at=at).number
    case.save(update_fields=["result_number"])


@transaction.atomic
def send_back(*, actor: Actor, step: Step, text: str, seen: str | None = None) -> Step:
    """The approver returns a proposal with words; the step is open again."""
    require(approves_step, actor, step)
    if not text.strip():
        raise InvalidInput({"text": _("Say what should be looked at again.")})
    case, _steps, mine = _lock(step, seen)
    move_step(mine, "send_back")
    proposer = mine.proposed_by_id
    moment = now()
    mine.proposed_by, mine.proposal, mine.proposal_reason = None, "", ""
    mine.save(update_fields=["status", "proposed_by", "proposal", "proposal_reason"])
    _write_opinion(mine, Opinion.Kind.SEND_BACK, actor, text, moment, ())
    _record(actor, case, moment, ("step.sent_back", mine, {"text": text.strip()}))
    notify(
        recipients=[proposer] if proposer else [],
        template="approvals.sent_back",
        params={"number": case.number, "step": mine.name},
        link=f"/review/steps/{mine.pk}/",
    )
    return mine


@transaction.atomic
def ask_window(*, actor: Actor, step: Step, text: str) -> WindowQuestion:
    """Ask the window for something; it alone speaks with the investor. The step's clock runs on.

    The window's own runs beside it: four working hours for the answer.
    """
    require(may_review, actor, step)
    if not text.strip():
        raise InvalidInput({"text": _("Write the question.")})
    case, _steps, mine = _lock(step, None)
    if mine.status not in (Step.Status.OPEN, Step.Status.PROPOSED):
        raise Stale
    question = WindowQuestion.objects.create(
        step=mine, text=text.strip(), asked_by=actor.person, asked_at=now(), clock_id=uuid7()
    )
    (question.clock,) = arm_many(specs=[question_clock(case, question)], actor=actor)
    _record(actor, case, question.asked_at, ("step.asked_window", mine, {"text": question.text}))
    notify(
        recipients=window_people(case),
        template="approvals.question",
        params={"number": case.number, "step": mine.name},
        link=case_link(case.number),
    )
    return question
