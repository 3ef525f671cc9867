"""What the window does on a received case: check, accept, tell what is missing, not accept, hand over."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from approvals.gaps import OPEN
from approvals.models import Case, CaseMaterial, CorrectionNotice, MaterialFile, Step, WindowQuestion
from approvals.papers.course import issue_acceptance, issue_correction, issue_not_accepting
from approvals.rules import may_work_at_window, require
from approvals.services.deferring.arming import arm_deferrals, drop_deferrals
from approvals.services.duties import decision_clock
from approvals.services.ending_notice import end_notice
from approvals.services.leaving_out import leave_out_reviews
from approvals.services.locking import lock_case, lock_steps, move_case, refuse_stale
from approvals.services.opening import open_ready_steps
from approvals.services.telling import tell_firm
from approvals.special_ways import limits_of, notice_of
from common.display import short_date
from common.errors import InvalidInput, NotAllowed, Stale
from common.ids import uuid7
from common.time import now
from deadlines.services import arm_many, finish_many
from ledger.services import record
from notifications.services import notify


@transaction.atomic
def check_materials(
    *, actor: Actor, case: Case, findings: Mapping[int, tuple[str, str]], seen: str | None = None
) -> Case:
    """Note per CaseMaterial id ``(verdict, remark)``; an empty verdict clears it.

    Raises InvalidInput at ``remark-<id>`` where something is wrong and nobody says what.
    """
    require(may_work_at_window, actor, case)
    locked = lock_case(case.pk)
    refuse_stale(seen, locked.status)
    if locked.status != Case.Status.RECEIVED:
        raise Stale
    rows = {row.pk: row for row in locked.materials.select_related("material")}
    unknown = {
        f"verdict-{pk}": _("Choose “complete” or “to be corrected”.")
        for pk, (verdict, _remark) in findings.items()
        if verdict and verdict not in CaseMaterial.Verdict.values
    }
    silent = {
        f"remark-{pk}": _("Say what is wrong with “%(name)s”.") % {"name": rows[pk].material.label}
        for pk, (verdict, remark) in findings.items()
        if pk in rows and verdict == CaseMaterial.Verdict.WRONG and not remark.strip()
    }
    if unknown or silent:
        raise InvalidInput({**unknown, **silent})
    moment = now()
    absent = _promised_and_absent(locked)
    for pk, (verdict, remark) in findings.items():
        row = rows.get(pk)
        # What the applicant promised for later and nobody has seen can't be complete.
        if row and not (row.pk in absent and verdict == CaseMaterial.Verdict.COMPLETE):
            row.verdict = verdict
            row.remark = remark.strip() if verdict == CaseMaterial.Verdict.WRONG else ""
            row.checked_by, row.checked_at = actor.user, moment
    CaseMaterial.objects.bulk_update(rows.values(), ["verdict", "remark", "checked_by", "checked_at"])
    if locked.clerk_id is None:
        locked.clerk = actor.user
        locked.save(update_fields=["clerk"])
    return locked


def _promised_and_absent(case: Case) -> set[int]:
    """Ids of the case's materials that follow later (容缺) and have no file."""
    rows = case.deferrals.filter(status=OPEN, material__isnull=False)
    there = MaterialFile.objects.current().values("material")
    return set(rows.exclude(material__material__in=there).values_list("material_id", flat=True))


@transaction.atomic
def accept_case(*, actor: Actor, case: Case, seen: str | None = None, hand_over: bool = False) -> Case:
    """Accept (受理): the decision clock starts, the limits freeze. With ``hand_over`` the department gets it too.

    Raises InvalidInput where a material still counts as wrong or unchecked, or the matter needs
    the national project code and there is none.
    """
    require(may_work_at_window, actor, case)
    locked = lock_case(case.pk)
    refuse_stale(seen, locked.status)
    moment = now()
    if notice_of(locked.version) is not None:
        raise NotAllowed(_("This matter is accepted by itself when its public notice has run its days."))
    move_case(locked, "accept")
    deferred = refuse_incomplete(locked)
    start_decision(locked, actor=actor, accepted_at=moment)
    data = {"limits": locked.limits, "deferred": deferred}
    record(actor=actor, subject=locked, act="case.accepted", data=data, at=moment)
    tell_firm(locked, "approvals.accepted", due=short_date(locked.clock.due_at) if locked.clock else "")
    if hand_over or locked.by_commitment:
        hand_over_locked(locked, actor=actor, moment=moment)
    issue_acceptance(locked, actor=actor, at=moment)
    return locked


