"""Which slots a window offers on a day, and what is left of each."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count

from accounts.models import Department
from common.time import now, today
from deadlines import workhours
from deadlines.calendars import current
from deadlines.workdays import UnknownYearError
from reception.limits import limit
from reception.models import Booking, Limit, Opening

TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Slot:
    """A piece of an opening on a day, and how many places are left in it."""

    starts_at: datetime
    ends_at: datetime
    seats: int
    left: int


def last_day() -> date:
    """The last day that can be booked today."""
    return today() + timedelta(days=limit(Limit.Code.DAYS_AHEAD).amount)


def days_to_book() -> list[date]:
    """From today to the last day that can be booked: those on which the hall works."""
    count = (last_day() - today()).days
    return [day for day in (today() + timedelta(days=n) for n in range(count + 1)) if _works(day)]


def _works(day: date) -> bool:
    try:
        return current().is_workday(day)
    except UnknownYearError:
        return False


def openings_on(department: Department, day: date) -> list[Opening]:
    """The window's openings on ``day``; a make-up Saturday or Sunday without its own has Monday's."""
    if not _works(day):
        return []
    rows = list(Opening.objects.filter(department=department, weekday__in=(day.weekday(), Opening.Weekday.MONDAY)))
    own = [row for row in rows if row.weekday == day.weekday()]
    return own or ([row for row in rows if row.weekday == Opening.Weekday.MONDAY] if day.weekday() >= 5 else [])


def slots_on(department: Department, day: date) -> list[Slot]:
    """What can still be booked on ``day``, full slots among it: inside opening hours and not begun."""
    booked = Booking.objects.filter(department=department, day=day).exclude(status=Booking.Status.CANCELLED)
    taken = dict(booked.order_by().values_list("starts_at").annotate(n=Count("id")))
    moment, calendar = now(), current()
    found = []
    for opening in openings_on(department, day):
        length = timedelta(minutes=opening.minutes)
        for start in opening.slots(day):
            # Half days and hours that the administrator has changed close slots too.
            is_open = workhours.is_open(calendar, start) and workhours.is_open(calendar, start + length - TICK)
            if start > moment and is_open:
                left = max(0, opening.seats - taken.get(start, 0))
                found.append(Slot(start, start + length, opening.seats, left))
    return sorted(found, key=lambda slot: slot.starts_at)
