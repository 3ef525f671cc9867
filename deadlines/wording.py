"""The words of an explanation, in the reader's language: the sum sentence, rows by month, folded runs.

Pages, the API and the command line take their words from here, so that all say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from common.display import is_chinese, local_moment, short_date
from deadlines.explaining import HOUR, Count, Explanation, Limit, Line
from deadlines.labels import kind_label, name_label
from deadlines.models import Ground
from deadlines.workdays import Unit

# A table longer than this folds the months in which nothing happens.
LONG = 40


def hours_text(seconds: int) -> str:
    """Hours with at most two decimals: 14400 is "4", 12600 "3.5"."""
    return f"{seconds / HOUR:.2f}".rstrip("0").rstrip(".")


def amount_text(amount: int, unit: str) -> str:
    """A budget with its unit: "5 working days"."""
    if unit == Unit.CALENDAR:
        text = ngettext("%(count)s calendar day", "%(count)s calendar days", amount)
    elif unit == Unit.WORKHOUR:
        text = ngettext("%(count)s working hour", "%(count)s working hours", amount)
    else:
        text = ngettext("%(count)s working day", "%(count)s working days", amount)
    return text % {"count": amount}


def moment_text(moment: datetime, unit: str) -> str:
    """The date of a limit in days, the moment of one in hours."""
    return local_moment(moment) if unit == Unit.WORKHOUR else short_date(moment)


def listed(items: Iterable[str]) -> str:
    """Several things in a row, as the language separates them."""
    return pgettext("between items", ", ").join(items)


def ground_labels(grounds: Iterable[str]) -> str:
    """Grounds of stops by their names, joined."""
    known = dict(Ground.choices)
    return listed(str(known.get(one, one)) for one in grounds)


def sentence(explanation: Explanation, limit: Limit) -> str:
    """The sum in one sentence: budget, since when, what is not counted, extension, until when."""
    clock = explanation.clock
    since = moment_text(clock.starts_at, clock.unit)
    day = _("since %(date)s") if explanation.in_hours else _("since %(date)s (that day not counted)")
    parts = [amount_text(limit.amount, clock.unit), day % {"date": since}]
    if limit.left_out:
        left_out = hours_text(limit.left_out) if explanation.in_hours else limit.left_out
        text = _("special procedure %(count)s hours not counted") if explanation.in_hours else (
            _("special procedure %(count)s days not counted")
        )  # fmt: skip
        parts.append(text % {"count": left_out})
    if limit.extended:
        text = _("extended by %(count)s hours") if explanation.in_hours else _("extended by %(count)s days")
        parts.append(text % {"count": limit.extended})
    parts.extend(_ending(explanation, limit))
    return listed(parts)


def _ending(explanation: Explanation, limit: Limit) -> Iterator[str]:
    clock = explanation.clock
    until = moment_text(limit.due_at, clock.unit)
    if limit.ends_at is not None:
        yield _("until %(date)s") % {"date": until}
    elif clock.stopped_at is not None:
        yield _("standing still since %(date)s") % {"date": moment_text(clock.stopped_at, clock.unit)}
        if clock.resumes_at is not None and clock.resumes_at >= explanation.at:
            yield _("until %(date)s if it goes on as planned on %(planned)s") % {
                "date": until,
                "planned": short_date(clock.resumes_at),
            }


def lateness(explanation: Explanation, limit: Limit) -> str:
    """How the limit was kept, where that no line of the table can show: done, or today, lies behind its end."""
    clock = explanation.clock
    if limit.ends_at is None or limit.ends_at >= (clock.finished_at or explanation.at):
        return ""
    if clock.finished_at:
        return _("Done on %(date)s, after this limit") % {"date": moment_text(clock.finished_at, clock.unit)}
    return _("Passed, and not done")


def kind_text(line: Line) -> str:
    """What a day is: its kind, the holiday, or the special procedure."""
    if line.stopped is not None and not line.event:
        grounds = ground_labels(line.stopped)
        return _("Special procedure: %(grounds)s") % {"grounds": grounds} if grounds else _("Special procedure")
    return " · ".join(filter(None, [kind_label(line.kind), name_label(line.name)]))


def count_text(count: Count | None) -> str:
    """The running number of a day, or the hours that it counted; "–" where it was not counted."""
    if count is None:
        return ""
    if count.number is not None:
        return str(count.number)
    if not count.seconds:
        return "–"
    return _("%(hours)s h") % {"hours": hours_text(count.seconds)}


def total_text(count: Count | None) -> str:
    """Of a limit in hours: all that has been counted up to the end of a day that counts."""
    if count is None or not count.seconds:
        return ""
    return _("%(hours)s h in all") % {"hours": hours_text(count.total or 0)}


def extension_text(count: Count | None) -> str:
    """Which day of the extension a day is, or how many of its hours belong to it."""
    if count is None:
        return ""
    if count.extension is not None:
        return _("extension day %(number)s") % {"number": count.extension}
    if count.extension_seconds:
        return _("%(hours)s h of the extension") % {"hours": hours_text(count.extension_seconds)}
    return ""


def marks(explanation: Explanation, line: Line) -> list[tuple[str, str]]:
    """What is to be pointed out on a day, as text and tone of a badge."""
    red = "red" if explanation.clock.is_open and explanation.at > explanation.clock.due_at else "accent"
    found = [
        (_("End of the promised limit"), red, line.promised is not None and line.promised.ends),
        (_("End of the lawful limit"), "yellow", line.lawful is not None and line.lawful.ends),
        (_("Today"), "outline", line.today),
        (_("Done"), "green", line.done),
        (_("Provisional"), "yellow", line.provisional),
    ]
    return [(text, tone) for text, tone, shown in found if shown]


def event_text(explanation: Explanation) -> str:
    """What the first line says: a limit in days leaves the day of the event out, one in hours begins with it."""
    if explanation.in_hours:
        return _("begins at %(moment)s") % {"moment": local_moment(explanation.clock.starts_at)}
    return _("Day of the event, not counted")


@dataclass(frozen=True, slots=True)
class LimitRow:
    """A limit in words: its name, the sum sentence, when it ends, and how it was passed, if it was.

    ``due`` is "" while the limit stands still: what it would be if all goes as planned is in the sentence.
    """

    label: str
    text: str
    due: str
    late: str


def limit_rows(explanation: Explanation) -> list[LimitRow]:
    """The promised limit and, where there is one, the lawful one."""
    names = (_("Promised limit"), _("Lawful limit"))
    unit = explanation.clock.unit
    return [
        LimitRow(
            label=name,
            text=sentence(explanation, limit),
            due=moment_text(limit.due_at, unit) if limit.ends_at else "",
            late=lateness(explanation, limit),
        )
        for name, limit in zip(names, explanation.limits, strict=False)
    ]


def sources(explanation: Explanation) -> str:
    """Where the special days of the table were announced, each once."""
    return listed(dict.fromkeys(line.source for line in explanation.lines if line.source))


@dataclass(frozen=True, slots=True)
class Row:
    """A line with its words, for the staff's table."""

    line: Line
    weekday: str
    kind: str
    # Where the day is announced; said once for days in a row.
    source: str
    note: str
    promised: str
    promised_notes: list[str]
    lawful: str
    lawful_notes: list[str]
    marks: list[tuple[str, str]]

    @property
    def counted(self) -> bool:
        """Does the day count for one of the limits?"""
        return any(count.counted for count in self.line.counts)


