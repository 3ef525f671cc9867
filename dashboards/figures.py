"""The figures of the overview: each one grouped statement over live rows, whatever their number."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.core.cache import cache
from django.db.models import Count, DateTimeField, Exists, Min, OuterRef, Q, Sum
from django.db.models.functions import TruncMonth

from accounts.models import Department
from approvals.models import Case, Deferral
from common.display import ZONE
from common.time import start_of_day
from dashboards.periods import Period, month_after
from dashboards.scope import Scope
from deadlines.lights import Light
from deadlines.models import Clock
from deadlines.querysets import light_expression, light_q
from projects.models import Stage
from supervision.models import Rating

LIGHTS = ("green", "yellow", "red", "stopped")
UNFINISHED = ("received", "correcting", "published", "accepted", "reviewing", "decided", "issued")
TREND_MONTHS = 12


@dataclass(slots=True)
class LightRow:
    """Unfinished cases of a department by light.

    ``stopped`` ones stand still for a special procedure, ``waiting`` ones for the applicant's correction.
    """

    department: Department | None
    green: int = 0
    yellow: int = 0
    red: int = 0
    stopped: int = 0
    waiting: int = 0

    @property
    def total(self) -> int:
        return self.green + self.yellow + self.red + self.stopped + self.waiting

    def show(self, light: str, count: int) -> None:
        """``count`` of the cases taken for waiting show ``light``."""
        setattr(self, light, getattr(self, light) + count)
        # A case may have moved between the two statements.
        self.waiting = max(0, self.waiting - count)

    def take_in(self, other: "LightRow") -> None:
        for name in (*LIGHTS, "waiting"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class LightTable:
    rows: list[LightRow]
    total: LightRow


def cases_by_light(scope: Scope, names: dict[int, Department], at: datetime) -> LightTable:
    """Unfinished cases by lead department and by the light of the duty that runs now.

    Two statements: all unfinished ones from an index alone, and those of them with a running
    clock, so that the clocks of the past are never looked at.
    """
    unfinished = scope.cases().filter(status__in=UNFINISHED).order_by()
    rows = {
        department_id: LightRow(names.get(department_id), waiting=count)
        for department_id, count in unfinished.values_list("department_id").annotate(n=Count("*"))
    }
    running = (
        unfinished.filter(clock__finished_at=None, clock__due_at__isnull=False)
        .annotate(shown=light_expression(at, "clock__"))
        .values_list("department_id", "shown")
        .annotate(n=Count("*"))
    )
    for department_id, light, count in running:
        if row := rows.get(department_id):
            row.show(light, count)
    total = LightRow(None)
    for row in rows.values():
        total.take_in(row)
    return LightTable(sorted(rows.values(), key=lambda row: (-row.red, -row.yellow, -row.total)), total)


def deferral_q(*, held: bool = False) -> Q:
    """Condition on cases with a gap that is still open (容缺); with ``held``, granted and held back by it."""
    gaps = Deferral.objects.filter(status=Deferral.Status.OPEN, case=OuterRef("pk"))
    if not held:
        return Q(Exists(gaps))
    return Q(Exists(gaps.filter(hold=True)), status=Case.Status.DECIDED, decision=Case.Decision.GRANTED)


def open_deferrals(scope: Scope) -> int:
    """Cases in which something is still to follow."""
    return scope.cases().filter(deferral_q()).count()


@dataclass(slots=True)
class Timeliness:
    """Duties that ended in a period, and how many of them in time."""

    department: Department | None
    met: int = 0
    late: int = 0

    @property
    def finished(self) -> int:
        return self.met + self.late

    @property
    def rate(self) -> Decimal | None:
        """Per cent of finished duties that were met; None where none was finished."""
        return Decimal(100 * self.met) / self.finished if self.finished else None


@dataclass(slots=True)
class TimelinessTable:
    rows: list[Timeliness]
    total: Timeliness


def on_time(scope: Scope, names: dict[int, Department], period: Period) -> TimelinessTable:
    """Met duties among all that ended in the period, by department; cancelled ones count on neither side."""
    start, end = period.span
    counted = (
        scope.clocks().filter(finished_at__gte=start, finished_at__lt=end, outcome__in=["met", "late"])
        .order_by().values_list("department_id")
        .annotate(met=Count("outcome", filter=Q(outcome="met")), late=Count("outcome", filter=Q(outcome="late")))
    )  # fmt: skip
    total = Timeliness(None)
    rows = []
    for department_id, met, late in counted:
        total.met, total.late = total.met + met, total.late + late
        if department_id in names:
            rows.append(Timeliness(names[department_id], met, late))
    return TimelinessTable(sorted(rows, key=lambda row: (row.rate or 0, -row.finished)), total)


@dataclass(frozen=True, slots=True)
class StageRow:
    stage: str
    label: str
    projects: int
    # 万元
    investment: Decimal


@dataclass(frozen=True, slots=True)
class StageTable:
    rows: list[StageRow]
    projects: int
    investment: Decimal


def projects_by_stage(scope: Scope) -> StageTable:
    """Declared projects and their total investment (万元) by stage; every stage has a row."""
    counted = {
        stage: (count, amount or Decimal(0))
        for stage, count, amount in scope.projects().order_by().values_list("stage")
        .annotate(n=Count("*"), amount=Sum("total_investment"))
    }  # fmt: skip
    rows = [StageRow(str(code), str(label), *counted.get(code, (0, Decimal(0)))) for code, label in Stage.choices]
    return StageTable(rows, sum(row.projects for row in rows), sum((row.investment for row in rows), Decimal(0)))


@dataclass(frozen=True, slots=True)
class OverdueRow:
    """How much somebody (or a department's desk) has overdue, and since when."""

    department: Department | None
    department_id: int | None
    handler: str
    handler_id: int | None
    count: int
    oldest: datetime


def overdue_duties(scope: Scope, at: datetime) -> "Iterable[Clock]":
    """Open duties past their promised limit, the oldest first."""
    red = scope.clocks().in_light(Light.RED, at)
    return red.select_related("department", "handler").order_by("due_at", "id")


def overdue_by_handler(scope: Scope, names: dict[int, Department], at: datetime) -> list[OverdueRow]:
    """Overdue duties by department and handler, the longest list first."""
    counted = (
        scope.clocks().in_light(Light.RED, at).order_by()
        .values_list("department_id", "handler_id", "handler__name", "handler__username")
        .annotate(n=Count("*"), oldest=Min("due_at"))
    )  # fmt: skip
    rows = [
        OverdueRow(names.get(department), department, name or username or "", handler, count, oldest)
        for department, handler, name, username, count, oldest in counted
    ]
    return sorted(rows, key=lambda row: (-row.count, row.oldest))


@dataclass(frozen=True, slots=True)
class GradeRow:
    grade: int
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class RatingSummary:
    rows: list[GradeRow]
    total: int
    good: int
    waiting: int
    overdue: int


def ratings(scope: Scope, period: Period, at: datetime) -> RatingSummary:
    """Ratings given in the period by grade, and bad ones of any time that still wait for an answer."""
    start, end = period.span
    given = Q(rated_at__gte=start, rated_at__lt=end)
    waiting = Q(grade__gte=4, answered_at=None)
    row = scope.ratings().aggregate(
        **{f"g{grade}": Count("pk", given & Q(grade=grade)) for grade in Rating.Grade.values},
        waiting=Count("pk", waiting),
        overdue=Count("pk", waiting & light_q(Light.RED, at, "clock__")),
    )
    rows = [GradeRow(int(grade), str(label), row[f"g{grade}"]) for grade, label in Rating.Grade.choices]
    total = sum(one.count for one in rows)
    return RatingSummary(rows, total, sum(one.count for one in rows[:3]), row["waiting"], row["overdue"])


@dataclass(slots=True)
class MonthRow:
    month: date
    received: int = 0
    accepted: int = 0
    decided: int = 0


@dataclass(slots=True)
class Trend:
    rows: list[MonthRow] = field(default_factory=list)


EVENTS = ("received", "accepted", "decided")
# Months that are over hardly change any more (a deemed acceptance may date back a few days).
CLOSED_SECONDS = 600


def trend(scope: Scope, day: date) -> Trend:
    """Cases received, accepted and decided in each of the last twelve months, this one included.

    This month is counted now; the eleven before it are at most ten minutes old.
    """
    this = month_after(day, 0)
    first = month_after(day, 1 - TREND_MONTHS)
    key = f"dashboards:trend:{first}:{'-'.join(map(str, scope.departments or ['hall']))}"
    closed = cache.get(key)
    if closed is None:
        closed = {event: _by_month(scope, event, first, this) for event in EVENTS}
        cache.set(key, closed, CLOSED_SECONDS)
    rows = [MonthRow(month_after(first, offset)) for offset in range(TREND_MONTHS)]
    for event in EVENTS:
        counts = closed[event] | _by_month(scope, event, this, month_after(this))
        for row in rows:
            setattr(row, event, counts.get(row.month, 0))
    return Trend(rows)


def _by_month(scope: Scope, event: str, first: date, after: date) -> dict[date, int]:
    """How many cases were received (accepted, decided) in each month from ``first`` to before ``after``."""
    column = f"{event}_at"
    span = {f"{column}__gte": start_of_day(first), f"{column}__lt": start_of_day(after)}
    month = TruncMonth(column, tzinfo=ZONE, output_field=DateTimeField())
    counted = scope.cases().filter(**span).order_by().values_list(month).annotate(n=Count("*"))
    return {moment.astimezone(ZONE).date(): count for moment, count in counted}
