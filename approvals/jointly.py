"""What the pages of joint handling show. Reads only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from accounts.models import Department, User
from approvals.models import Application, Case, JointHandling, Step
from approvals.services.joint import UNDER_WAY, refusal
from deadlines.models import Clock, ClockKind, Extension, Stop
from ledger.models import Entry
from ledger.selectors import timeline


@dataclass
class Row:
    """A case of a joint handling: its decision clock and what its departments hold now."""

    case: Case
    clock: Clock | None
    may_open: bool
    steps: list[Step] = field(default_factory=list)


def eligible_cases(application: Application) -> list[Case]:
    """Cases of the application that can be handled jointly now; one statement."""
    cases = (
        application.cases.filter(
            status__in=UNDER_WAY, joint=None, clock__kind=ClockKind.DECISION, clock__unit=Clock.Unit.WORKDAY
        )
        .select_related("matter", "department", "clock")
        .order_by("pk")
    )
    return [case for case in cases if not refusal(case)]


def may_start(case: Case) -> bool:
    """Whether this case and another of its application can be handled jointly now; at most one statement."""
    if case.joint_id or case.status not in UNDER_WAY:
        return False
    eligible = eligible_cases(case.application)
    return case in eligible and len(eligible) > 1


def concerned_departments(cases: Iterable[Case]) -> list[Department]:
    """Departments that lead one of the cases or have a step in it."""
    ids = [case.pk for case in cases]
    lead, takes_part = Q(cases__in=ids), Q(steps__case__in=ids)
    return list(Department.objects.filter(lead | takes_part).distinct().order_by("name"))


def case_rows(joint: JointHandling, user: User) -> list[Row]:
    """The cases with their decision clocks and open steps; a fixed number of statements."""
    cases = list(joint.cases.select_related("matter", "department").order_by("pk"))
    seen = set(Case.objects.visible_to(user).filter(joint=joint).values_list("pk", flat=True))
    clocks = {clock.subject_id: clock for clock in Clock.objects.filter(parent=joint.clock_id)}
    rows = {case.pk: Row(case, clocks.get(case.pk), case.pk in seen) for case in cases}
    steps = Step.objects.to_do().filter(case__in=cases).select_related("department", "handler", "clock")
    for step in steps.order_by("position", "id"):
        rows[step.case_id].steps.append(step)
    return list(rows.values())


def stops_of(joint: JointHandling) -> QuerySet[Stop]:
    """Every special procedure that the joint limit stood or stands still for, in order of time."""
    clock = joint.clock_id
    within = Q(clock=clock) | Q(clock__parent=clock) | Q(clock__parent__parent=clock)
    return Stop.objects.filter(within).select_related("clock").order_by("starts_at", "pk")


def told_entries(joint: JointHandling) -> list[Entry]:
    """What happened, newest first, without the re-counting of dates that follows from an act on record beside it."""
    entries = timeline(joint.application).exclude(act="clock.redated", data__reason="")
    return list(entries.order_by("-seq"))


def extensions_of(joint: JointHandling) -> list[Extension]:
    """Requests on the joint limit, the newest first."""
    rows = Extension.objects.filter(clock=joint.clock_id).select_related("asked_by", "decided_by", "clock")
    return list(rows)


def waiting_requests(user: User) -> Sequence[Extension]:
    """Requests on joint limits that this person may decide on by rank, the oldest first; one statement."""
    rows = Extension.objects.filter(status=Extension.Status.ASKED, clock__kind=ClockKind.JOINT)
    return list(
        rows.filter(clock__extension_rank__in=user.roles)
        .exclude(asked_by=user)
        .select_related("clock", "asked_by")
        .order_by("asked_at", "pk")
    )
