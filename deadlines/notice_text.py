"""The sentences of a notice, as they are printed: "一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。" Pure.

Everything that names a date must be understood in full, and what the notice says twice (the day of
the week, the number of days) must agree: a sentence that is half read would move deadlines.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from django.utils.translation import gettext as _

from deadlines.notice import LONGEST_TEXT, Holiday, Makeup, Notice, NoticeError, Problem, assemble

# Written after NFKC: full-width brackets, colons and figures have become half-width ones.
HEADING = re.compile(r"^(\(?[一二三四五六七八九十\d]+\)?[、.]\s*)?([^:,。;]{1,60}?):")
DATE = re.compile(r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:\s*\(([^)]*)\))?")
RANGE_WORDS = ("至", "到", "-", "—", "–", "~", "至次年")
LIST_WORDS = ("、", "和", "及", ",", "")
WEEKDAY = re.compile(r"(?:周|星期|礼拜)([一二三四五六日天])")
WEEKDAYS = "一二三四五六日"
TOTAL = re.compile(r"(?:共|放假)(?:放假)?(\d{1,2})天")
# What stands in a sentence about a holiday besides its dates.
HOLIDAY_WORDS = re.compile(r"与周末连休|不调休|放假|调休|公休|补休|共|\d{1,2}天|[,、()\s]")
MAKEUP_WORDS = re.compile(r"正常|照常|上班|补班|[,、()\s]")


class _Unclear(ValueError):
    """A sentence that cannot be taken as it stands."""


@dataclass(slots=True)
class _Found:
    holidays: list[Holiday] = field(default_factory=list)
    makeups: list[Makeup] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def from_text(text: str, *, year: int, source: str) -> Notice:
    """Read and check pasted sentences; raises NoticeError with every problem and its line.

    Lines without a date (preamble, greetings, appeals to travel off-peak) are passed over.
    """
    if len(text) > LONGEST_TEXT:
        raise NoticeError([Problem(_("The text is longer than %(most)s characters.") % {"most": LONGEST_TEXT})])
    found = _Found()
    name = ""
    for number, raw in enumerate(text.splitlines(), start=1):
        line = unicodedata.normalize("NFKC", raw).strip()
        heading = HEADING.match(line)
        if heading and _names_a_holiday(heading):
            name, line = heading.group(2).strip(), line[heading.end() :]
        if "放假" in line or "上班" in line or any(match.group(2) for match in DATE.finditer(line)):
            _read_line(found, line, name, number, year)
    if found.problems:
        raise NoticeError(found.problems)
    if not found.holidays:
        raise NoticeError([Problem(_("No holiday was found. Paste the sentences of the notice, from 一、元旦 on."))])
    return assemble(year, source, found.holidays, found.makeups)


def _names_a_holiday(heading: re.Match[str]) -> bool:
    """A numbered heading, or one that ends like a holiday; not "现将安排通知如下："."""
    number, name = heading.groups()
    return not DATE.search(name) and bool(number or name.endswith(("节", "元旦")))


def _read_line(found: _Found, line: str, name: str, number: int, year: int) -> None:
    for sentence in re.split(r"[。;]", line):
        if not DATE.search(sentence):
            continue
        try:
            if not name:
                raise _Unclear(_("It does not say which holiday this is: “%(text)s”.") % {"text": sentence[:60]})
            _read_sentence(found, sentence, name, number, year)
        except _Unclear as error:
            found.problems.append(Problem(str(error), number))


def _read_sentence(found: _Found, sentence: str, name: str, number: int, year: int) -> None:
    works, rests = "上班" in sentence or "补班" in sentence, "放假" in sentence or "休" in sentence
    if works == rests:
        raise _Unclear(_("Is this a holiday or a make-up day? “%(text)s”") % {"text": sentence[:60]})
    stretches, rest = _stretches(sentence, name, year)
    unread = (MAKEUP_WORDS if works else HOLIDAY_WORDS).sub("", rest)
    if unread:
        raise _Unclear(_("Not understood: “%(text)s”.") % {"text": unread[:60]})
    if works:
        if any(first != last for first, last in stretches):
            raise _Unclear(_("Name make-up days one by one: “%(text)s”.") % {"text": sentence[:60]})
        found.makeups += [Makeup(first, name, number) for first, _last in stretches]
        return
    _check_total(sentence, stretches)
    found.holidays += [Holiday(name, first, last, number) for first, last in stretches]


def _stretches(sentence: str, name: str, year: int) -> tuple[list[tuple[date, date]], str]:
    """From and to of every stretch in a sentence, and what is left of it without the dates."""
    matches = list(DATE.finditer(sentence))
    days = list(_days(matches, name, year))
    joins = [sentence[one.end() : other.start()].strip() for one, other in pairwise(matches)]
    found: list[tuple[date, date]] = []
    open_range = False
    for index, day in enumerate(days):
        if open_range:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
        join = joins[index] if index < len(joins) else ""
        if open_range and join in RANGE_WORDS:
            raise _Unclear(_("Not understood: “%(text)s”.") % {"text": sentence[:60]})
        open_range = join in RANGE_WORDS
        if not open_range and join not in LIST_WORDS:
            raise _Unclear(_("Not understood: “%(text)s”.") % {"text": join[:60]})
    rest = sentence[: matches[0].start()] + sentence[matches[-1].end() :]
    return found, rest


def _days(matches: list[re.Match[str]], name: str, year: int) -> Iterator[date]:
    """Dates in full: a month or year that is not said is that of the date before."""
    month: int | None = None
    said_year: int | None = None
    for match in matches:
        y, m, d, mark = match.groups()
        if m:
            month = int(m)
            said_year = int(y) if y else None
        if month is None:
            raise _Unclear(_("“%(text)s” does not say the month.") % {"text": match.group(0)})
        # New Year's in December is that of the year before, whether the notice says the year or not.
        meant = said_year or (year - 1 if month == 12 and name == "元旦" else year)
        try:
            day = date(meant, month, int(d))
        except ValueError:
            raise _Unclear(_("There is no such date: “%(text)s”.") % {"text": match.group(0)}) from None
        _check_weekday(day, mark or "")
        yield day


def _check_weekday(day: date, mark: str) -> None:
    said = WEEKDAY.search(mark)
    if said and WEEKDAYS.index(said.group(1).replace("天", "日")) != day.weekday():
        raise _Unclear(
            _("%(date)s is 周%(is)s, not 周%(said)s. Is it the right year?")
            % {"date": day.isoformat(), "is": WEEKDAYS[day.weekday()], "said": said.group(1)}
        )


def _check_total(sentence: str, stretches: list[tuple[date, date]]) -> None:
    said = TOTAL.search(sentence)
    count = sum((last - first).days + 1 for first, last in stretches)
    if said and int(said.group(1)) != count:
        raise _Unclear(
            _("The notice says %(said)s days; the dates come to %(count)s.") % {"said": said.group(1), "count": count}
        )
