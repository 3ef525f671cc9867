"""On whose desk a case lay: the clerk at the window, the handlers of its steps, and to whom they passed it on.

A day belongs to whoever had the case when it began, as everywhere in ``deadlines.holding``. Absences
are in whole days: what passes to a substitute is his from the first of them, and its owner's again
from the day after the last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from approvals.models import Case, Step
from common.time import start_of_day
from deadlines.holding import Span
from deadlines.models import ClockKind, Handover
from ledger.models import Entry

WINDOW, DEPARTMENT = "window", "department"
PUBLISHED = "case.published"
# Each of these is done by whoever has the case at the window; the first says who that is.
WINDOW_ACTS = ("case.correction_sent", PUBLISHED, "case.accepted", "case.not_accepted", "case.handed_over")
HANDLED = ("step.taken", "step.proposed", "step.sent_back", "step.completed", "step.approved")
# Duties that are the clerk's own; who is reminded of the decision is another matter.
CLERKS = (ClockKind.ACCEPTANCE, ClockKind.DELIVERY)
GIVEN = "given"
Cause = Handover.Cause


@dataclass(frozen=True, slots=True)
class Event:
    """Something that says who has it from ``at`` on; ``act`` is that of the ledger, or GIVEN."""

    at: datetime
    act: str
    who: User | None
    # From when on it counts for who receives it.
    counts_from: datetime


@dataclass(slots=True)
class Desk:
    """Whose it is while the events go by; gives a span whenever it leaves somebody's desk.

    Holders are named by their id: two people may have the same name.
    """

    category: str
    who: User | None = None
    since: datetime | None = None

    def leave(self, at: datetime) -> Iterator[Span]:
        if self.who is not None and self.since is not None:
            yield Span(self.since, max(at, self.since), self.category, str(self.who.pk))
        self.since = None

    def give(self, who: User | None, at: datetime) -> None:
        self.who, self.since = who, at if who is not None else None


def _happened(entry: Entry) -> Event:
    return Event(entry.at, entry.act, entry.actor, entry.at)


def _given(row: Handover) -> Event:
    return Event(row.at, GIVEN, row.to_user, _counts_from(row))


def _counts_from(row: Handover) -> datetime:
    """An absence takes whole days out; who came back earlier than planned had a substitute for that day still."""
    day = timezone.localtime(row.at).date()
    over = row.cause == Cause.RETURN and row.absence is not None and day > row.absence.ends_on
    if row.cause == Cause.LEAVE or over:
        return start_of_day(day) - timedelta(microseconds=1)
    return row.at


def _in_order(entries: Iterable[Entry], handovers: Iterable[Handover]) -> list[Event]:
    events = [*map(_happened, entries), *map(_given, handovers)]
    return sorted(events, key=lambda event: event.at)


def clerk_spans(case: Case, entries: Sequence[Entry], handovers: Sequence[Handover], end: datetime) -> list[Span]:
    """The clerk, from the first act of a person at the window, or from being given it: before that nobody had it.

    Without what lies between handing the case over and its decision.
    """
    desk = Desk(WINDOW)
    found: list[Span] = []
    acts = (entry for entry in entries if entry.act in WINDOW_ACTS and entry.actor)
    for event in _in_order(acts, (row for row in handovers if row.clock.kind in CLERKS)):
        if event.act == GIVEN:
            at = max(event.counts_from, desk.since or event.counts_from)
            found.extend(desk.leave(at))
            desk.give(event.who, at)
        elif desk.who is None:
            desk.give(event.who, event.at)
    found.extend(desk.leave(end))
    return list(_at_the_window(case, found, end))


def _at_the_window(case: Case, spans: Iterable[Span], end: datetime) -> Iterator[Span]:
    times = [(case.received_at, case.handed_over_at or end)]
    if case.decided_at:
        times.append((case.decided_at, end))
    for span in spans:
        for first, last in times:
            begins, ends = max(span.starts_at, first), min(span.ends_at or end, last, end)
            if begins < ends:
                yield Span(begins, ends, span.category, span.holder)


def handler_spans(
    steps: Sequence[Step], entries: Sequence[Entry], handovers: Sequence[Handover], end: datetime
) -> Iterator[Span]:
    """Who had a step on the desk: from taking or being given it until it was proposed or done, and again when
    it was sent back."""
    for step in steps:
        acts = [entry for entry in entries if entry.act in HANDLED and entry.data.get("step") == step.code]
        given = [row for row in handovers if row.clock_id == step.clock_id]
        for span in _step_spans(step, _in_order(acts, given), end):
            if span.starts_at < end:
                yield Span(span.starts_at, min(span.ends_at or end, end), span.category, span.holder)


def _step_spans(step: Step, events: Iterable[Event], end: datetime) -> Iterator[Span]:
    desk, waits = Desk(DEPARTMENT), False
    for event in events:
        at = max(event.counts_from, desk.since or event.counts_from)
        if event.act == "step.sent_back":
            desk.give(desk.who, at)
            waits = False
            continue
        yield from desk.leave(at)
        desk.give(event.who, at)
        # A proposal waits on nobody's desk; who proposed it, or is given it meanwhile, has it when it comes back.
        waits = event.act not in ("step.taken", GIVEN) or (waits and event.act == GIVEN)
        if waits:
            desk.since = None
    yield from desk.leave(step.finished_at or end)


def names_of(entries: Iterable[Entry], handovers: Iterable[Handover]) -> dict[str, str]:
    """Names by the holders of the spans."""
    people = [*(entry.actor for entry in entries), *(row.to_user for row in handovers)]
    return {str(person.pk): str(person) for person in people if person is not None}
