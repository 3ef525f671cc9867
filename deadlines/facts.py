"""What the hall has said of its calendar, apart from where it is stored: facts in, a ``Calendar`` out.

A preview asks "what if" with ``replace``-like methods; the services write the same facts as rows.
Of one day a local change counts before the imported schedule, and that before the package's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from deadlines.published import notice_year, published_specials, published_years
from deadlines.timetable import OFFICE_HOURS, Timetable
from deadlines.workdays import Calendar, DayKind, Special

# How far beyond the last known year dates are given, provisionally.
REACH_YEARS = 15


@dataclass(frozen=True, slots=True)
class Override:
    """A day that counts differently here; ``closed`` is the half in which a working day is closed."""

    is_workday: bool
    name: str
    source: str
    closed: str = ""

    @property
    def special(self) -> Special:
        if self.closed:
            return Special(DayKind.LOCAL_HALF_DAY, self.name, self.source, self.closed)
        kind = DayKind.LOCAL_WORKDAY if self.is_workday else DayKind.LOCAL_DAY_OFF
        return Special(kind, self.name, self.source)


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day of a notice: a holiday with its name, or a make-up Saturday or Sunday."""

    is_workday: bool
    name: str = ""


@dataclass(frozen=True, slots=True)
class YearFacts:
    """Status of a year, and the schedule that was imported for it (empty: that of the package)."""

    published: bool
    source: str
    days: Mapping[date, NamedDay] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a calendar is made of besides the package; ``version`` is the one they were read at."""

    overrides: Mapping[date, Override] = field(default_factory=dict)
    years: Mapping[int, YearFacts] = field(default_factory=dict)
    hours: Timetable = OFFICE_HOURS
    version: int = 0

    def is_published(self, year: int) -> bool:
        """What was said here counts before the package."""
        said = self.years.get(year)
        return said.published if said else year in published_years()

    def source(self, year: int) -> str:
        """The notice that the schedule of ``year`` rests on, "" where nobody has named it."""
        said = self.years.get(year)
        return said.source if said else ""

    def with_override(self, day: date, override: Override) -> "Facts":
        return replace(self, overrides={**self.overrides, day: override})

    def without_override(self, day: date) -> "Facts":
        return replace(self, overrides={one: said for one, said in self.overrides.items() if one != day})

    def with_year(self, year: int, said: YearFacts) -> "Facts":
        return replace(self, years={**self.years, year: said})

    def with_hours(self, hours: Timetable) -> "Facts":
        return replace(self, hours=hours)

    def calendar(self) -> Calendar:
        """The calendar that follows. Withdrawing a year never shortens its reach: what was dated stays datable."""
        known = [*published_years(), *self.years]
        return Calendar(
            first_year=min(published_years()),
            last_year=max(known) + REACH_YEARS,
            published=[year for year in known if self.is_published(year)],
            specials=self._specials(),
            version=self.version,
            hours=self.hours,
        )

    def _specials(self) -> dict[date, Special]:
        replaced = {year for year, said in self.years.items() if said.days or not said.published}
        found = {day: one for day, one in published_specials().items() if notice_year(day, one) not in replaced}
        for said in self.years.values():
            if said.published:
                found.update({day: _special(named, said.source) for day, named in said.days.items()})
        found.update({day: override.special for day, override in self.overrides.items()})
        return found


def _special(named: NamedDay, source: str) -> Special:
    return Special(DayKind.MAKEUP if named.is_workday else DayKind.HOLIDAY, named.name, source)
