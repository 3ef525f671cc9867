"""The State Council's yearly notice, checked strictly: whatever it says is a date on which the law runs.

Pure: text in, a ``Notice`` out, or ``NoticeError`` with every problem found. ``notice_yaml`` and
``notice_text`` read the two forms in which a notice can be entered.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from deadlines.facts import NamedDay
from deadlines.published import NEW_YEAR
from deadlines.workdays import Calendar

DAY = timedelta(days=1)
FIRST_YEAR, LAST_YEAR = 2004, 2100
LONGEST_TEXT = 20_000
LONGEST_NAME = 60
# From 2004 to 2026 a notice gave 22 to 33 days of holidays; weekdays off, less the days made up for
# them, come near the statutory holidays, 10 to 13 days (全国年节及纪念日放假办法).
FEWEST_DAYS, MOST_DAYS = 18, 45
FEWEST_STATUTORY, MOST_STATUTORY = 6, 15
LONGEST_HOLIDAY = 12
# New Year's may take in the last days of the year before, and make up for them there.
DECEMBER = (12, 25)

# What the law knows, under the name by which the package has it; the last three since 2008.
HOLIDAYS = {
    "元旦": NEW_YEAR,
    "春节": "Spring Festival",
    "劳动节": "Labour Day",
    "国庆节": "National Day",
    "清明节": "Tomb-sweeping Day",
    "端午节": "Dragon Boat Festival",
    "中秋节": "Mid-autumn Festival",
}
ALWAYS = ("元旦", "春节", "劳动节", "国庆节")
SINCE_2008 = 2008


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and in which line (from 1) where that is known."""

    text: str
    line: int | None = None

    def __str__(self) -> str:
        if self.line is None:
            return self.text
        return _("Line %(line)s: %(problem)s") % {"line": self.line, "problem": self.text}


class NoticeError(ValueError):
    """The notice cannot be taken as it stands; ``problems`` says everything that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = list(problems)


@dataclass(frozen=True, slots=True)
class Holiday:
    """One holiday from its first to its last day, weekends included."""

    name: str
    first: date
    last: date
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Makeup:
    """A Saturday or Sunday that is worked, for which holiday if the notice says so."""

    day: date
    name: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A checked notice: ``days`` are all days it names."""

    year: int
    source: str
    holidays: Sequence[Holiday]
    makeups: Sequence[Makeup]
    days: dict[date, NamedDay] = field(default_factory=dict)


def assemble(year: int, source: str, holidays: Sequence[Holiday], makeups: Sequence[Makeup]) -> Notice:
    """Check a notice as a whole; raises NoticeError with every problem."""
    problems = [*_heading(year, source)]
    if not problems:
        problems += [problem for holiday in holidays for problem in _holiday(year, holiday)]
        problems += [problem for makeup in makeups for problem in _makeup(year, makeup)]
    if problems:
        raise NoticeError(problems)
    days: dict[date, NamedDay] = {}
    problems += _collect(days, holidays, makeups)
    problems += _missing(year, holidays)
    problems = problems or list(_plausible(days))
    if problems:
        raise NoticeError(problems)
    return Notice(year, source.strip(), holidays, makeups, dict(sorted(days.items())))


def canonical(name: str) -> str:
    """The name by which the package has a holiday, so that it is shown in the reader's language."""
    return HOLIDAYS.get(name, name)


def _heading(year: int, source: str) -> Iterator[Problem]:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        yield Problem(_("The year must lie between %(first)s and %(last)s.") % {"first": FIRST_YEAR, "last": LAST_YEAR})
    if not source.strip():
        yield Problem(_("State the notice that published the schedule."))
    elif len(source.strip()) > 200:
        yield Problem(_("The source is longer than %(most)s characters.") % {"most": 200})


