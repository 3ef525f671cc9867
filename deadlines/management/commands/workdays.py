"""``manage.py workdays add 2025-01-24 20`` and ``manage.py workdays count A B``."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deadlines import calendars
from deadlines.labels import kind_label, name_label
from deadlines.services import unknown_year
from deadlines.workdays import Calendar, DayLine, Unit, UnknownYearError


def read_date(text: str) -> date:
    """A date as 2025-01-24; anything else is refused with a clear line."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(_("“%(text)s” is not a date. Write it like 2025-01-24.") % {"text": text}) from None


def read_days(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise CommandError(_("“%(text)s” is not a number of days.") % {"text": text}) from None


class Command(BaseCommand):
    help = "Count days with the hall's own calendar."

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        add = commands.add_parser("add", help="the day on which a limit ends")
        add.add_argument("start", help="day of the event, not counted, e.g. 2025-01-24")
        add.add_argument("days", help="how many days")
        add.add_argument("--explain", action="store_true", help="day by day")
        count = commands.add_parser("count", help="days after A up to and including B")
        count.add_argument("first", metavar="A")
        count.add_argument("last", metavar="B")
        for one in (add, count):
            one.add_argument("--calendar-days", action="store_true", help="calendar days instead of working days")
            one.add_argument("--published-only", action="store_true", help="without local overrides, without database")

    def handle(self, *args: Any, **options: Any) -> None:
        unit = Unit.CALENDAR if options["calendar_days"] else Unit.WORKDAY
        try:
            calendar = self._calendar(options["published_only"])
            if options["command"] == "add":
                self._add(calendar, unit, options)
            else:
                self._count(calendar, unit, options)
        except UnknownYearError as error:
            raise CommandError(str(unknown_year(error))) from error
        except OverflowError:
            raise CommandError(_("That many days lead beyond any calendar.")) from None

    def _calendar(self, published_only: bool) -> Calendar:
        if published_only:
            return calendars.published_only()
        try:
            return calendars.load()
        except DatabaseError as error:
            raise CommandError(
                _("The local overrides cannot be read: %(error)s. Try --published-only.")
                % {"error": str(error).splitlines()[0]}
            ) from error

    def _add(self, calendar: Calendar, unit: Unit, options: dict[str, Any]) -> None:
        start, days = read_date(options["start"]), read_days(options["days"])
        if days < 0:
            raise CommandError(_("The number of days may not be negative."))
        end = calendar.due(start, days, unit)
        if options["explain"]:
            for line in calendar.explain(start, days, unit):
                self.stdout.write(self._line(line))
        self.stdout.write(end.isoformat() + self._flag(calendar, start, end))

    def _count(self, calendar: Calendar, unit: Unit, options: dict[str, Any]) -> None:
        first, last = read_date(options["first"]), read_date(options["last"])
        if last < first:
            raise CommandError(_("The second date lies before the first."))
        number = calendar.distance(first, last, unit)
        self.stdout.write(f"{number}{self._flag(calendar, first, last)}")

    @staticmethod
    def _line(line: DayLine) -> str:
        number = "" if line.number is None else str(line.number)
        text = f"{line.day.isoformat()} {number:>4} {kind_label(line.kind)}"
        return f"{text} {name_label(line.name)}".rstrip()

    @staticmethod
    def _flag(calendar: Calendar, start: date, end: date) -> str:
        if not calendar.is_provisional(start, end):
            return ""
        years = [str(year) for year in range(start.year, end.year + 1) if not calendar.is_published(year)]
        text = ngettext(
            "provisional: the schedule of %(years)s is not published yet",
            "provisional: the schedules of %(years)s are not published yet",
            len(years),
        )
        return " (" + text % {"years": ", ".join(years)} + ")"
