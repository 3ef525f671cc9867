"""What has become of the cases of a project, and when the rest can be expected. Reads only; two statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import F
from django.utils import timezone

from approvals.catalogue.ordering import Before
from approvals.models import Case, Deferral
from approvals.planning.reading import Planned, content_parts, planned_of
from approvals.planning.schedule import Dates, Frame, Known, PlanError, Task, Way, lay_out
from deadlines.workdays import Calendar, UnknownYearError

S = Case.Status
PAPER = "paper:"


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that holds a certificate back: a certificate of another matter, or a paper promised for a day."""

    prerequisite: str
    promised_on: date | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class CaseFact:
    """One case with what planning needs of it."""

    pk: int
    number: str
    application: int
    planned: Planned
    status: str
    decision: str
    waits_for: tuple[str, ...]
    received_at: datetime
    accepted_at: datetime | None
    decided_at: datetime | None
    delivered_at: datetime | None
    due_at: datetime | None
    stopped: bool
    window: str
    window_en: str
    gaps: tuple[Gap, ...] = field(default=())

    @property
    def code(self) -> str:
        return self.planned.code

    @property
    def came_to_nothing(self) -> bool:
        return self.status in Case.CAME_TO_NOTHING

    @property
    def refused(self) -> bool:
        return self.decision == Case.Decision.REFUSED

    @property
    def open_gaps(self) -> tuple[Gap, ...]:
        return tuple(gap for gap in self.gaps if gap.ended_at is None)

    @property
    def certificate_on(self) -> date | None:
        """The day on which the certificate was there: granted, and the last gap that held it back filled."""
        if self.decided_at is None or self.decision != Case.Decision.GRANTED or self.open_gaps:
            return None
        return _day(max([self.decided_at, *(gap.ended_at for gap in self.gaps if gap.ended_at)]))

    def known(self, task: Task, frame: Frame) -> Known:
        """Dates that are certain, and when its running duty is due by its clock."""
        due = None if self.due_at is None else _day(self.due_at)
        at_window = due if self.status == S.RECEIVED else None
        if self.status == S.CORRECTING and frame.today:
            # Answered today at the best: then five days begin anew.
            at_window = task.acceptance.after(frame.calendar, frame.today)
        return Known(
            begins=None if self.status == S.WAITING else _day(self.received_at),
            accepted=_day_or_none(self.accepted_at),
            decided=_day_or_none(self.decided_at),
            # A refusal ends the matter too, with nothing for others to go on with.
            certificate=_day_or_none(self.decided_at) if self.refused else self.certificate_on,
            delivered=_day_or_none(self.delivered_at),
            accept_by=at_window,
            decide_by=due if self.status in (S.ACCEPTED, S.REVIEWING) else None,
            deliver_by=due if self.status in (S.DECIDED, S.ISSUED) and not self.open_gaps else None,
        )


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def _day_or_none(moment: datetime | None) -> date | None:
    return None if moment is None else _day(moment)


FIELDS = (
    "pk", "number", "status", "decision", "waits_for", "received_at", "accepted_at", "decided_at", "delivered_at",
)  # fmt: skip


def cases_of(project_id: int, *, without: int | None = None) -> list[CaseFact]:
    """All cases of a project, oldest first; ``without`` those of one application."""
    return [fact for fact in cases_by_project([project_id])[project_id] if fact.application != without]


def cases_by_project(projects: Collection[int]) -> defaultdict[int, list[CaseFact]]:
    """All cases of some projects, oldest first; two statements, however many."""
    rows = Case.objects.filter(project__in=projects).order_by("id")
    found = rows.values(
        *FIELDS, "project_id", commitment=F("by_commitment"), application_=F("application_id"),
        code=F("matter__code"), name=F("matter__name"), name_en=F("matter__name_en"), due_at=F("clock__due_at"),
        stopped_at=F("clock__stopped_at"), window_=F("window__name"), window_en_=F("window__name_en"),
        **content_parts("version"),
    )  # fmt: skip
    gaps = _gaps(projects)
    by_project: defaultdict[int, list[CaseFact]] = defaultdict(list)
    for row in found:
        by_project[row["project_id"]].append(_fact(row, gaps))
    return by_project


