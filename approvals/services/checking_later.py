"""事后核查 (国办发〔2020〕42号): what was decided on a commitment is checked afterwards, on a clock."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Post, Role
from approvals.models import Case, LaterCheck
from approvals.rules import require_in_charge
from approvals.services.deferring.arming import drop_deferrals
from approvals.services.deferring.bars import bar_firm
from approvals.services.duties import case_link, later_check_clock
from approvals.services.locking import lock_case, move_case
from approvals.services.revoking import revoke_grant
from approvals.services.telling import tell_firm
from approvals.special_ways import commitment_of
from approvals.transitions import LATER_CHECK
from common.display import short_date
from common.errors import InvalidInput, Stale, Text
from common.ids import uuid7
from common.time import now, today
from deadlines.models import Clock
from deadlines.services import arm, cancel_many, finish_many
from ledger.services import record
from notifications.services import notify

FINDING_LENGTH = 2000
# A reason on a revoked paper is public and short; the whole finding stands on the check.
PUBLIC_REASON = "告知承诺事后核查未通过，决定已依法撤销。"
S = LaterCheck.Status


def start_later_check(case: Case, *, actor: Actor, at: datetime) -> LaterCheck | None:
    """Put the check of a case just granted on a commitment on its department's desk; None for any other.

    Under the case's lock. Its days are the matter's, counted from the decision.
    """
    if not case.by_commitment or case.decision != Case.Decision.GRANTED:
        return None
    terms = commitment_of(case.version)
    assert terms is not None
    check = LaterCheck.objects.create(case=case, department_id=case.department_id, clock_id=uuid7())
    spec = later_check_clock(check, at, days=terms["check_days"], unit=terms["check_unit"])
    check.clock = arm(spec=spec, actor=actor)
    data = {"days": terms["check_days"], "until": short_date(check.clock.due_at)}
    record(actor=actor, subject=case, act="case.later_check_started", data=data, at=at)
    return check


@transaction.atomic
def record_finding(
    *,
    actor: Actor,
    check: LaterCheck,
    finding: str,
    text: str,
    rectify_by: date | None = None,
    seen: str | None = None,
) -> LaterCheck:
    """Write what the check found: ``pass``, ``rectify`` by a day, or ``fail``.

    ``rectify`` lets the clock run anew to ``rectify_by`` and may be said once; the firm is told. ``fail`` takes the
    certificate back, ends what has not been delivered, bars the firm from short ways, and tells the firm its
    remedies and supervision. Raises InvalidInput by field, NotAllowed for anybody but reviewers and head of the
    department, Stale and TransitionNotAllowed when somebody was faster.
    """
    case = lock_case(check.case_id)
    locked = LaterCheck.objects.select_for_update(of=("self",)).select_related("case__matter").get(pk=check.pk)
    require_in_charge(actor, locked.department_id)
    if seen is not None and seen != locked.status:
        raise Stale
    _refuse(finding, text.strip(), rectify_by)
    locked.status = LATER_CHECK.next(S(locked.status), finding)
    moment = now()
    locked.finding, locked.checked_by, locked.checked_at = text.strip(), actor.user, moment
    finish_many(clock_ids=[locked.clock_id] if locked.clock_id else [], at=moment)
    if locked.status == S.TO_RECTIFY:
        assert rectify_by is not None
        _run_anew(locked, actor, rectify_by, moment)
    locked.save()
    data = {"finding": locked.status, "reason": locked.finding, "until": str(locked.rectify_by or "")}
    record(actor=actor, subject=case, act=f"case.later_check_{locked.status}", data=data, at=moment)
    if locked.status == S.FAILED:
        _take_back(case, locked, actor=actor, at=moment)
    else:
        _tell_finding(case, locked)
    return locked


def _refuse(finding: str, text: str, rectify_by: date | None) -> None:
    errors: dict[str, Text] = {}
    if finding not in LATER_CHECK.act_names:
        errors["finding"] = _("Choose what the check found.")
    if not text or len(text) > FINDING_LENGTH:
        errors["text"] = _("Write what was checked and found, in at most %(count)s characters.") % {
            "count": FINDING_LENGTH
        }
    if finding == "rectify" and (rectify_by is None or rectify_by <= today()):
        errors["rectify_by"] = _("Say by which coming day it is to be put right.")
    if errors:
        raise InvalidInput(errors)


def _run_anew(check: LaterCheck, actor: Actor, rectify_by: date, at: datetime) -> None:
    check.rectify_by, check.clock_id = rectify_by, uuid7()
    days = (rectify_by - today()).days
    check.clock = arm(spec=later_check_clock(check, at, days=days, unit=Clock.Unit.CALENDAR), actor=actor)


def _tell_finding(case: Case, check: LaterCheck) -> None:
    if check.status == S.PASSED:
        tell_firm(case, "approvals.later_check_passed")
        return
    until = short_date(check.rectify_by) if check.rectify_by else ""
    tell_firm(case, "approvals.later_check_rectify", reason=check.finding, until=until)


def _take_back(case: Case, check: LaterCheck, *, actor: Actor, at: datetime) -> None:
    """Revoke the papers of the grant, stop what is on its way, bar the firm, tell firm and supervision."""
    revoke_grant(case, actor=actor, reason=PUBLIC_REASON)
    if case.status in (Case.Status.DECIDED, Case.Status.ISSUED):
        move_case(case, "terminate")
        case.terminated_at, case.terminated_reason = at, f"{PUBLIC_REASON}{check.finding}"
        case.save(update_fields=["status", "terminated_at", "terminated_reason"])
        cancel_many(clock_ids=[case.clock_id] if case.clock_id else [], at=at)
    drop_deferrals(case, actor=actor, at=at)
    reason = f"告知承诺事后核查未通过（{case.number} {case.matter.name}）：{check.finding}"
    bar_firm(case, reason=reason, at=at)
    tell_firm(case, "approvals.later_check_failed", reason=check.finding)
    supervisors = Post.objects.current().with_role(Role.SUPERVISOR).values_list("user_id", flat=True)
    notify(
        recipients=sorted(set(supervisors)),
        template="approvals.later_check_failed_supervision",
        params={"number": case.number, "matter": case.matter.name, "firm": case.enterprise.name},
        link=case_link(case.number),
    )