def refuse_incomplete(case: Case) -> list[str]:
    """Names of the papers that follow against a signed commitment (容缺); raises InvalidInput at the others."""
    if case.version.content["needs_project_code"] and not case.project.national_code:
        raise InvalidInput(
            {
                "national_code": _(
                    "This matter needs the national project code (投资项目代码) before it can be accepted."
                )
            }
        )
    rows = list(case.materials.select_related("material"))
    promised = set(case.deferrals.filter(status=OPEN).values_list("material_id", flat=True))
    deferred = [row for row in rows if row.pk in promised and not row.verdict]
    open_rows = [
        row
        for row in rows
        if row.verdict == CaseMaterial.Verdict.WRONG or (row.required and not row.verdict and row not in deferred)
    ]
    if open_rows:
        raise InvalidInput(
            {f"verdict-{row.pk}": _("“%(name)s” is not marked complete.") % {"name": row.material.label}
             for row in open_rows}
        )  # fmt: skip
    return [row.material.name for row in deferred]


def start_decision(case: Case, *, actor: Actor, accepted_at: datetime, finished_at: datetime | None = None) -> None:
    """End the acceptance duty, freeze the limits, start the decision clock from the day of acceptance."""
    if case.clock_id:
        finish_many(clock_ids=[case.clock_id], at=finished_at or accepted_at)
    case.accepted_at = accepted_at
    case.limits = limits_of(case)
    case.clerk = case.clerk or actor.user
    case.clock_id = uuid7()
    (case.clock,) = arm_many(specs=[decision_clock(case, accepted_at)], actor=actor)
    case.save(update_fields=["status", "accepted_at", "deemed_accepted", "limits", "clerk", "clock"])
    arm_deferrals(case, actor=actor)


@transaction.atomic
def deem_accepted(*, case_id: int) -> Case | None:
    """Five days passed without a word: accepted as of the day of receipt (行政许可法 art. 32).

    Done by the hall itself and back-dated. Returns None where a clerk was faster, so that the
    sweep may call it again and again.
    """
    locked = lock_case(case_id)
    clock = locked.clock
    if locked.status != Case.Status.RECEIVED or clock is None:
        return None
    if clock.lawful_due_at is None or clock.lawful_due_at >= now() or notice_of(locked.version) is not None:
        return None
    move_case(locked, "deem_accepted")
    locked.deemed_accepted = True
    # Kept running to this moment, so the breach stays on the window's record.
    start_decision(locked, actor=Actor.system(), accepted_at=clock.starts_at, finished_at=now())
    record(
        actor=Actor.system(),
        subject=locked,
        act="case.deemed_accepted",
        data={"as_of": clock.starts_at.isoformat(), "basis": "行政许可法 art. 32", "limits": locked.limits},
    )
    tell_firm(locked, "approvals.deemed_accepted", received=short_date(clock.starts_at))
    if locked.by_commitment:
        hand_over_locked(locked, actor=Actor.system(), moment=now())
    issue_acceptance(locked, actor=Actor.system(), at=now())
    return locked


@transaction.atomic
def hand_over_case(*, actor: Actor, case: Case, seen: str | None = None) -> Case:
    """Hand an accepted case to the departments: the first steps open."""
    require(may_work_at_window, actor, case)
    locked = lock_case(case.pk)
    refuse_stale(seen, locked.status)
    hand_over_locked(locked, actor=actor, moment=now())
    return locked


def hand_over_locked(case: Case, *, actor: Actor, moment: datetime) -> None:
    move_case(case, "hand_over")
    case.handed_over_at = moment
    case.save(update_fields=["status", "handed_over_at"])
    steps = lock_steps(case)
    leave_out_reviews(case, steps, actor=actor, at=moment)
    opened = open_ready_steps(case, steps, actor=actor, at=moment)
    record(actor=actor, subject=case, act="case.handed_over", data={"steps": [s.code for s in opened]}, at=moment)