def _fact(row: Mapping[str, Any], gaps: Mapping[int, list[Gap]]) -> CaseFact:
    return CaseFact(
        **{name: row[name] for name in FIELDS if name != "waits_for"},
        waits_for=tuple(row["waits_for"]),
        application=row["application_"],
        planned=planned_of(row),
        due_at=row["due_at"],
        stopped=row["stopped_at"] is not None,
        window=row["window_"],
        window_en=row["window_en_"],
        gaps=tuple(gaps.get(row["pk"], ())),
    )


def _gaps(projects: Collection[int]) -> dict[int, list[Gap]]:
    found: dict[int, list[Gap]] = defaultdict(list)
    rows = Deferral.objects.filter(case__project__in=projects, hold=True).order_by("id")
    for case, code, promised_on, ended_at in rows.values_list("case_id", "prerequisite", "promised_on", "ended_at"):
        found[case].append(Gap(code, promised_on, ended_at))
    return found


@dataclass(frozen=True, slots=True)
class Forecast:
    """``dates`` by case, of cases that go on or have ended well; ``blocked`` are cases that wait for what has come
    to nothing; ``there`` and ``coming`` are certificates by code: there already, or expected on a day."""

    dates: Mapping[int, Dates]
    blocked: frozenset[int]
    there: frozenset[str]
    coming: Mapping[str, date]


def forecast(cases: Sequence[CaseFact], calendar: Calendar, today: date) -> Forecast:
    """When each case can be expected to end, if from today everybody keeps the promised days."""
    going = {fact.code: fact for fact in cases if not fact.came_to_nothing}
    there = {fact.code: day for fact in going.values() if not fact.refused and (day := fact.certificate_on)}
    blocked = _blocked(going, there)
    frame = Frame(calendar, today, given=_papers(going.values(), today), today=today)
    tasks = [_task(fact, there, frame) for fact in going.values() if fact.pk not in blocked]
    try:
        placed = lay_out(tasks, Way.DEFERRAL, frame)
    except (PlanError, UnknownYearError):
        placed = {}
    coming = {
        code: dates.certificate for code, dates in placed.items() if code not in there and not going[code].refused
    }
    return Forecast(
        {going[code].pk: dates for code, dates in placed.items()}, frozenset(blocked), frozenset(there), coming
    )


def _blocked(going: Mapping[str, CaseFact], there: Mapping[str, date]) -> set[int]:
    """Cases whose certificates cannot come any more, and those that wait for them in turn."""
    dead = {code for code, fact in going.items() if fact.refused}
    blocked: set[int] = set()
    while True:
        more = [
            fact
            for fact in going.values()
            if fact.status == S.WAITING and fact.pk not in blocked
            and any(c not in there and (c in dead or c not in going) for c in fact.waits_for)
        ]  # fmt: skip
        if not more:
            return blocked
        blocked.update(fact.pk for fact in more)
        dead.update(fact.code for fact in more)


def _papers(cases: Iterable[CaseFact], today: date) -> dict[str, date]:
    """Papers that hold a certificate back: expected on the day for which they were promised."""
    return {
        f"{PAPER}{fact.pk}": max([today, *(gap.promised_on for gap in fact.open_gaps if gap.promised_on)])
        for fact in cases
        if any(not gap.prerequisite for gap in fact.open_gaps)
    }


def _task(fact: CaseFact, there: Mapping[str, date], frame: Frame) -> Task:
    strict = tuple(code for code in fact.waits_for if code not in there) if fact.status == S.WAITING else ()
    follows = tuple(gap.prerequisite for gap in fact.open_gaps if gap.prerequisite and gap.prerequisite not in there)
    paper = f"{PAPER}{fact.pk}"
    waits = Before(strict, (*follows, paper) if paper in frame.given else follows)
    task = fact.planned.task(waits, "promised")
    return fact.planned.task(waits, "promised", fact.known(task, frame))