@dataclass(frozen=True, slots=True)
class MonthRows:
    """The rows of one month; ``open`` unless the table is long and nothing happens in it."""

    first: date
    rows: list[Row]
    open: bool

    @property
    def counted(self) -> int:
        """How many of its days count for one of the limits."""
        return sum(row.counted for row in self.rows)


def _notes(count: Count | None) -> list[str]:
    return [text for text in (total_text(count), extension_text(count)) if text]


def rows(explanation: Explanation) -> list[Row]:
    """Every line with its words."""
    lines = explanation.lines
    return [
        Row(
            line=line,
            weekday=str(WEEKDAYS[line.day.weekday()]),
            kind=kind_text(line),
            source="" if before and before.source == line.source else line.source,
            note=event_text(explanation) if line.event else "",
            promised=count_text(line.promised),
            promised_notes=_notes(line.promised),
            lawful=count_text(line.lawful),
            lawful_notes=_notes(line.lawful),
            marks=marks(explanation, line),
        )
        for before, line in zip([None, *lines], lines, strict=False)
    ]


def months(explanation: Explanation) -> list[MonthRows]:
    """The rows by month; of a long table only months with something to point out are open."""
    short = len(explanation.lines) <= LONG
    found = []
    for _month, group in groupby(rows(explanation), key=lambda row: (row.line.day.year, row.line.day.month)):
        listed = list(group)
        telling = any(row.line.event or row.marks for row in listed)
        found.append(MonthRows(listed[0].line.day.replace(day=1), listed, short or telling))
    return found