@transaction.atomic
def send_correction(
    *,
    actor: Actor,
    case: Case,
    items: Sequence[Mapping[str, Any]] = (),
    reason_again: str = "",
    seen: str | None = None,
) -> CorrectionNotice:
    """Tell the applicant once everything that is missing (补正告知, 行政许可法 art. 32).

    The list is every material marked wrong plus ``items``: ``{"field": name, "text": …}`` for a field
    of the application form, ``{"text": …}`` for what is neither.
    Telling in time fulfils the five-day duty. A further notice needs ``reason_again``.
    """
    require(may_work_at_window, actor, case)
    locked = lock_case(case.pk)
    refuse_stale(seen, locked.status)
    move_case(locked, "correct")
    listed = _listed(locked, items)
    ordinal = locked.notices.count() + 1
    if ordinal > 1 and not reason_again.strip():
        raise InvalidInput(
            {"reason_again": _("A further notice needs a reason: what did the applicant's answer newly cause?")}
        )
    moment = now()
    finish_many(clock_ids=[locked.clock_id] if locked.clock_id else [], at=moment)
    locked.clock = None
    locked.clerk = locked.clerk or actor.user
    locked.save(update_fields=["status", "clock", "clerk"])
    notice = CorrectionNotice.objects.create(
        case=locked, ordinal=ordinal, items=listed, reason_again=reason_again.strip(), issued_by=actor.person,
        issued_at=moment,
    )  # fmt: skip
    record(
        actor=actor, subject=locked, act="case.correction_sent", at=moment,
        data={"ordinal": ordinal, "items": [item["text"] for item in listed], "reason_again": reason_again.strip()},
    )  # fmt: skip
    tell_firm(locked, "approvals.correction", count=len(listed))
    issue_correction(locked, notice, actor=actor)
    return notice


def _listed(case: Case, items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    wrong = case.materials.filter(verdict=CaseMaterial.Verdict.WRONG).select_related("material")
    listed: list[dict[str, Any]] = [
        {"material": row.material_id, "name": row.material.name, "name_en": row.material.name_en, "text": row.remark}
        for row in wrong
    ]
    fields = {field["name"]: field for field in case.version.content.get("form", ())}
    for item in items:
        name, text = item.get("field", ""), item["text"].strip()
        if name and name not in fields:
            raise InvalidInput({"items": _("The form of this matter has no field “%(name)s”.") % {"name": name}})
        field = fields.get(name, {"label": "", "label_en": ""})
        if text:
            point = {"material": None, "name": field["label"], "name_en": field["label_en"], "text": text}
            listed.append(point | ({"field": name} if name else {}))
    if not listed:
        raise InvalidInput({"items": _("Mark what is wrong, or write what is missing: the notice lists everything.")})
    return listed


@transaction.atomic
def not_accept_case(*, actor: Actor, case: Case, reason: str, seen: str | None = None) -> Case:
    """Refuse to accept with a reason (不予受理, 行政许可法 art. 32); the applicant is told."""
    require(may_work_at_window, actor, case)
    if not reason.strip():
        raise InvalidInput({"reason": _("Not accepting needs a reason.")})
    locked = lock_case(case.pk)
    refuse_stale(seen, locked.status)
    move_case(locked, "not_accept")
    locked.clerk = locked.clerk or actor.user
    end_unaccepted(locked, actor=actor, reason=reason.strip(), moment=now())
    return locked


def end_unaccepted(case: Case, *, actor: Actor, reason: str, moment: datetime) -> None:
    """All that follows when a locked case, moved on already, is not accepted: by the window, or for an objection."""
    end_notice(case, at=moment)
    finish_many(clock_ids=[case.clock_id] if case.clock_id else [], at=moment)
    case.not_accepted_reason = reason
    case.save(update_fields=["status", "not_accepted_reason", "clerk"])
    Step.objects.filter(case=case).update(status=Step.Status.CANCELLED)
    drop_deferrals(case, actor=actor, at=moment)
    record(actor=actor, subject=case, act="case.not_accepted", data={"reason": reason}, at=moment)
    tell_firm(case, "approvals.not_accepted", reason=reason)
    issue_not_accepting(case, actor=actor, at=moment)


@transaction.atomic
def answer_question(*, actor: Actor, question: WindowQuestion, answer: str) -> WindowQuestion:
    """The window answers what a department asked; its duty to do so ends."""
    locked = WindowQuestion.objects.select_for_update().select_related("step__case").get(pk=question.pk)
    require(may_work_at_window, actor, locked.step.case)
    if locked.answered_at:
        raise Stale
    if not answer.strip():
        raise InvalidInput({"answer": _("Write an answer.")})
    locked.answer, locked.answered_by, locked.answered_at = answer.strip(), actor.user, now()
    locked.save(update_fields=["answer", "answered_by", "answered_at"])
    finish_many(clock_ids=[locked.clock_id] if locked.clock_id else [], at=locked.answered_at)
    case = locked.step.case
    record(
        actor=actor, subject=case, act="case.question_answered",
        data={"step": locked.step.code, "answer": locked.answer},
    )  # fmt: skip
    notify(
        recipients=[locked.asked_by_id],
        template="approvals.question_answered",
        params={"number": case.number, "step": locked.step.name},
        link=f"/review/steps/{locked.step_id}/",
    )
    return locked
