"""When the windows are open, in one line for the foot of every page."""

from collections.abc import Iterable
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from deadlines import calendars
from deadlines.timetable import Period, Timetable

WEEKDAYS = (
    pgettext_lazy("opening", "Mon"),
    pgettext_lazy("opening", "Tue"),
    pgettext_lazy("opening", "Wed"),
    pgettext_lazy("opening", "Thu"),
    pgettext_lazy("opening", "Fri"),
    pgettext_lazy("opening", "Sat"),
    pgettext_lazy("opening", "Sun"),
)


def opening_hours() -> str:
    """The hall's week: "Mon to Fri 8:30–12:00, 13:30–17:30"; from the calendar in memory."""
    return week_text(calendars.current().hours)


def week_text(hours: Timetable) -> str:
    """Days in a row with the same hours as one stretch; days without hours are left out."""
    week = [tuple(hours.periods.get(weekday, ())) for weekday in range(7)]
    stretches = [(periods, list(days)) for periods, days in groupby(range(7), key=week.__getitem__) if periods]
    return pgettext("between stretches of days", "; ").join(
        f"{_days(days)} {_listed(_period(one) for one in periods)}" for periods, days in stretches
    )


def _listed(items: Iterable[str]) -> str:
    return pgettext("between opening hours", ", ").join(items)


def _days(days: list[int]) -> str:
    first, last = str(WEEKDAYS[days[0]]), str(WEEKDAYS[days[-1]])
    if len(days) > 2:
        return _("%(first)s to %(last)s") % {"first": first, "last": last}
    return _listed([first, last]) if len(days) == 2 else first


def _period(period: Period) -> str:
    opens, closes = period
    return f"{opens.hour}:{opens:%M}–{closes.hour}:{closes:%M}"
