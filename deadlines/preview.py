"""What a change of the calendar would do to the open clocks, before anything is written.

Asks the same ``recount.changes`` as the re-dating that follows, of every clock that can be
touched, so that what a preview lists is what saving then does.
"""

from bisect import insort
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, F, Func, IntegerField, Q, Value
from django.db.models.functions import Greatest, Least

from accounts.models import Department
from common.time import start_of_day
from deadlines import recount
from deadlines.models import Clock
from deadlines.querysets import ClockQuerySet
from deadlines.recount import Change
from deadlines.rungs import ladders
from deadlines.workdays import Calendar

DAY = timedelta(days=1)
BATCH = 2000
SHOWN = 100
# More stretches than that are looked at as one: the clocks between are counted for nothing, not wrongly.
MOST_STRETCHES = 20

Stretch = tuple[date, date]

LAST = Func(F("rung_at"), function="cardinality", output_field=IntegerField())


def changed_stretches(now: Calendar, then: Calendar) -> list[Stretch]:
    """From and to of all days that would count differently, joined where no working day lies between.

    A day differs in its hours (none on a day off), or in whether its year is published.
    """
    first, last = min(now.first_year, then.first_year), max(now.last_year, then.last_year)
    found: list[Stretch] = []
    for day in Calendar.days(date(first, 1, 1), date(last, 12, 31)):
        if not _differs(now, then, day):
            continue
        if found and not _works_between(now, then, found[-1][1], day):
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found if len(found) <= MOST_STRETCHES else [(found[0][0], found[-1][1])]


def _differs(now: Calendar, then: Calendar, day: date) -> bool:
    if not (now.first_year <= day.year <= now.last_year and then.first_year <= day.year <= then.last_year):
        return True
    return (
        now.is_published(day.year) != then.is_published(day.year)
        or now.is_workday(day) != then.is_workday(day)
        or now.opening(day) != then.opening(day)
    )


def _works_between(now: Calendar, then: Calendar, a: date, b: date) -> bool:
    for day in Calendar.days(a + DAY, b - DAY):
        known = now.first_year <= day.year <= now.last_year
        if known and (now.is_workday(day) or then.is_workday(day)):
            return True
    return False


def affected(calendar_now: Calendar, calendar_then: Calendar) -> Iterator[Change]:
    """Open clocks whose dates would move, or become provisional or certain; nothing is written.

    In batches, so that memory stays flat. Clocks that are still counted with an older calendar
    are looked at as well, since saving counts them too. Raises UnknownYearError where
    ``calendar_then`` does not reach.
    """
    steps = ladders()
    for clocks in _batches(_touchable(changed_stretches(calendar_now, calendar_then), calendar_now.version)):
        for change in recount.changes(clocks, steps, calendar_then):
            if change.moved or change.flipped:
                yield change


def _touchable(stretches: Sequence[Stretch], version: int) -> ClockQuerySet:
    """Open clocks between whose first and last moment one of the days lies."""
    wanted = Q(calendar_version__lt=version)
    for first, last in stretches:
        wanted |= Q(span_from__lt=start_of_day(last + DAY), span_to__gte=start_of_day(first))
    return (
        Clock.objects.open()
        .annotate(
            span_from=Least("starts_at", "warn_at", _rung(Value(1))),
            span_to=Greatest("due_at", "lawful_due_at", "warn_at", "resumes_at", _rung(LAST)),
        )
        .filter(wanted)
        .select_related("department", "handler")
    )


def _rung(place: Any) -> Func:
    """The moment of a rung by its place, from 1; NULL where a clock has none, which is then left out."""
    return Func(F("rung_at"), place, template="(%(expressions)s])", arg_joiner="[", output_field=DateTimeField())


def _batches(clocks: ClockQuerySet) -> Iterator[list[Clock]]:
    batch = list(clocks.order_by("pk")[:BATCH])
    while batch:
        yield batch
        batch = list(clocks.filter(pk__gt=batch[-1].pk).order_by("pk")[:BATCH]) if len(batch) == BATCH else []


@dataclass(slots=True)
class Summary:
    """The figures of a preview; ``kinds`` by their code. ``first`` are the clocks due soonest, at most ``SHOWN``."""

    total: int = 0
    moved: int = 0
    later: int = 0
    earlier: int = 0
    provisional: int = 0
    certain: int = 0
    departments: Counter[Department | None] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    earliest: Change | None = None
    largest: Change | None = None
    first: list[Change] = field(default_factory=list)

    def add(self, change: Change) -> None:
        """Count one more clock."""
        self.total += 1
        self.moved += change.moved
        self.provisional += change.flipped and change.news.provisional
        self.certain += change.flipped and not change.news.provisional
        self.departments[change.clock.department] += 1
        self.kinds[change.clock.kind] += 1
        if len(self.first) < SHOWN or _soonest(change) < _soonest(self.first[-1]):
            insort(self.first, change, key=_soonest)
            del self.first[SHOWN:]
        if change.moved:
            self._add_move(change)

    def _add_move(self, change: Change) -> None:
        # Where only the warning moves, no limit is earlier or later.
        move = _limit_move(change)
        self.later += move > timedelta(0)
        self.earlier += move < timedelta(0)
        if self.largest is None or abs(move) > abs(move_of(self.largest)):
            self.largest = change
        if self.earliest is None or _soonest(change) < _soonest(self.earliest):
            self.earliest = change


def summary(changes: Iterable[Change]) -> Summary:
    """Figures by department and kind, and the first clocks; goes through ``changes`` once."""
    found = Summary()
    for change in changes:
        found.add(change)
    return found


def move_of(change: Change) -> timedelta:
    """How far the promised limit moves; positive is later. Where only another date moves, how far that does."""
    return _limit_move(change) or change.news.warn_at - change.clock.warn_at


def _limit_move(change: Change) -> timedelta:
    clock, news = change.clock, change.news
    if clock.due_at == news.due_at and clock.lawful_due_at and news.lawful_due_at:
        return news.lawful_due_at - clock.lawful_due_at
    return news.due_at - clock.due_at


def _soonest(change: Change) -> tuple[datetime, str]:
    return min(change.clock.due_at, change.news.due_at), str(change.clock.pk)
