"""``manage.py calendar import FILE.yaml``, ``show YEAR`` and ``redate``: the working calendar on the command line."""

import sys
import time
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.actors import Actor
from common.errors import HallError
from deadlines import calendars, preview, proposals, redate, services
from deadlines.labels import closed_label, kind_label, name_label, unknown_year
from deadlines.notice import Notice, NoticeError
from deadlines.notice_yaml import from_yaml
from deadlines.previewrows import row_of
from deadlines.published import SOURCE
from deadlines.workdays import Calendar, DayKind, UnknownYearError
from deadlines.yearview import weekday_periods

PLAIN = (DayKind.WORKDAY, DayKind.WEEKEND)
BAR = 30


class Command(BaseCommand):
    help = "Import the yearly notice, show a year, count open duties again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        read = commands.add_parser("import", help="the notice of a year from YAML (docs/calendar-import.md)")
        read.add_argument("file", metavar="FILE.yaml")
        read.add_argument("--dry-run", action="store_true", help="say what would move and save nothing")
        show = commands.add_parser("show", help="status and special days of a year")
        show.add_argument("year", type=int, metavar="YEAR")
        commands.add_parser("redate", help="count open duties again that an older calendar has dated")

    def handle(self, *args: Any, **options: Any) -> None:
        {"import": self._import, "show": self._show, "redate": self._redate}[options["command"]](options)

    def _import(self, options: dict[str, Any]) -> None:
        notice = _read(options["file"])
        try:
            self._preview(notice)
            if options["dry_run"]:
                self.stdout.write(_("Nothing was saved."))
                return
            services.import_year(actor=Actor.system(), notice=notice)
        except HallError as error:
            raise CommandError(str(error)) from error
        self._redate(options)

    def _preview(self, notice: Notice) -> None:
        facts = calendars.facts()
        then = proposals.imported(facts, notice=notice).calendar()
        for day in notice.days:
            self.stdout.write(_line(then, day))
        found = preview.summary(preview.affected(facts.calendar(), then))
        text = ngettext("%(count)s open duty gets new dates.", "%(count)s open duties get new dates.", found.moved) % {
            "count": found.moved
        }
        self.stdout.write(text)
        for change in found.first:
            row = row_of(change)
            self.stdout.write(f"  {row['title']}: {row['due_from']} → {row['due_to']} {row['becomes']}".rstrip())

    def _show(self, options: dict[str, Any]) -> None:
        facts, year = calendars.facts(), options["year"]
        calendar = facts.calendar()
        if not calendar.first_year <= year <= calendar.last_year:
            error = UnknownYearError(year, calendar.first_year, calendar.last_year)
            raise CommandError(str(unknown_year(error)))
        status = _("Published") if facts.is_published(year) else _("Unpublished")
        source = facts.source(year) or (SOURCE if facts.is_published(year) else "")
        self.stdout.write(f"{year} {status} {source}".rstrip())
        for day in Calendar.days(date(year, 1, 1), date(year, 12, 31)):
            if calendar.kind(day) not in PLAIN:
                self.stdout.write(_line(calendar, day))
        for label, periods in weekday_periods(facts.hours):
            self.stdout.write(f"{label} {periods or _('closed')}")

    def _redate(self, _options: dict[str, Any]) -> None:
        total = redate.waiting()
        bar = Progress(self.stderr, total, terminal=_is_terminal())
        moved = redate.catch_up(progress=bar)
        bar.close()
        left = redate.waiting()
        self.stdout.write(_("%(moved)s of %(total)s duties have new dates.") % {"moved": moved, "total": total})
        if left:
            self.stdout.write(_("%(count)s are being written to and are left to the next sweep.") % {"count": left})


class Progress:
    """How far counting has come, with rate and time left: one line that is drawn over on a terminal,
    a line for each batch elsewhere. Machine time, not the hall's: it measures work."""

    def __init__(self, out: Any, total: int, *, terminal: bool) -> None:
        self.out, self.total, self.terminal = out, total, terminal
        self.started = time.monotonic()
        self.drawn = False

    def __call__(self, done: int) -> None:
        """``done`` clocks have been counted so far."""
        text = self.text(done, time.monotonic() - self.started)
        if self.terminal:
            self.out.write(f"\r{text}", ending="")
            self.drawn = True
        else:
            self.out.write(text)

    def text(self, done: int, seconds: float) -> str:
        """The line after ``seconds``: bar, counts, per second, seconds left."""
        total = max(self.total, done, 1)
        rate = done / seconds if seconds > 0 else 0.0
        left = round((total - done) / rate) if rate else 0
        filled = BAR * done // total
        bar = "#" * filled + "." * (BAR - filled)
        figures = _("%(done)s of %(total)s, %(rate)s a second, %(left)s s left") % {
            "done": done,
            "total": total,
            "rate": round(rate),
            "left": left,
        }
        return f"[{bar}] {figures}"

    def close(self) -> None:
        """End the line that was drawn over."""
        if self.drawn:
            self.out.write("")


def _is_terminal() -> bool:
    return sys.stderr.isatty()


def _line(calendar: Calendar, day: date) -> str:
    special = calendar.specials[day]
    words = closed_label(special.closed) if special.closed else kind_label(special.kind)
    return f"{day.isoformat()} {words} {name_label(special.name)}".rstrip()


def _read(name: str) -> Notice:
    try:
        return from_yaml(Path(name).read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(_("%(file)s cannot be read: %(error)s") % {"file": name, "error": error}) from error
    except NoticeError as error:
        raise CommandError("\n".join(str(problem) for problem in error.problems)) from error
