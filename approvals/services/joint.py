"""Joint handling (联合办理): cases of one application under one limit of 45 days (行政许可法 art. 26, art. 42)."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Department, Post, Role
from approvals.models import Application, Case, JointHandling, Step
from approvals.rules import may_work_at_window, require
from approvals.services.duties import JOINT_DAYS, case_link, joint_clock
from common.display import short_date
from common.errors import InvalidInput, Stale
from common.ids import uuid7
from common.time import now
from deadlines.models import Clock, ClockKind, Extension
from deadlines.services import arm, ask_extension, cancel_many, decide_extension, drop_requests, finish, put_inside
from enterprises.selectors import people_to_tell
from ledger.services import Record, record, record_many
from notifications.services import notify

UNDER_WAY = (Case.Status.ACCEPTED, Case.Status.REVIEWING)

Errors = dict[str, list[Any]]


@transaction.atomic
def start_joint_handling(
    *,
    actor: Actor,
    application: Application,
    cases: Sequence[Case],
    lead_department: Department,
    promised_days: int,
) -> JointHandling:
    """Put cases of one application under one limit, counted from the first acceptance among them.

    Each case keeps its own limits; see docs/adr/0019. Raises InvalidInput at ``cases``,
    ``lead_department`` and ``promised_days``, naming every case that cannot take part.
    """
    require(may_work_at_window, actor)
    locked = _lock_cases(application, cases)
    departments = _concerned(locked)
    _refuse(_wrong_cases(locked, len({case.pk for case in cases}), departments))
    _refuse(_wrong_choice(lead_department, promised_days, departments))
    joint = JointHandling.objects.create(
        application=application, department=lead_department, clock_id=uuid7(), started_by=actor.person, started_at=now()
    )
    accepted_at = min(case.accepted_at for case in locked if case.accepted_at)
    joint.clock = arm(spec=joint_clock(joint, accepted_at, promised=promised_days), actor=actor)
    # On the cases' records before their clocks are touched: the order of whoever stops one of these clocks.
    data = {"lead": lead_department.name, "joint": joint.pk}
    record_many(actor=actor, records=[Record(case, "case.joint_started", data) for case in locked])
    Case.objects.filter(pk__in=[case.pk for case in locked]).update(joint=joint)
    own = [case.clock_id for case in locked if case.clock_id]
    put_inside(clock_ids=own, outer_id=joint.clock_id, actor=actor)
    # Looked at after the stops of the cases have been counted in, and rolled back when it does not fit.
    joint.clock.refresh_from_db()
    _refuse(_wrong_dates(joint, locked))
    _tell_of_start(joint, locked, actor)
    return joint


def _lock_cases(application: Application, cases: Iterable[Case]) -> list[Case]:
    return list(
        Case.objects.select_for_update(of=("self",), no_key=True)
        .filter(application=application, pk__in=[case.pk for case in cases])
        .select_related("matter", "clock")
        .order_by("pk")
    )


def _concerned(cases: Sequence[Case]) -> set[int]:
    """Departments that lead one of the cases or have a step in it."""
    steps = Step.objects.filter(case__in=cases).values_list("department_id", flat=True)
    return {case.department_id for case in cases} | set(steps)


def _refuse(errors: Errors) -> None:
    if errors:
        raise InvalidInput(errors)


def _wrong_cases(cases: Sequence[Case], asked: int, departments: set[int]) -> Errors:
    if len(cases) != asked:
        return {"cases": [_("Only cases of one application can be handled jointly.")]}
    wrong = [reason for case in cases if (reason := refusal(case))]
    if not wrong and len(cases) < 2:
        wrong = [_("Choose at least two cases.")]
    if not wrong and len(departments) < 2:
        wrong = [
            _(
                "Only one department is concerned; joint handling is for two or more"
                " (Administrative Licensing Law, art. 26)."
            )
        ]
    return {"cases": wrong} if wrong else {}


def refusal(case: Case) -> Any:
    """Why this case cannot take part in a joint handling, in words that name it; "" when it can."""
    of = {"number": case.number, "matter": case.matter.label}
    if case.joint_id:
        return _("Case %(number)s (%(matter)s) has been handled jointly already.") % of
    clock = case.clock
    if case.status not in UNDER_WAY or clock is None or not clock.is_open or clock.kind != ClockKind.DECISION:
        return _("Case %(number)s (%(matter)s) is not between acceptance and decision.") % of
    if clock.unit != Clock.Unit.WORKDAY:
        return _("The limit of case %(number)s (%(matter)s) is not counted in working days.") % of
    return ""


def _wrong_choice(lead: Department, promised: int, departments: set[int]) -> Errors:
    errors: Errors = {}
    if lead.pk not in departments:
        errors["lead_department"] = [_("Choose a department that takes part in these cases.")]
    if not 1 <= promised <= JOINT_DAYS:
        errors["promised_days"] = [
            _("Promise between 1 and %(most)s working days (Administrative Licensing Law, art. 42).")
            % {"most": JOINT_DAYS}
        ]
    return errors


def _wrong_dates(joint: JointHandling, cases: Sequence[Case]) -> Errors:
    clock = joint.clock
    ends = clock.lawful_due_at
    assert ends is not None
    late = [case for case in cases if case.clock and case.clock.due_at > ends]
    if late:
        return {
            "cases": [
                _("Case %(number)s (%(matter)s) is promised by %(due)s, later than joint handling may take: %(end)s.")
                % {
                    "number": case.number,
                    "matter": case.matter.label,
                    "due": short_date(case.clock.due_at) if case.clock else "",
                    "end": short_date(ends),
                }
                for case in late
            ]
        }
    if clock.counted_until() > clock.due_at:
        return {
            "promised_days": [
                _("Counted from the first acceptance this ended on %(due)s already.")
                % {"due": short_date(clock.due_at)}
            ]
        }
    return {}


def _tell_of_start(joint: JointHandling, cases: Sequence[Case], actor: Actor) -> None:
    due = joint.clock.due_at
    record(
        actor=actor,
        subject=joint.application,
        act="application.joint_started",
        data={
            "joint": joint.pk,
            "cases": [case.number for case in cases],
            "lead": joint.department.name,
            "due": due.isoformat(),
            "basis": "行政许可法 art. 26",
        },
    )
    params = {"number": joint.application.number, "count": len(cases), "due": short_date(due)}
    _tell_firm(joint, cases, "approvals.joint_started", params)
    reviewers = Post.objects.current().with_role(Role.REVIEWER, Role.HEAD).in_departments([joint.department_id])
    notify(
        recipients=reviewers.values_list("user_id", flat=True).distinct(),
        template="approvals.joint_lead",
        params=params,
        link=joint.get_absolute_url(),
    )


def _tell_firm(joint: JointHandling, cases: Sequence[Case], template: str, params: dict[str, Any]) -> None:
    """One notice for the whole, since it is one fact; it leads to the first of the cases."""
    matters = [case.matter.code for case in cases]
    notify(
        recipients=people_to_tell(joint.application.enterprise_id, matters),
        template=template,
        params=params,
        link=case_link(cases[0].number),
    )


def leave_joint_handling(case: Case, *, actor: Actor) -> None:
    """A case that was just decided or withdrawn, and saved as such, leaves; the last one ends the joint handling.

    Called under the case's lock. The clock's row is what two who leave at once queue at: whoever
    comes second sees the first one's case as it was saved. It ends with the last decision, or is
    cancelled when nothing was decided.
    """
    if case.joint_id is None:
        return
    joint = JointHandling.objects.select_related("application").get(pk=case.joint_id)
    clock = Clock.objects.select_for_update().get(pk=joint.clock_id)
    if not clock.is_open or joint.cases.filter(status__in=UNDER_WAY).exists():
        return
    decided_at = joint.cases.aggregate(last=Max("decided_at"))["last"]
    drop_requests(clock_ids=[clock.pk], actor=actor)
    if decided_at is None:
        cancel_many(clock_ids=[clock.pk])
    else:
        finish(clock_id=clock.pk, at=decided_at)
    joint.ended_at = decided_at or now()
    joint.save(update_fields=["ended_at"])
    record(actor=actor, subject=joint.application, act="application.joint_ended", data={"joint": joint.pk})


@transaction.atomic
def ask_joint_extension(*, actor: Actor, joint: JointHandling, days: int, reason: str) -> Extension:
    """The lead department's reviewer asks for at most 15 working days more; leaders are told.

    Raises InvalidInput at ``amount`` and ``reason``, and what ``deadlines.services.ask_extension`` raises.
    """
    extension = ask_extension(actor=actor, clock_id=joint.clock_id, amount=days, reason=reason)
    leaders = Post.objects.current().with_role(Role.LEADER)
    notify(
        recipients=leaders.values_list("user_id", flat=True).distinct(),
        template="approvals.joint_extension_asked",
        params={"number": joint.application.number, "days": days, "reason": extension.reason},
        link=joint.get_absolute_url(),
    )
    return extension


@transaction.atomic
def decide_joint_extension(
    *, actor: Actor, joint: JointHandling, extension_id: int, approve: bool, remark: str = ""
) -> Extension:
    """The head of the government approves or refuses (行政许可法 art. 42).

    The applicant is told of an approval and its reason. The limits of the cases themselves stay.
    Raises Stale for a request of another joint handling, and what ``deadlines.services.decide_extension`` raises.
    """
    # The cases first, then the clock: the order of whoever decides the last of them meanwhile.
    cases = _lock_cases_under_way(joint)
    extension = Extension.objects.filter(pk=extension_id, clock=joint.clock_id).first()
    if extension is None:
        raise Stale
    if approve:
        data = {"days": extension.amount, "reason": extension.reason, "joint": joint.pk}
        record_many(actor=actor, records=[Record(case, "case.joint_extended", data) for case in cases])
    extension = decide_extension(actor=actor, extension_id=extension_id, approve=approve, remark=remark)
    params = {"number": joint.application.number, "days": extension.amount}
    notify(
        recipients=[extension.asked_by_id] if extension.asked_by_id else [],
        template="approvals.joint_extension_approved" if approve else "approvals.joint_extension_refused",
        params={**params, "remark": extension.remark},
        link=joint.get_absolute_url(),
    )
    if approve and cases:
        told = {**params, "due": short_date(extension.clock.due_at), "reason": extension.reason}
        _tell_firm(joint, cases, "approvals.joint_extended", told)
    return extension


def _lock_cases_under_way(joint: JointHandling) -> list[Case]:
    rows = Case.objects.select_for_update(of=("self",), no_key=True).filter(joint=joint, status__in=UNDER_WAY)
    return list(rows.select_related("matter").order_by("pk"))
