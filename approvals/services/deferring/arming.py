"""Clocks of gaps: the applicant's until the promised day, then the window's two working days to look at the paper."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Role
from approvals.gaps import OPEN, expected_acceptance
from approvals.labels import CASE_LABEL
from approvals.models import Case, CaseMaterial, Deferral, MaterialFile
from approvals.services.duties import case_link
from common.ids import uuid7
from common.time import now
from deadlines import calendars
from deadlines.models import Clock, ClockKind
from deadlines.services import ClockSpec, arm_many, cancel_many
from ledger.services import Record, record_many

# Decided by the hall: working days in which the window looks at a paper that came in later.
CHECK_DAYS = 2


def promise_clock(case: Case, deferral: Deferral, at: datetime) -> ClockSpec:
    """The applicant's duty, until the end of the promised day.

    In calendar days, though the rule counts working days: what was signed is a day, which a change of the
    calendar must not move. Of the window's department, so that its clerks are told; nobody there has the duty.
    """
    assert deferral.clock_id is not None
    assert deferral.promised_on is not None
    assert deferral.material is not None
    days = (deferral.promised_on - timezone.localtime(at).date()).days
    return ClockSpec(
        id=deferral.clock_id,
        kind=ClockKind.DEFERRAL,
        subject=(CASE_LABEL, case.pk),
        title=f"{case.number} {deferral.material.material.name}",
        link=f"{case_link(case.number)}#deferrals",
        department_id=case.window_id,
        unit=Clock.Unit.CALENDAR,
        promised=days,
        lawful=days,
        expires=True,
        starts_at=at,
    )


def check_clock(case: Case, deferral: Deferral, at: datetime) -> ClockSpec:
    """The window's duty to look at what was handed in.

    An acceptance in kind: the same people do the same thing, see whether a paper is complete, and the same
    rungs remind and escalate. It has no lawful limit and nothing follows from it by itself.
    """
    assert deferral.clock_id is not None
    assert deferral.material is not None
    return ClockSpec(
        id=deferral.clock_id,
        kind=ClockKind.ACCEPTANCE,
        subject=(CASE_LABEL, case.pk),
        title=f"{case.number} {deferral.material.material.name}",
        link=f"/desk/cases/{case.number}/#deferrals",
        department_id=case.window_id,
        role=Role.CLERK,
        handler_id=case.clerk_id,
        promised=CHECK_DAYS,
        starts_at=at,
    )


def arm_deferrals(case: Case, *, actor: Actor) -> None:
    """On acceptance: promised papers begin to run. What came in meanwhile needs no promise any more.

    Called under the case's lock. The promised day moves only where the window accepts later than it
    promised: then the days that were signed for count from now on.
    """
    rows = list(
        case.deferrals.filter(status=OPEN, material__isnull=False).select_related("material__material", "commitment")
    )
    if not rows:
        return
    moment = now()
    papers = [row.material.material_id for row in rows if row.material]
    there = set(MaterialFile.objects.current().filter(material__in=papers).values_list("material_id", flat=True))
    for row in rows:
        _begin(case, row, there, actor, moment)
    fields = ["status", "clock", "promised_on", "handed_in_at", "ended_at", "ended_by"]
    running = [row for row in rows if row.status == OPEN]
    arm_many(
        specs=[(check_clock if row.handed_in_at else promise_clock)(case, row, moment) for row in running], actor=actor
    )
    Deferral.objects.bulk_update(rows, fields)
    record_many(
        actor=actor,
        at=moment,
        records=[
            Record(case, "case.deferral_filled", {"name": row.material.material.name})
            for row in rows
            if row.status != OPEN and row.material
        ],
    )


def _begin(case: Case, row: Deferral, there: set[int], actor: Actor, moment: datetime) -> None:
    assert row.material is not None
    if row.material.verdict == CaseMaterial.Verdict.COMPLETE and row.material.material_id in there:
        row.status, row.ended_at, row.ended_by = Deferral.Status.FILLED, moment, actor.user
        return
    row.clock_id = uuid7()
    row.promised_on = _promised_day(case, row, moment)
    if row.material.material_id in there:
        row.handed_in_at = moment


def _promised_day(case: Case, row: Deferral, moment: datetime) -> date:
    assert row.promised_on is not None
    calendar = calendars.current()
    today = timezone.localtime(moment).date()
    content = case.version.content
    expected = expected_acceptance(content, row.commitment.signed_at)
    unit = content["deferral"]["unit"] if content.get("deferral") else Clock.Unit.WORKDAY
    if today > expected:
        # At least a day: who is accepted late must not have failed on the spot.
        days = max(1, calendar.distance(expected, row.promised_on, unit))
        return calendar.next_workday(max(row.promised_on, calendar.due(today, days, unit)))
    return calendar.add(today, 1) if row.promised_on <= today else row.promised_on


def drop_deferrals(case: Case, *, actor: Actor, at: datetime | None = None) -> list[Deferral]:
    """What is still open is no longer needed: the case is refused, withdrawn or not accepted. Under its lock."""
    rows = list(case.deferrals.filter(status=OPEN))
    return end_deferrals(rows, Deferral.Status.DROPPED, actor=actor, at=at or now())


def end_deferrals(rows: Sequence[Deferral], status: str, *, actor: Actor, at: datetime) -> list[Deferral]:
    """Set the last status of gaps and cancel the duties that ran for them."""
    if not rows:
        return []
    cancel_many(clock_ids=[row.clock_id for row in rows if row.clock_id], at=at)
    for row in rows:
        row.status, row.ended_at, row.ended_by = status, at, actor.user
    Deferral.objects.bulk_update(rows, ["status", "ended_at", "ended_by"])
    return list(rows)
