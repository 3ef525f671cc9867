"""Pure formatting of the values that the hall shows: money, area, dates, days, ledger acts.

Nothing here touches a model: objects are looked at by their attributes, so that the common
floor knows none of the floors above it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

ZONE = ZoneInfo("Asia/Shanghai")
WAN_PER_YI = 10_000
HECTARE = 10_000

Text = str | Promise

# A cell that begins with one of these is a formula to a spreadsheet.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

ACT_LABELS: dict[str, Text] = {}


def register_acts(labels: Mapping[str, Text]) -> None:
    """Add labels for ledger acts ("case.accepted"), shown by every timeline.

    Apps call it from AppConfig.ready; a later label for the same act replaces the earlier one.
    """
    ACT_LABELS.update(labels)


def safe_cell(value: object) -> str:
    """Text that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def act_label(act: str) -> str:
    """Give the label of a ledger act; an act nobody registered is shown as it is stored."""
    return str(ACT_LABELS.get(act, act))


def listed(names: Iterable[str]) -> str:
    """Names one after the other, with the comma of the reader's language."""
    return _(", ").join(names)


def is_chinese() -> bool:
    """Tell whether the reader's language is Chinese (dates and units are written differently)."""
    return (get_language() or "").startswith("zh")


def grouped(value: Decimal, places: int) -> str:
    """Group thousands by comma; drop decimals that are all zero."""
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    text = f"{rounded:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def to_decimal(value: object) -> Decimal | None:
    """Read a number from model data; None for nothing or for what is no number."""
    if value is None or value == "":
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def money(value: object, unit: str = "wan") -> str:
    """Write an amount that is stored in 万元 (`unit="wan"`) or in yuan (`unit="yuan"`).

    From 1 亿元 on the amount is written in 亿元, as the zone's own reports do; nothing is "—".
    """
    amount = to_decimal(value)
    if amount is None:
        return "—"
    if unit == "yuan":
        if abs(amount) < WAN_PER_YI:
            return _("%(amount)s yuan") % {"amount": grouped(amount, 2)}
        amount /= WAN_PER_YI
    if is_chinese():
        if abs(amount) >= WAN_PER_YI:
            return _("%(amount)s hundred million yuan") % {"amount": grouped(amount / WAN_PER_YI, 2)}
        return _("%(amount)s ten thousand yuan") % {"amount": grouped(amount, 2)}
    return _("CNY %(amount)s million") % {"amount": grouped(amount / 100, 2)}


def area(value: object, of: str = "building") -> str:
    """Write an area stored in square metres; of land (`of="land"`) Chinese readers see mu too.

    Mu is a measure of land only, and said from one hectare on.
    """
    amount = to_decimal(value)
    if amount is None:
        return "—"
    metres = _("%(amount)s m²") % {"amount": grouped(amount, 2)}
    if of == "land" and is_chinese() and amount >= HECTARE:
        mu = _("%(amount)s mu") % {"amount": grouped(amount * 3 / 2000, 1)}
        return _("%(metres)s (about %(mu)s)") % {"metres": metres, "mu": mu}
    return metres


def local_date(value: object) -> str:
    """Write a date as 2026年11月23日 or 23 November 2026; moments are taken in Asia/Shanghai."""
    day = to_local(value)
    if day is None:
        return "—"
    return chinese_date(day) if is_chinese() else f"{day.day} {day:%B} {day.year}"


def chinese_date(moment: date | datetime) -> str:
    """2026年11月23日 whatever the reader's language, as papers and signed words say it; Asia/Shanghai."""
    day = to_local(moment) or moment
    return f"{day.year}年{day.month}月{day.day}日"


def short_date(value: object) -> str:
    """Write a date in few characters for tables: 2026-11-23 in every language."""
    day = to_local(value)
    return f"{day:%Y-%m-%d}" if day else "—"


def local_moment(value: object) -> str:
    """Write a moment with minutes, Asia/Shanghai: 2026年11月23日 10:32."""
    day = to_local(value)
    if day is None:
        return "—"
    return f"{local_date(day)} {day:%H:%M}" if isinstance(day, datetime) else local_date(day)


def to_local(value: object) -> date | datetime | None:
    """Bring a date or an aware moment to Asia/Shanghai; anything else is None."""
    if isinstance(value, datetime):
        return value.astimezone(ZONE) if value.tzinfo else value
    return value if isinstance(value, date) else None


def days_text(days: int | None, unit: str = "workday") -> str:
    """Say how far away a due date is: days left, due today, or days overdue (negative)."""
    if days is None:
        return ""
    count = abs(days)
    if unit == "workhour":
        return _hours_text(days) % {"count": count}
    if days == 0:
        return _("Due today")
    if unit == "calendar":
        text = (
            ngettext("%(count)s calendar day left", "%(count)s calendar days left", count)
            if days > 0
            else ngettext("%(count)s calendar day overdue", "%(count)s calendar days overdue", count)
        )
    else:
        text = (
            ngettext("%(count)s working day left", "%(count)s working days left", count)
            if days > 0
            else ngettext("%(count)s working day overdue", "%(count)s working days overdue", count)
        )
    return text % {"count": count}


def _hours_text(hours: int) -> str:
    """Full working hours: 0 is less than one, -1 the first hour of lateness."""
    if hours == 0:
        return _("Less than a working hour left")
    if hours > 0:
        return ngettext("%(count)s working hour left", "%(count)s working hours left", hours)
    return ngettext("%(count)s working hour overdue", "%(count)s working hours overdue", -hours)


@dataclass(frozen=True)
class LightView:
    """What a light shows: never colour alone, but text and shape as well (WCAG 1.4.1)."""

    key: str
    text: str
    shape: str


LIGHT_TEXTS: Mapping[str, tuple[Text, str]] = {
    "green": (gettext_lazy("On time"), "circle"),
    "yellow": (gettext_lazy("Due soon"), "triangle"),
    "red": (gettext_lazy("Overdue"), "octagon"),
    "done": (gettext_lazy("Finished on time"), "check"),
    "late": (gettext_lazy("Finished late"), "octagon-open"),
    "stopped": (gettext_lazy("Special procedure"), "pause"),
    "cancelled": (gettext_lazy("Cancelled"), "pause"),
    "none": (gettext_lazy("No time limit"), "dash"),
}


def light_view(key: str) -> LightView:
    """Give text and shape for a light; an unknown key reads as "no time limit"."""
    known = key if key in LIGHT_TEXTS else "none"
    text, shape = LIGHT_TEXTS[known]
    return LightView(known, str(text), shape)
