"""Who held a case on which working days: applicant, window, departments, special procedures. Reads only.

Told from the case's own records by the moments at which things really happened: an acceptance that
is deemed and back-dated moves limits, but it moves nobody's days.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from django.utils.translation import pgettext, pgettext_lazy

from accounts.models import Role
from approvals.desks import DEPARTMENT, HANDLED, PUBLISHED, WINDOW, WINDOW_ACTS, clerk_spans, handler_spans, names_of
from approvals.labels import CASE_LABEL
from approvals.models import Case, CorrectionNotice
from common.time import now
from deadlines import calendars, holding
from deadlines.holding import HeldDay, Holding, Span
from deadlines.lights import Light
from deadlines.models import Clock, ClockKind, Ground, Handover, Stop
from deadlines.wording import date_range, listed
from ledger.models import Entry

APPLICANT, SPECIAL, NOTICE = "applicant", "special", "notice"
# A special procedure takes the day out for everybody; what waits for the applicant the window cannot hasten.
# The days of a public notice are the public's.
PRECEDENCE = (SPECIAL, APPLICANT, DEPARTMENT, NOTICE, WINDOW)
LABELS = {
    APPLICANT: pgettext_lazy("holder", "Applicant"),
    WINDOW: pgettext_lazy("holder", "Window"),
    DEPARTMENT: pgettext_lazy("holder", "Departments"),
    SPECIAL: pgettext_lazy("holder", "Special procedure"),
    NOTICE: pgettext_lazy("holder", "Public notice"),
}
ENDING = ("case.withdrawn", "case.not_accepted", "case.terminated")


@dataclass(frozen=True, slots=True)
class Story:
    """What the case's records tell: who held it when, by office and by person, from ``start`` to ``end``.

    ``stops`` are the special procedures among ``spans``, each with the clock that it was for.
    Holders of ``people`` are ids, whose names are in ``names``.
    """

    start: datetime
    end: datetime
    ended: bool
    spans: list[Span]
    stops: list[tuple[UUID, Span]]
    people: list[Span]
    names: Mapping[str, str]


def story_of(case: Case, at: datetime | None = None) -> Story:
    """Read the records of ``case``; six queries, besides the window if it is not loaded."""
    entries = list(
        Entry.objects.of(CASE_LABEL, case.pk)
        .filter(act__in=(*ENDING, *WINDOW_ACTS, *HANDLED))
        .select_related("actor")
    )  # fmt: skip
    ended = case.delivered_at or next((entry.at for entry in entries if entry.act in ENDING), None)
    end = ended or at or now()
    notices = list(case.notices.all())
    steps = [step for step in case.steps.select_related("department") if step.opened_at]
    stops = Stop.objects.filter(clock__subject_type=CASE_LABEL, clock__subject_id=case.pk).order_by("starts_at", "id")
    special = list(_stop_spans(stops))
    spans = [
        *(span for _clock, span in special),
        *_applicant_spans(case, notices, end),
        *_notice_spans(case, entries, end),
        *_window_spans(case, end),
        *_held_spans(case, end),
        *(_span(step.opened_at, step.finished_at, end, DEPARTMENT, step.department.label) for step in steps),
    ]
    given = _handovers(case)
    people = [*clerk_spans(case, entries, given, end), *handler_spans(steps, entries, given, end)]
    return Story(case.received_at, end, ended is not None, spans, special, people, names_of(entries, given))


def _handovers(case: Case) -> list[Handover]:
    rows = Handover.objects.filter(clock__subject_type=CASE_LABEL, clock__subject_id=case.pk)
    return list(rows.select_related("clock", "to_user", "absence").order_by("id"))


def _span(starts_at: datetime | None, ends_at: datetime | None, end: datetime, category: str, holder: str) -> Span:
    """A span; what has no end of its own, such as a step that was called off, ends with the case."""
    assert starts_at is not None
    return Span(min(starts_at, end), ends_at or end, category, holder)


def _stop_spans(stops: Iterable[Stop]) -> Iterator[tuple[UUID, Span]]:
    for stop in stops:
        yield stop.clock_id, Span(stop.starts_at, stop.ends_at, SPECIAL, str(Ground(stop.ground).label))


def _applicant_spans(case: Case, notices: Sequence[CorrectionNotice], end: datetime) -> Iterator[Span]:
    for notice in notices:
        yield _span(notice.issued_at, notice.answered_at, end, APPLICANT, str(LABELS[APPLICANT]))


def _notice_spans(case: Case, entries: Sequence[Entry], end: datetime) -> Iterator[Span]:
    """The days of a public notice until acceptance, with those of settling what was objected on the last of them."""
    for entry in entries:
        if entry.act == PUBLISHED:
            yield _span(entry.at, case.accepted_at, end, NOTICE, str(LABELS[NOTICE]))


def _window_spans(case: Case, end: datetime) -> Iterator[Span]:
    """All the time before it is handed over, but for what lies with the applicant; and from decision to delivery."""
    yield _span(case.received_at, case.handed_over_at, end, WINDOW, case.window.label)
    if case.decided_at:
        yield _span(case.decided_at, None, end, WINDOW, case.window.label)


def _held_spans(case: Case, end: datetime) -> Iterator[Span]:
    """What the applicant promised and has not handed in keeps a decided case from being delivered (容缺)."""
    # Asked for an undecided case too, so that every case costs the same.
    for row in case.deferrals.filter(hold=True, material__isnull=False):
        until = row.handed_in_at or row.ended_at
        if case.decided_at and (until is None or until > case.decided_at):
            yield _span(case.decided_at, until, end, APPLICANT, str(LABELS[APPLICANT]))


def case_holding(case: Case, at: datetime | None = None) -> Holding:
    """Working days of a case from receipt to its end, or to ``at``, by who held it; see ``deadlines.holding``."""
    story = story_of(case, at)
    return held_between(story, story.start, story.end)


def held_between(story: Story, start: datetime, end: datetime) -> Holding:
    """The working days after the day of ``start`` up to that of ``end``, put down to who held the case."""
    return holding.split(calendars.current(), story.spans, start, end, PRECEDENCE)


@dataclass(frozen=True, slots=True)
class Share:
    """Net working days of one holder; ``parts`` are offices, special procedures or people of a category."""

    label: str
    days: int
    parts: list[Share] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class HeldRun:
    """Working days in a row with the same holders."""

    dates: str
    days: int
    label: str
    holders: str


@dataclass(frozen=True, slots=True)
class Breach:
    """A limit that was passed, and who held the case on the days of it."""

    clock: Clock
    at: datetime
    shares: list[Share]
    runs: list[HeldRun]


@dataclass(frozen=True, slots=True)
class HoldingView:
    """What pages show: the sum of each holder, people where known, and the same for each breach."""

    total: int
    shares: list[Share]
    people: list[Share]
    breaches: list[Breach]
    ended: bool


def view_of(case: Case, clocks: Sequence[Clock], at: datetime | None = None) -> HoldingView:
    """The whole of it for one case; ``clocks`` are those of the case, already read."""
    moment = at or now()
    story = story_of(case, moment)
    held = held_between(story, story.start, story.end)
    return HoldingView(
        total=len(held.days),
        shares=_shares(held),
        people=_people(story),
        breaches=list(_breaches(story, clocks, moment)),
        ended=story.ended,
    )


def _people(story: Story) -> list[Share]:
    """Days of each person, without those that lay with the applicant or in a special procedure meanwhile."""
    nobodys = [span for span in story.spans if span.category in (APPLICANT, SPECIAL, NOTICE)]
    held = holding.split(calendars.current(), [*nobodys, *story.people], story.start, story.end, PRECEDENCE)
    days = Counter(holder for day in held.days if day.category in (WINDOW, DEPARTMENT) for holder in day.holders)
    shares = [Share(story.names[holder], count) for holder, count in days.items()]
    return sorted(shares, key=lambda share: (-share.days, share.label))


def clocks_of(case: Case) -> list[Clock]:
    """All duties of a case with those whose they are, oldest first."""
    clocks = Clock.objects.of_subject(CASE_LABEL, case.pk).select_related("department", "handler")
    return list(clocks.order_by("starts_at", "id"))


def _shares(held: Holding) -> list[Share]:
    """Categories in a fixed order, each with its offices; days that nobody held come last."""
    parts: dict[str, dict[str, int]] = {}
    for day in held.days:
        for holder in day.holders:
            of = parts.setdefault(day.category, {})
            of[holder] = of.get(holder, 0) + 1
    return [
        Share(
            category_label(category),
            days,
            _sorted(parts.get(category, {})) if category in (DEPARTMENT, SPECIAL) else [],
        )
        for category in (APPLICANT, WINDOW, DEPARTMENT, SPECIAL, NOTICE, "")
        if (days := held.by_category.get(category, 0))
    ]


def _sorted(days: Mapping[str, int]) -> list[Share]:
    return [Share(holder, count) for holder, count in sorted(days.items(), key=lambda item: (-item[1], item[0]))]


def category_label(category: str) -> str:
    return str(LABELS[category]) if category else pgettext("holder", "Nobody")


def _breaches(story: Story, clocks: Sequence[Clock], at: datetime) -> Iterator[Breach]:
    for clock in clocks:
        breached_at = clock.breached_at or (clock.due_at if clock.light(at) == Light.RED else None)
        if breached_at is None:
            continue
        held = _held_for(story, clock, breached_at)
        yield Breach(clock, breached_at, _shares(held), runs_of(held.days))


# The duties of the case as a whole: with whom it lay is what counts.
OF_THE_CASE = (ClockKind.ACCEPTANCE, ClockKind.DECISION, ClockKind.DELIVERY)


def _held_for(story: Story, clock: Clock, end: datetime) -> Holding:
    """Who held what this duty was about: a step lies with its own department, whatever others do beside it."""
    if clock.kind in OF_THE_CASE or clock.department is None:
        return held_between(story, clock.starts_at, end)
    category = WINDOW if clock.role == Role.CLERK else DEPARTMENT
    own = [span for clock_id, span in story.stops if clock_id == clock.pk]
    spans = [*own, Span(clock.starts_at, end, category, clock.department.label)]
    return holding.split(calendars.current(), spans, clock.starts_at, end, PRECEDENCE)


def runs_of(days: Sequence[HeldDay]) -> list[HeldRun]:
    """Days one by one, folded where the holders stay the same."""
    found = []
    year = days[0].day.year if days else 0
    for (category, holders), group in groupby(days, key=lambda day: (day.category, day.holders)):
        listed_days: list[date] = [one.day for one in group]
        dates = date_range(listed_days[0], listed_days[-1], year)
        named = listed(holders) if category in (DEPARTMENT, SPECIAL) else ""
        found.append(HeldRun(dates, len(listed_days), category_label(category), named))
    return found
