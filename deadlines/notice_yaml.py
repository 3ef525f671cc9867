"""The YAML form of a notice: see docs/calendar-import.md. Pure."""

from datetime import date, datetime
from typing import Any

import yaml
from django.utils.translation import gettext as _

from deadlines.notice import LONGEST_TEXT, Holiday, Makeup, Notice, NoticeError, Problem, as_text, assemble

KEYS = {"year", "source", "holidays", "makeup"}


def from_yaml(text: str) -> Notice:
    """Read and check a notice; raises NoticeError with every problem."""
    data = _load(text)
    reader = _Reader()
    reader.keys(data, KEYS, _("the file"))
    year = reader.year(data.get("year"))
    holidays = [reader.holiday(entry, number) for number, entry in enumerate(reader.entries(data, "holidays"), start=1)]
    makeups = [reader.makeup(entry, number) for number, entry in enumerate(reader.entries(data, "makeup"), start=1)]
    if reader.problems:
        raise NoticeError(reader.problems)
    return assemble(
        year, as_text(data.get("source")), [one for one in holidays if one], [one for one in makeups if one]
    )


def _load(text: str) -> dict[Any, Any]:
    if len(text) > LONGEST_TEXT:
        raise NoticeError([Problem(_("The text is longer than %(most)s characters.") % {"most": LONGEST_TEXT})])
    try:
        data = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise NoticeError([Problem(_("This is not YAML."), mark.line + 1 if mark else None)]) from error
    if not isinstance(data, dict):
        raise NoticeError([Problem(_("The file must name year, source, holidays and makeup."))])
    return data


class _Reader:
    """Reads single values and keeps every problem."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def wrong(self, text: str) -> None:
        self.problems.append(Problem(text))

    def keys(self, data: dict[Any, Any], known: set[str], where: str) -> None:
        for key in data:
            if key not in known:
                self.wrong(_("“%(key)s” is not known in %(where)s.") % {"key": str(key)[:40], "where": where})

    def year(self, value: Any) -> int:
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        self.wrong(_("The year is missing or not a number."))
        return 0

    def entries(self, data: dict[Any, Any], name: str) -> list[Any]:
        value = data.get(name)
        if isinstance(value, list) and (value or name == "makeup"):
            return value
        if value is not None or name == "holidays":
            self.wrong(_("“%(name)s” must be a list.") % {"name": name})
        return []

    def holiday(self, entry: Any, number: int) -> Holiday | None:
        where = _("holidays, entry %(number)s") % {"number": number}
        if not isinstance(entry, dict):
            self.wrong(_("%(where)s: name, from and to are needed.") % {"where": where})
            return None
        self.keys(entry, {"name", "from", "to"}, where)
        first = self.day(entry.get("from"), where)
        last = self.day(entry["to"], where) if "to" in entry else first
        return Holiday(as_text(entry.get("name")), first, last) if first and last else None

    def makeup(self, entry: Any, number: int) -> Makeup | None:
        where = _("makeup, entry %(number)s") % {"number": number}
        name = ""
        if isinstance(entry, dict):
            self.keys(entry, {"date", "for"}, where)
            name, entry = as_text(entry.get("for")), entry.get("date")
        day = self.day(entry, where)
        return Makeup(day, name) if day else None

    def day(self, value: Any, where: str) -> date | None:
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        try:
            return date.fromisoformat(as_text(value))
        except ValueError:
            said = as_text(value)[:40]
            self.wrong(
                _("%(where)s: “%(text)s” is not a date. Write it like 2026-01-01.") % {"where": where, "text": said}
            )
            return None
