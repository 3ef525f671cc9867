"""When the windows are open, in one sentence for the foot of every page."""

from itertools import groupby

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from deadlines.timetable import Period, Timetable

WORKING_WEEK = range(5)


def opening_sentence(hours: Timetable) -> str:
    """ "Windows are open on working days ..." when Monday to Friday are alike, else day by day."""
    week = [(day, tuple(hours.periods.get(day, ()))) for day in range(7)]
    if len({periods for day, periods in week if day in WORKING_WEEK}) == 1 and not any(p for _day, p in week[5:]):
        return _("Windows are open on working days %(hours)s") % {"hours": _hours(week[0][1])}
    runs = [
        (_days([day for day, _periods in run]), _hours(periods))
        for periods, run in groupby(week, key=lambda one: one[1])
        if periods
    ]
    parts = [pgettext("opening hours", "%(days)s %(hours)s") % {"days": days, "hours": text} for days, text in runs]
    return _("Windows are open %(parts)s") % {"parts": pgettext("between runs of days", "; ").join(parts)}


def _days(days: list[int]) -> str:
    first, last = str(WEEKDAYS[days[0]]), str(WEEKDAYS[days[-1]])
    if first == last:
        return first
    return pgettext("weekdays", "%(first)s to %(last)s") % {"first": first, "last": last}


def _hours(periods: tuple[Period, ...]) -> str:
    texts = [f"{opens.hour}:{opens:%M}–{closes.hour}:{closes:%M}" for opens, closes in periods]
    return pgettext("between periods of a day", " and ").join(texts)
