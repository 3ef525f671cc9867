"""A preview in words and cells, for its page and its export."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.display import local_date, safe_cell, short_date, to_local
from deadlines.labels import closed_label, name_label
from deadlines.models import Clock, ClockKind
from deadlines.notice import Notice, canonical
from deadlines.preview import Summary
from deadlines.recount import Change

Row = dict[str, Any]


def moment_text(moment: datetime | None, unit: str) -> str:
    """A limit as people read it: its day, and for limits in hours the minute; "" for none."""
    if moment is None:
        return ""
    if unit != Clock.Unit.WORKHOUR:
        return short_date(moment)
    return f"{to_local(moment):%Y-%m-%d %H:%M}"


def who_of(clock: Clock) -> str:
    """The handler, else the post whose duty it is."""
    if clock.handler:
        return str(clock.handler)
    return clock.get_role_display() if clock.role else ""


def row_of(change: Change) -> Row:
    """One line of the table of duties."""
    clock, news = change.clock, change.news
    return {
        "title": clock.title,
        "link": clock.link,
        "kind": clock.get_kind_display(),
        "department": str(clock.department or ""),
        "who": who_of(clock),
        "due_from": moment_text(clock.due_at, clock.unit),
        "due_to": moment_text(news.due_at, clock.unit),
        "lawful_from": moment_text(clock.lawful_due_at, clock.unit),
        "lawful_to": moment_text(news.lawful_due_at, clock.unit),
        "becomes": _becomes(change),
    }


def _becomes(change: Change) -> str:
    if not change.flipped:
        return ""
    return _("becomes provisional") if change.news.provisional else _("becomes certain")


def export_head() -> list[str]:
    return [
        _("Duty"), _("Title"), _("Link"), _("Department"), _("Handler"), _("Promised limit, from"),
        _("Promised limit, to"), _("Lawful limit, from"), _("Lawful limit, to"), _("Provisional"),
    ]  # fmt: skip


def export_row(change: Change) -> list[str]:
    """Safe cells in the order of ``export_head``."""
    row = row_of(change)
    names = ("kind", "title", "link", "department", "who", "due_from", "due_to", "lawful_from", "lawful_to", "becomes")
    return [safe_cell(row[name]) for name in names]


def stats(summary: Summary) -> list[Row]:
    """Figures on top of the preview; those that are nothing are left out, besides the total."""
    figures = [
        {"label": _("Duties with new dates"), "value": summary.moved},
        {"label": _("Due later"), "value": summary.later},
        {"label": _("Due earlier"), "value": summary.earlier, "tone": "yellow"},
        {"label": _("Become provisional"), "value": summary.provisional, "tone": "yellow"},
        {"label": _("Become certain"), "value": summary.certain},
    ]
    return [figure for place, figure in enumerate(figures) if figure["value"] or place == 0]


def groups(summary: Summary) -> list[Row]:
    """Totals by department and by kind, the earliest and the largest move."""
    found = [
        {
            "label": _("By department"),
            "value": _counts(summary.departments, lambda one: str(one or _("No department"))),
        },
        {"label": _("By kind of duty"), "value": _counts(summary.kinds, lambda kind: str(ClockKind(kind).label))},
    ]
    for label, change in ((_("First to be due"), summary.earliest), (_("Largest move"), summary.largest)):
        if change:
            row = row_of(change)
            found.append({"label": label, "value": f"{row['title']}\n{_move(row)}"})
    return found


def _move(row: Row) -> str:
    if row["due_from"] != row["due_to"]:
        return f"{row['due_from']} → {row['due_to']}"
    if row["lawful_from"] != row["lawful_to"]:
        return f"{row['lawful_from']} → {row['lawful_to']}"
    return _("only the warning moves")


def _counts(counter: Counter[Any], label: Callable[[Any], str]) -> str:
    return "\n".join(f"{label(key)} {count}" for key, count in counter.most_common())


def day_rows(day: date, is_workday: bool, closed: str) -> list[Row]:
    """A day and how it counts, for the summary of a change."""
    counts = _("Working day") if is_workday else _("Day off")
    if closed:
        counts = closed_label(closed)
    return [{"label": _("Date"), "value": local_date(day)}, {"label": _("Counts as"), "value": counts}]


def notice_rows(notice: Notice) -> list[Row]:
    """Every holiday and make-up day that was read out of a notice."""
    rows: list[Row] = []
    for holiday in notice.holidays:
        count = (holiday.last - holiday.first).days + 1
        days = ngettext("%(count)s day", "%(count)s days", count) % {"count": count}
        stretch = short_date(holiday.first)
        if count > 1:
            stretch = f"{stretch} – {short_date(holiday.last)}"
        rows.append({"label": name_label(canonical(holiday.name)), "value": f"{stretch} · {days}"})
    worked = "\n".join(
        " ".join(filter(None, [short_date(one.day), name_label(canonical(one.name))])) for one in notice.makeups
    )
    return [*rows, {"label": _("Make-up working days"), "value": worked or _("none")}]