@dataclass(frozen=True, slots=True)
class Run:
    """Equal days in a row, for the applicant: 8–9 March, weekend, not counted."""

    first: date
    last: date
    dates: str
    text: str
    counted: str
    ends: bool
    today: bool


def folded(explanation: Explanation) -> list[Run]:
    """The promised limit with equal days folded into one run each; covers its lines without a gap."""
    lines = [line for line in explanation.lines if line.promised is not None]
    return [_run(explanation, list(group)) for _key, group in groupby(lines, key=_likeness)]


def _likeness(line: Line) -> tuple[object, ...]:
    count = line.promised
    assert count is not None
    if line.event:
        return ("event",)
    if count.counted:
        # A day of a limit in hours says how much it counted, so it stays by itself.
        own = line.day if count.number is None else None
        return ("counted", line.kind, line.name, line.stopped, count.extension is not None, own)
    return ("stopped", line.stopped) if line.stopped is not None else ("rest", line.kind, line.name)


def _run(explanation: Explanation, lines: list[Line]) -> Run:
    first, last = lines[0], lines[-1]
    assert first.promised is not None
    assert last.promised is not None
    text = kind_text(first)
    if first.event:
        text = event_text(explanation)
    elif first.promised.extension is not None or first.promised.extension_seconds:
        text = _("%(kind)s, extension") % {"kind": text}
    elif not first.promised.counted:
        text = _("%(kind)s, not counted") % {"kind": text}
    return Run(
        first=first.day,
        last=last.day,
        dates=date_range(first.day, last.day, explanation.lines[0].day.year),
        text=text,
        counted=_run_count(first.promised, last.promised),
        ends=last.promised.ends,
        today=any(line.today for line in lines),
    )


def _run_count(first: Count, last: Count) -> str:
    if first.number is None:
        return listed([count_text(last), total_text(last)]) if last.seconds else ""
    if first.number == last.number:
        return _("day %(number)s") % {"number": first.number}
    return _("days %(first)s–%(last)s") % {"first": first.number, "last": last.number}


def date_range(first: date, last: date, year: int) -> str:
    """A stretch of days in few characters; the year is told where it is not ``year``."""
    if first == last:
        return _short(first, year)
    if (first.year, first.month) == (last.year, last.month):
        if is_chinese():
            return f"{_short(first, year)}–{last.day}日"
        return f"{first.day}–{_short(last, year)}"
    return f"{_short(first, year)} – {_short(last, first.year)}"


def _short(day: date, year: int) -> str:
    if is_chinese():
        text = f"{day.month}月{day.day}日"
        return text if day.year == year else f"{day.year}年{text}"
    text = f"{day.day} {day:%B}"
    return text if day.year == year else f"{text} {day.year}"
