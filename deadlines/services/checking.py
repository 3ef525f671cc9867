"""Holding the dates of open clocks against their count: what should never disagree, and who is told when it does."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from accounts.actors import Actor
from common.time import now
from deadlines import calendars, recount
from deadlines.labels import DATES_DISAGREE
from deadlines.models import Clock
from deadlines.people import administrator_ids
from deadlines.recount import Change
from deadlines.rungs import Ladders, ladders
from deadlines.workdays import Calendar, UnknownYearError
from ledger.models import Entry
from ledger.services import Record, record_many
from notifications.services import Notice, notify_many

ACT = "clock.disagrees"
BATCH = 2000
NAMED = 5


def check_dates() -> int:
    """Count every open clock again, in batches, and report those whose dates are not what comes out; says how many.

    Only clocks of the newest calendar are looked at: older ones are about to be counted anew. Each
    wrong date goes on record once, its clock gets an alarm, and the administrators get one message
    with the number. The dates stay as they are: which of them is wrong, and what was told to whom,
    is for people to find out. Clocks put right since lose the alarm. Safe to repeat.
    """
    calendar, steps = calendars.load(), ladders()
    titles: list[str] = []
    for clocks in _batches(calendar):
        wrong = {change.clock.pk for change in _moved(clocks, steps, calendar)}
        _clear(clock for clock in clocks if clock.alarm == DATES_DISAGREE and clock.pk not in wrong)
        if wrong:
            titles.extend(_report(wrong, steps, calendar))
    if titles:
        shown = "；".join(titles[:NAMED]) + (" …" if len(titles) > NAMED else "")
        params = {"count": len(titles), "titles": shown}
        notify_many([Notice(administrator_ids(), "clock.dates_disagree", params, reverse("deadlines:alarms"))])
    return len(titles)


def _batches(calendar: Calendar) -> Iterator[list[Clock]]:
    rows = Clock.objects.open().filter(calendar_version=calendar.version).order_by("pk")
    batch = list(rows[:BATCH])
    while batch:
        yield batch
        batch = list(rows.filter(pk__gt=batch[-1].pk)[:BATCH])


def _moved(clocks: Sequence[Clock], steps: Ladders, calendar: Calendar) -> list[Change]:
    """Those whose count gives other dates. Where the calendar does not reach nothing is said of a clock."""
    try:
        return [change for change in recount.changes(clocks, steps, calendar) if change.moved]
    except UnknownYearError:
        if len(clocks) == 1:
            return []
    half = len(clocks) // 2
    return [*_moved(clocks[:half], steps, calendar), *_moved(clocks[half:], steps, calendar)]


def _clear(clocks: Iterator[Clock]) -> None:
    ids = [clock.pk for clock in clocks]
    if ids:
        Clock.objects.filter(pk__in=ids, alarm=DATES_DISAGREE).update(alarm="", alarm_at=None)


@transaction.atomic
def _report(ids: set[UUID], steps: Ladders, calendar: Calendar) -> list[str]:
    """Look again under lock, since a clock and its stops are read one after the other; titles of what is new."""
    locked = Clock.objects.select_for_update(skip_locked=True).open().filter(pk__in=ids).order_by("pk")
    found = _moved([clock for clock in locked if clock.calendar_version == calendar.version], steps, calendar)
    known = _on_record(found)
    fresh = [change for change in found if _data(change) not in known]
    records = [Record(change.clock.subject, ACT, _data(change)) for change in fresh]
    Clock.objects.filter(pk__in=[change.clock.pk for change in found], alarm="").raise_alarm(DATES_DISAGREE, now())
    record_many(actor=Actor.system(), records=records)
    return [change.clock.title for change in fresh]


def _on_record(found: Sequence[Change]) -> list[dict[str, Any]]:
    subjects = {change.clock.subject for change in found}
    entries = Entry.objects.filter(
        act=ACT, subject_type__in={label for label, _pk in subjects}, subject_id__in={pk for _label, pk in subjects}
    )
    return list(entries.values_list("data", flat=True))


def _data(change: Change) -> dict[str, Any]:
    clock, news = change.clock, change.news
    return {
        "clock": str(clock.pk),
        "title": clock.title,
        "due_at": clock.due_at.isoformat(),
        "lawful_due_at": clock.lawful_due_at.isoformat() if clock.lawful_due_at else "",
        "counted_due_at": news.due_at.isoformat(),
        "counted_lawful_due_at": news.lawful_due_at.isoformat() if news.lawful_due_at else "",
    }
