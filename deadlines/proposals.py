"""What a change of the calendar would make of the facts, and whether it may be made at all.

The preview and the services ask the same functions, so what a preview accepts can be saved.
Each gives the new ``Facts`` or raises InvalidInput with every message at its field.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.errors import InvalidInput
from deadlines.facts import Facts, Override, YearFacts
from deadlines.labels import unknown_year
from deadlines.models import CalendarOverride
from deadlines.notice import FIRST_YEAR, LAST_YEAR, Notice
from deadlines.published import SOURCE, notice_year, published_specials
from deadlines.timetable import Period, Timetable
from deadlines.workdays import UnknownYearError

WORKING_WEEK = range(5)
MOST_PERIODS = 4


def override(facts: Facts, *, date: datetime.date, is_workday: bool, name: str, source: str, closed: str = "") -> Facts:
    """``date`` counts differently here, whatever was said of it before.

    Refused: no reason or ground, a day outside the calendar, one that counts like that already,
    a half of a day off.
    """
    errors: dict[str, Any] = {}
    if not name.strip():
        errors["name"] = [_("Say why the day counts differently.")]
    if not source.strip():
        errors["source"] = [_("State the notice or order that the day rests on.")]
    if closed not in ("", *CalendarOverride.Closed.values):
        errors["closed"] = [_("Choose the morning or the afternoon.")]
    elif closed and not is_workday:
        errors["closed"] = [_("A day off is closed all day.")]
    try:
        _check_effect(facts, date, is_workday, closed)
    except UnknownYearError as error:
        errors["date"] = [unknown_year(error)]
    except InvalidInput as error:
        errors |= error.errors
    if errors:
        raise InvalidInput(errors)
    return facts.with_override(date, Override(is_workday, name.strip(), source.strip(), closed))


def _check_effect(facts: Facts, date: datetime.date, is_workday: bool, closed: str) -> None:
    calendar = facts.calendar()
    works = calendar.is_workday(date)
    special = calendar.specials.get(date)
    if (works, special.closed if special else "") != (is_workday, closed):
        return
    if closed:
        raise InvalidInput({"date": _("This is a half day like that already.")})
    raise InvalidInput({"date": _("This is a working day already.") if works else _("This is a day off already.")})


def removal(facts: Facts, *, date: datetime.date) -> Facts:
    """``date`` counts as published again."""
    return facts.without_override(date)


def imported(facts: Facts, *, notice: Notice) -> Facts:
    """The year of ``notice`` is published with its days; days imported for it before are replaced.

    Refused where another year's imported notice names one of its days, and where nothing would change.
    """
    said = YearFacts(True, notice.source, notice.days)
    if facts.years.get(notice.year) == said:
        raise InvalidInput({"": _("This schedule is in force already.")})
    others = {day: year for year, one in facts.years.items() if year != notice.year for day in one.days}
    twice = sorted(day for day in notice.days if day in others)
    if twice:
        text = _("%(date)s stands in the imported notice of %(year)s already.")
        raise InvalidInput({"": text % {"date": twice[0].isoformat(), "year": others[twice[0]]}})
    return facts.with_year(notice.year, said)


def publication(facts: Facts, *, year: int, source: str) -> Facts:
    """Dates in ``year`` are certain from now on.

    Refused without a source, twice with the same one, and while no day of the year is known: every
    holiday would count as a working day and no date would say that it is provisional.
    """
    _check_year(year)
    if not source.strip():
        raise InvalidInput({"source": _("State the notice that published the schedule.")})
    said = facts.years.get(year)
    if facts.is_published(year) and facts.source(year) == source.strip():
        raise InvalidInput({"year": _("This year is published already.")})
    known = bool(said and said.days) or any(day.year == year for day in facts.overrides)
    if not known and not any(notice_year(day, one) == year for day, one in published_specials().items()):
        raise InvalidInput({"year": _("No day of this year has been entered yet. Import its notice.")})
    return facts.with_year(year, YearFacts(True, source.strip(), said.days if said else {}))


def withdrawal(facts: Facts, *, year: int, reason: str) -> Facts:
    """Dates in ``year`` are provisional again and its days count by their weekday; what was imported is kept."""
    _check_year(year)
    if not reason.strip():
        raise InvalidInput({"reason": _("Say why the schedule is withdrawn.")})
    if not facts.is_published(year):
        raise InvalidInput({"year": _("This year is not published.")})
    said = facts.years.get(year) or YearFacts(True, SOURCE)
    return facts.with_year(year, replace(said, published=False))


def opening(facts: Facts, *, week: Mapping[int, Sequence[Period]]) -> Facts:
    """The hall is open in the periods of ``week``, Monday is 0.

    Monday to Friday need hours; without those of Saturday or Sunday a make-up day is worked with
    Monday's. Messages stand at "0" to "6", the weekday.
    """
    errors: dict[str, Any] = {}
    for weekday in WORKING_WEEK:
        if not week.get(weekday):
            errors[str(weekday)] = _("A working day needs office hours.")
    for weekday, periods in week.items():
        try:
            if len(periods) > MOST_PERIODS:
                raise ValueError
            Timetable({weekday: periods} if periods else {0: week[0]})
        except (ValueError, KeyError):
            errors.setdefault(
                str(weekday), _("Each period must close after it opens, and begin after the one before it.")
            )
    if errors:
        raise InvalidInput(errors)
    hours = Timetable({weekday: tuple(periods) for weekday, periods in sorted(week.items()) if periods})
    if hours == facts.hours:
        raise InvalidInput({"": _("These are the hours already.")})
    return facts.with_hours(hours)


def _check_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        text = _("The year must lie between %(first)s and %(last)s.")
        raise InvalidInput({"year": text % {"first": FIRST_YEAR, "last": LAST_YEAR}})
