"""Changing the working calendar; every change counts the open clocks again."""

import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from common.errors import InvalidInput, NotAllowed, Stale
from common.tasks import enqueue
from common.time import now
from deadlines import calendars, redate
from deadlines.models import CalendarOverride, CalendarYear
from deadlines.rules import may_edit_calendar
from deadlines.services.clocks import unknown_year
from deadlines.workdays import UnknownYearError
from ledger.services import record

REDATE = "deadlines.redate"


@transaction.atomic
def set_override(*, actor: Actor, date: datetime.date, is_workday: bool, name: str, source: str) -> CalendarOverride:
    """Make ``date`` a working day or a day off here, on the legal ground ``source``.

    Replaces an earlier override of that day. Open clocks are counted again: the first 5,000 in
    this transaction, the rest by a task. Raises InvalidInput for a missing ground, a day outside
    the calendar, or one that already counts like that.
    """
    _authorise(actor)
    check_override(date=date, is_workday=is_workday, name=name, source=source)
    override, created = CalendarOverride.objects.select_for_update().update_or_create(
        date=date,
        defaults={
            "is_workday": is_workday,
            "name": name.strip(),
            "source": source.strip(),
            "created_by": actor.user,
            "created_at": now(),
        },
    )
    record(
        actor=actor,
        subject=override,
        act="calendar.override_added",
        data={"date": date.isoformat(), "is_workday": is_workday, "name": name, "source": source, "new": created},
    )
    _changed(actor, f"{date.isoformat()} {name.strip()}")
    return override


@transaction.atomic
def remove_override(*, actor: Actor, override_id: int) -> None:
    """Let the day count as published again. Raises Stale when somebody has removed it already."""
    _authorise(actor)
    override = CalendarOverride.objects.select_for_update().filter(pk=override_id).first()
    if override is None:
        raise Stale
    record(
        actor=actor,
        subject=override,
        act="calendar.override_removed",
        data={"date": override.date.isoformat(), "is_workday": override.is_workday, "name": override.name},
    )
    reason = f"{override.date.isoformat()} {override.name}"
    override.delete()
    _changed(actor, reason)


@transaction.atomic
def publish_year(*, actor: Actor, year: int, source: str) -> CalendarYear:
    """Declare that the schedule of ``year`` is known and entered: its dates are no longer provisional."""
    _authorise(actor)
    if not source.strip():
        raise InvalidInput({"source": [_("State the notice that published the schedule.")]})
    row, _created = CalendarYear.objects.select_for_update().update_or_create(
        year=year, defaults={"published": True, "source": source.strip()}
    )
    record(actor=actor, subject=row, act="calendar.year_published", data={"year": year, "source": source})
    _changed(actor, f"{year} {source.strip()}")
    return row


def _authorise(actor: Actor) -> None:
    if actor.user is not None and not may_edit_calendar(actor.user):
        raise NotAllowed


def check_override(*, date: datetime.date, is_workday: bool, name: str, source: str) -> None:
    """Raise InvalidInput for what ``set_override`` would refuse, with every message at its field."""
    errors: dict[str, Any] = {}
    if not name.strip():
        errors["name"] = [_("Say why the day counts differently.")]
    if not source.strip():
        errors["source"] = [_("State the notice or order that the day rests on.")]
    try:
        calendar = calendars.load()
        if calendar.is_workday(date) == is_workday:
            errors["date"] = [_("This is a working day already.") if is_workday else _("This is a day off already.")]
    except UnknownYearError as error:
        errors["date"] = [unknown_year(error)]
    if errors:
        raise InvalidInput(errors)


def _changed(actor: Actor, reason: str) -> None:
    redate.revise(reason=reason, user_id=actor.user_id)
    redate.catch_up(batches=1, user_id=actor.user_id)
    transaction.on_commit(calendars.invalidate)
    enqueue(REDATE)
