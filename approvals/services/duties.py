"""Clocks of cases and steps: which duty runs, whose it is, how many days."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import Role
from approvals.labels import APPLICATION_LABEL, CASE_LABEL
from approvals.models import Case, JointHandling, LaterCheck, Objection, Step, WindowQuestion
from deadlines.models import Clock, ClockKind
from deadlines.services import ClockSpec

# 行政许可法 art. 42 for joint handling: at most 45 days, and once at most 15 more.
JOINT_DAYS = 45
JOINT_EXTENSION = 15
# Decided by the hall: working hours in which the window answers a department.
ANSWER_HOURS = 4
# Decided by the hall, see ``objection_clock``: working days in which an objection is settled.
OBJECTION_DAYS = 3


def _main_clock(case: Case, kind: ClockKind, budget: dict[str, Any], starts_at: datetime, **whose: Any) -> ClockSpec:
    """``budget`` has ``promised``, ``lawful`` and ``unit`` as the catalogue gives them.

    The clock takes the id that the case already points to.
    """
    assert case.clock_id is not None
    return ClockSpec(
        id=case.clock_id,
        kind=kind,
        subject=(CASE_LABEL, case.pk),
        title=f"{case.number} {case.matter.name}",
        link=case_link(case.number),
        promised=budget["promised"],
        lawful=budget["lawful"],
        unit=budget["unit"],
        starts_at=starts_at,
        **whose,
    )


def case_link(number: str) -> str:
    """Address of the case; the page shows each role its own side."""
    return f"/cases/{number}/"


def acceptance_clock(case: Case, starts_at: datetime, budget: dict[str, Any] | None = None) -> ClockSpec:
    """Tell the applicant within five days (行政许可法 art. 32); the window's duty.

    ``budget`` saves reading the version where the caller has it already.
    """
    return _main_clock(
        case,
        ClockKind.ACCEPTANCE,
        budget or case.version.limits["acceptance"],
        starts_at,
        department_id=case.window_id,
        role=Role.CLERK,
        handler_id=case.clerk_id,
        expires=True,
    )


def decision_clock(case: Case, starts_at: datetime) -> ClockSpec:
    """Decide within the matter's own limit (行政许可法 art. 42), frozen onto the case; the lead department's duty.

    The head of the department may extend it once, by what the matter knows.
    """
    return _main_clock(
        case,
        ClockKind.DECISION,
        case.limits["decision"],
        starts_at,
        department_id=case.department_id,
        role=Role.REVIEWER,
        handler_id=None,
        extension_cap=case.limits["extension"],
        extension_rank=Role.HEAD if case.limits["extension"] else "",
    )


def delivery_clock(case: Case, starts_at: datetime, *, waits: bool = False) -> ClockSpec:
    """Deliver within ten days of the decision (行政许可法 art. 44); the window's duty.

    A case that ``waits`` for others to be issued with it (多证合一) has the lawful days as its promise too.
    """
    budget = case.limits["delivery"]
    return _main_clock(
        case,
        ClockKind.DELIVERY,
        {**budget, "promised": budget["lawful"]} if waits else budget,
        starts_at,
        department_id=case.window_id,
        role=Role.CLERK,
        handler_id=case.clerk_id,
    )


def public_notice_clock(case: Case, starts_at: datetime, terms: Mapping[str, Any]) -> ClockSpec:
    """The days of a public notice (市场主体登记管理条例 art. 33): nobody can hasten them, the law ends them itself."""
    return _main_clock(
        case,
        ClockKind.PUBLIC_NOTICE,
        {"promised": terms["days"], "lawful": terms["days"], "unit": terms["unit"]},
        starts_at,
        department_id=case.window_id,
        role=Role.CLERK,
        handler_id=case.clerk_id,
        expires=True,
    )


def objection_clock(case: Case, objection: Objection) -> ClockSpec:
    """Settle an objection within three working days; the duty of the matter's department.

    No law sets these days: they are the hall's own, after the three in which a registration is to be checked
    (市场主体登记管理条例 art. 19), so that an objection costs the firm no more than the registration itself.
    """
    assert objection.clock_id is not None
    return ClockSpec(
        id=objection.clock_id,
        kind=ClockKind.OBJECTION,
        subject=(CASE_LABEL, case.pk),
        title=f"{case.number} {objection.number}",
        link=objection.get_absolute_url(),
        department_id=case.department_id,
        role=Role.REVIEWER,
        promised=OBJECTION_DAYS,
        starts_at=objection.made_at,
    )


def later_check_clock(check: LaterCheck, starts_at: datetime, *, days: int, unit: str) -> ClockSpec:
    """Check afterwards what was decided on a commitment (国办发〔2020〕42号); the department's duty, promised only."""
    assert check.clock_id is not None
    return ClockSpec(
        id=check.clock_id,
        kind=ClockKind.LATER_CHECK,
        subject=(CASE_LABEL, check.case_id),
        title=f"{check.case.number} {check.case.matter.name}",
        link=check.get_absolute_url(),
        department_id=check.department_id,
        role=Role.REVIEWER,
        promised=days,
        unit=unit,
        starts_at=starts_at,
    )


def step_clock(case: Case, step: Step, starts_at: datetime) -> ClockSpec:
    """A step's own days; inside the case's limit, so promised and lawful are the same.

    What stops a step stops the case's decision too, and an extension of the decision reaches it.
    """
    assert step.clock_id is not None
    return ClockSpec(
        id=step.clock_id,
        kind=ClockKind.STEP,
        subject=(CASE_LABEL, case.pk),
        title=f"{case.number} {step.name}",
        link=f"/review/steps/{step.pk}/",
        department_id=step.department_id,
        role=Role.REVIEWER,
        handler_id=step.handler_id,
        promised=step.days,
        lawful=step.days,
        extension_cap=case.limits["extension"],
        parent_id=case.clock_id,
        # Where the matter's law takes silence for agreement, the limit ends the step by itself.
        expires=bool(step.silence),
        unit=case.limits["decision"]["unit"],
        starts_at=starts_at,
    )


def question_clock(case: Case, question: WindowQuestion) -> ClockSpec:
    """Answer within half a day: the department's own days run on meanwhile. The window's duty, promised only."""
    assert question.clock_id is not None
    return ClockSpec(
        id=question.clock_id,
        kind=ClockKind.INTERNAL_QUESTION,
        subject=(CASE_LABEL, case.pk),
        title=f"{case.number} {question.step.name}",
        link=f"/desk/cases/{case.number}/#question-{question.pk}",
        department_id=case.window_id,
        role=Role.CLERK,
        handler_id=case.clerk_id,
        unit=Clock.Unit.WORKHOUR,
        promised=ANSWER_HOURS,
        starts_at=question.asked_at,
    )


def joint_clock(joint: JointHandling, starts_at: datetime, *, promised: int) -> ClockSpec:
    """The limit of all cases together (行政许可法 art. 42); the lead department's duty.

    The head of the government may extend it once. ``starts_at`` is the first acceptance among the cases.
    """
    return ClockSpec(
        id=joint.clock_id,
        kind=ClockKind.JOINT,
        subject=(APPLICATION_LABEL, joint.application_id),
        title=f"{joint.application.number} {joint.application.project.name}",
        link=joint.get_absolute_url(),
        department_id=joint.department_id,
        role=Role.REVIEWER,
        promised=promised,
        lawful=JOINT_DAYS,
        extension_cap=JOINT_EXTENSION,
        extension_rank=Role.LEADER,
        starts_at=starts_at,
    )
