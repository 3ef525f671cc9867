"""Changing the working calendar; every change counts the open clocks again.

Each is one transaction: who may, one after the other, what the page showed (``seen``, the version
of the calendar that a preview was drawn from), the rows, the ledger, and the first 5,000 open
clocks. The rest is counted by a task. ``deadlines.proposals`` says what is refused.
"""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from common.errors import NotAllowed, Stale
from common.tasks import enqueue
from common.time import now
from deadlines import calendars, proposals, redate
from deadlines.facts import Facts
from deadlines.models import CalendarOverride, CalendarYear, HallHours, NoticeDay
from deadlines.notice import Notice
from deadlines.rules import may_edit_calendar
from deadlines.timetable import Period, Timetable
from ledger.services import record

REDATE = "deadlines.redate"
# Taken by every change of the calendar for its transaction; any constant that nobody else takes.
LOCK = 0x63616C656E646172 >> 1
HOURS_SUBJECT = ("deadlines.hallhours", 0)


@transaction.atomic
def set_override(
    *,
    actor: Actor,
    date: datetime.date,
    is_workday: bool,
    name: str,
    source: str,
    closed: str = "",
    seen: int | None = None,
) -> CalendarOverride:
    """Make ``date`` a working day, a half day or a day off here, on the legal ground ``source``.

    ``closed`` is the half in which a working day is closed, "morning" or "afternoon". Replaces an
    earlier override of that day. Raises InvalidInput as ``proposals.override`` says.
    """
    facts = _begin(actor, seen)
    proposals.override(facts, date=date, is_workday=is_workday, name=name, source=source, closed=closed)
    override, created = CalendarOverride.objects.update_or_create(
        date=date,
        defaults={
            "is_workday": is_workday,
            "closed": closed,
            "name": name.strip(),
            "source": source.strip(),
            "created_by": actor.user,
            "created_at": now(),
        },
    )
    data = {**_day(override), "source": source, "new": created}
    record(actor=actor, subject=override, act="calendar.override_added", data=data)
    _changed(actor, f"{date.isoformat()} {name.strip()}")
    return override


@transaction.atomic
def remove_override(*, actor: Actor, override_id: int, seen: int | None = None) -> None:
    """Let the day count as published again. Raises Stale when somebody has removed it already."""
    _begin(actor, seen)
    override = CalendarOverride.objects.filter(pk=override_id).first()
    if override is None:
        raise Stale
    record(actor=actor, subject=override, act="calendar.override_removed", data=_day(override))
    day = f"{override.date.isoformat()} {override.name}"
    override.delete()
    _changed(actor, _("Taken back: %(day)s") % {"day": day})


@transaction.atomic
def import_year(*, actor: Actor, notice: Notice, seen: int | None = None) -> CalendarYear:
    """Enter the schedule of a year as its notice gives it, and publish the year.

    Replaces what was imported for it before. Raises InvalidInput as ``proposals.imported`` says.
    """
    facts = _begin(actor, seen)
    proposals.imported(facts, notice=notice)
    row, created = CalendarYear.objects.update_or_create(
        year=notice.year, defaults={"published": True, "source": notice.source}
    )
    NoticeDay.objects.filter(year=row).delete()
    NoticeDay.objects.bulk_create(
        NoticeDay(year=row, date=day, is_workday=named.is_workday, name=named.name)
        for day, named in notice.days.items()
    )
    data = {
        "year": notice.year,
        "source": notice.source,
        "new": created,
        "holidays": [day.isoformat() for day, named in notice.days.items() if not named.is_workday],
        "makeup": [day.isoformat() for day, named in notice.days.items() if named.is_workday],
    }
    record(actor=actor, subject=row, act="calendar.year_imported", data=data)
    _changed(actor, f"{notice.year} {notice.source}")
    return row


@transaction.atomic
def publish_year(*, actor: Actor, year: int, source: str, seen: int | None = None) -> CalendarYear:
    """Declare that the schedule of ``year`` is known and entered: its dates are no longer provisional."""
    facts = _begin(actor, seen)
    proposals.publication(facts, year=year, source=source)
    row, _created = CalendarYear.objects.update_or_create(
        year=year, defaults={"published": True, "source": source.strip()}
    )
    record(actor=actor, subject=row, act="calendar.year_published", data={"year": year, "source": source})
    _changed(actor, f"{year} {source.strip()}")
    return row


@transaction.atomic
def withdraw_year(*, actor: Actor, year: int, reason: str, seen: int | None = None) -> CalendarYear:
    """Take back that ``year`` is published: its days count by their weekday, its dates are provisional."""
    facts = _begin(actor, seen)
    said = proposals.withdrawal(facts, year=year, reason=reason).years[year]
    row, _created = CalendarYear.objects.update_or_create(
        year=year, defaults={"published": False, "source": said.source}
    )
    record(actor=actor, subject=row, act="calendar.year_withdrawn", data={"year": year, "reason": reason.strip()})
    _changed(actor, f"{year} {reason.strip()}")
    return row


@transaction.atomic
def set_hours(*, actor: Actor, week: Mapping[int, Sequence[Period]], seen: int | None = None) -> Timetable:
    """Open the hall in the periods of ``week`` (Monday is 0); limits in working hours are counted again."""
    facts = _begin(actor, seen)
    hours = proposals.opening(facts, week=week).hours
    HallHours.objects.all().delete()
    HallHours.objects.bulk_create(
        HallHours(weekday=weekday, opens=opens, closes=closes)
        for weekday, periods in hours.periods.items()
        for opens, closes in periods
    )
    data = {"from": _periods(facts.hours), "to": _periods(hours)}
    record(actor=actor, subject=HOURS_SUBJECT, act="calendar.hours_set", data=data)
    _changed(actor, redate.in_own_language(_("office hours changed")))
    return hours


def _begin(actor: Actor, seen: int | None) -> Facts:
    """Who may change the calendar does so one after the other; Stale when it is no longer the one that was seen."""
    if actor.user is not None and not may_edit_calendar(actor.user):
        raise NotAllowed
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    facts = calendars.facts()
    if seen is not None and seen != facts.version:
        raise Stale
    return facts


def _changed(actor: Actor, reason: str) -> None:
    redate.revise(reason=reason, user_id=actor.user_id)
    redate.catch_up(batches=1, user_id=actor.user_id)
    transaction.on_commit(calendars.invalidate)
    enqueue(REDATE)


def _day(override: CalendarOverride) -> dict[str, Any]:
    return {
        "date": override.date.isoformat(),
        "is_workday": override.is_workday,
        "closed": override.closed,
        "name": override.name,
    }


def _periods(hours: Timetable) -> dict[str, list[str]]:
    """Opening hours for the record: {"0": ["08:30–12:00", …], …}."""
    return {
        str(weekday): [f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in periods]
        for weekday, periods in sorted(hours.periods.items())
    }