def _holiday(year: int, holiday: Holiday) -> Iterator[Problem]:
    name, first, last, line = holiday.name, holiday.first, holiday.last, holiday.line
    if not name:
        yield Problem(_("A holiday has no name."), line)
    elif len(name) > LONGEST_NAME:
        yield Problem(_("The name of the holiday is longer than %(most)s characters.") % {"most": LONGEST_NAME}, line)
    if last < first:
        yield Problem(_("%(name)s ends before it begins.") % {"name": name}, line)
    elif (last - first).days >= LONGEST_HOLIDAY:
        yield Problem(_("%(name)s is longer than %(most)s days.") % {"name": name, "most": LONGEST_HOLIDAY}, line)
    for day in (first, last):
        if not _belongs(year, day, canonical(name) == NEW_YEAR):
            yield _outside(year, day, line)
            break


def _makeup(year: int, makeup: Makeup) -> Iterator[Problem]:
    day = {"date": makeup.day.isoformat()}
    if makeup.day.weekday() < 5:
        yield Problem(_("%(date)s is neither a Saturday nor a Sunday: it cannot be a make-up day.") % day, makeup.line)
    if not _belongs(year, makeup.day, canonical(makeup.name) in (NEW_YEAR, "")):
        yield _outside(year, makeup.day, makeup.line)


def _belongs(year: int, day: date, new_year: bool) -> bool:
    """Days of the year; for New Year's also the last days of the year before. Never days of the next one:
    they stand in its own notice."""
    if day.year == year:
        return True
    return new_year and day.year == year - 1 and (day.month, day.day) >= DECEMBER


def _outside(year: int, day: date, line: int | None) -> Problem:
    text = _(
        "%(date)s does not lie in %(year)s. Only New Year's Day may reach back, to 25 December of the year before."
    )
    return Problem(text % {"date": day.isoformat(), "year": year}, line)


def _collect(days: dict[date, NamedDay], holidays: Iterable[Holiday], makeups: Iterable[Makeup]) -> Iterator[Problem]:
    for holiday in holidays:
        for day in Calendar.days(holiday.first, holiday.last):
            if day in days:
                yield _twice(day, holiday.line)
            days[day] = NamedDay(False, canonical(holiday.name))
    for makeup in makeups:
        known = days.get(makeup.day)
        if known is not None:
            yield _twice(makeup.day, makeup.line) if known.is_workday else _both(makeup)
        days[makeup.day] = NamedDay(True, canonical(makeup.name))


def _twice(day: date, line: int | None) -> Problem:
    return Problem(_("%(date)s is named twice.") % {"date": day.isoformat()}, line)


def _both(makeup: Makeup) -> Problem:
    return Problem(_("%(date)s is both a holiday and a make-up day.") % {"date": makeup.day.isoformat()}, makeup.line)


def _missing(year: int, holidays: Sequence[Holiday]) -> Iterator[Problem]:
    """A notice that lacks a statutory holiday was copied in part."""
    wanted = HOLIDAYS if year >= SINCE_2008 else ALWAYS
    named = "、".join(holiday.name for holiday in holidays)
    missing = [name for name in wanted if name not in named and HOLIDAYS[name] not in named]
    if missing:
        yield Problem(_("The notice does not name: %(holidays)s.") % {"holidays": "、".join(missing)})


def _plausible(days: dict[date, NamedDay]) -> Iterator[Problem]:
    off = [day for day, named in days.items() if not named.is_workday]
    net = sum(day.weekday() < 5 for day in off) - (len(days) - len(off))
    if not FEWEST_DAYS <= len(off) <= MOST_DAYS:
        yield Problem(
            _("%(count)s days of holidays in a year cannot be right (%(least)s to %(most)s are).")
            % {"count": len(off), "least": FEWEST_DAYS, "most": MOST_DAYS}
        )
    elif not FEWEST_STATUTORY <= net <= MOST_STATUTORY:
        yield Problem(
            _("Weekdays off less make-up days come to %(count)s; statutory holidays are %(least)s to %(most)s days.")
            % {"count": net, "least": FEWEST_STATUTORY, "most": MOST_STATUTORY}
        )


def as_text(value: Any) -> str:
    """A value of YAML as text; nothing is ""."""
    return "" if value is None else str(value).strip()
