"""Visits one by one: adding, assigning, moving, recording, calling off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import User
from common.display import local_date
from common.errors import InvalidInput, NotAllowed
from common.ids import uuid7
from common.time import now, today
from deadlines.calendars import current
from deadlines.services import assign_many, cancel_many, finish_many, unknown_year
from deadlines.workdays import UnknownYearError
from enterprises import rules
from enterprises.models import Enterprise, Request, Visit
from enterprises.services.planning import assigned_notice, posted_officers, start_duties
from enterprises.transitions import VISIT
from ledger.services import Record, record, record_many
from notifications.services import notify_many

# Older notes are not a visit that was forgotten to be entered, but a mistyped date.
LONGEST_AGO = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class RequestNote:
    """What a firm asks for, in one of the nine connections (九通)."""

    connection: str
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a visit brought."""

    visited_on: date
    met: str
    summary: str
    requests: tuple[RequestNote, ...] = ()


@transaction.atomic
def add_visit(*, actor: Actor, enterprise: Enterprise, planned_on: date, officer: User | None = None) -> Visit:
    """Plan a visit besides the regular ones; its limit ends with the day it is planned for.

    Without ``officer`` the one who adds it goes. Raises InvalidInput when the day lies behind or
    is no working day, or when a visit to this firm is planned already.
    """
    user = _officer(actor)
    officers = posted_officers()
    officer = officer or user
    if officer.pk not in officers:
        raise InvalidInput({"officer": _("This person holds no service officer's post.")})
    days = _days_until(planned_on)
    try:
        with transaction.atomic():
            visit = Visit.objects.create(
                enterprise=enterprise,
                officer=officer,
                status=Visit.Status.PLANNED,
                planned_on=planned_on,
                clock_id=uuid7(),
                created_at=now(),
            )
    except IntegrityError as error:
        raise InvalidInput(
            {"enterprise": _("A visit to this enterprise is already planned. Move that one instead.")}
        ) from error
    start_duties([visit], [days], officers, actor=actor)
    return visit


@transaction.atomic
def assign_visit(*, actor: Actor, visit: Visit, officer: User) -> Visit:
    """Give a planned visit to another officer; the limit stays."""
    _officer(actor)
    locked = _lock(visit, "assign")
    if officer.pk not in posted_officers():
        raise InvalidInput({"officer": _("This person holds no service officer's post.")})
    if locked.officer_id == officer.pk:
        return locked
    before, locked.officer = locked.officer_id, officer
    locked.save(update_fields=["officer"])
    if locked.clock_id:
        assign_many(clock_ids=[locked.clock_id], handler_id=officer.pk)
    record(actor=actor, subject=locked, act="visit.assigned", data={"from": before, "officer": officer.pk})
    if officer.pk != actor.user_id:
        notify_many([assigned_notice(locked)])
    return locked


@transaction.atomic
def move_visit(*, actor: Actor, visit: Visit, planned_on: date) -> Visit:
    """Agree on another day. The limit does not move, so the day must lie within it unless it has passed."""
    _officer(actor)
    locked = _lock(visit, "move")
    if locked.planned_on == planned_on:
        return locked
    _days_until(planned_on)
    due = timezone.localtime(locked.clock.due_at).date() if locked.clock else None
    if due is not None and today() <= due < planned_on:
        raise InvalidInput(
            {"planned_on": _("This visit must be made by %(day)s at the latest.") % {"day": local_date(due)}}
        )
    before, locked.planned_on = locked.planned_on, planned_on
    locked.save(update_fields=["planned_on"])
    data = {"from": before.isoformat(), "planned_on": planned_on.isoformat()}
    record(actor=actor, subject=locked, act="visit.moved", data=data)
    return locked


@transaction.atomic
def change_plan(*, actor: Actor, visit: Visit, officer: User, planned_on: date) -> Visit:
    """Both at once; when one of them is refused, neither happens."""
    assign_visit(actor=actor, visit=visit, officer=officer)
    return move_visit(actor=actor, visit=visit, planned_on=planned_on)


@transaction.atomic
def record_visit(*, actor: Actor, visit: Visit, report: Report) -> Visit:
    """Write down a visit that was made, with what the firm asks; stops its clock.

    The clock counts the moment of recording: a visit on time but written down late is late.
    Raises InvalidInput at the field, TransitionNotAllowed when it was recorded or called off before.
    """
    user = _officer(actor)
    locked = _lock(visit, "record")
    _check(report)
    locked.status = VISIT.next(Visit.Status(locked.status), "record")
    locked.visited_on = report.visited_on
    locked.met = report.met.strip()
    locked.summary = report.summary.strip()
    locked.recorded_by = user
    locked.recorded_at = now()
    locked.officer = locked.officer or user
    locked.save(update_fields=["status", "visited_on", "met", "summary", "recorded_by", "recorded_at", "officer"])
    Request.objects.bulk_create(
        Request(
            enterprise_id=locked.enterprise_id,
            visit=locked,
            connection=note.connection,
            text=note.text.strip(),
            created_by=user,
            created_at=now(),
        )
        for note in report.requests
    )
    _finish(locked)
    data = {"visit": locked.pk, "visited_on": report.visited_on.isoformat(), "requests": len(report.requests)}
    record_many(
        actor=actor,
        records=[Record(locked, "visit.recorded", data), Record(locked.enterprise, "visit.recorded", data)],
    )
    return locked


@transaction.atomic
def cancel_visit(*, actor: Actor, visit: Visit, reason: str) -> Visit:
    """Call a planned visit off, with a reason; the next turn counts from the day it was planned for."""
    _officer(actor)
    locked = _lock(visit, "cancel")
    if not reason.strip():
        raise InvalidInput({"reason": _("Give the reason; it stays on record.")})
    locked.status = VISIT.next(Visit.Status(locked.status), "cancel")
    locked.save(update_fields=["status"])
    if locked.clock_id:
        cancel_many(clock_ids=[locked.clock_id])
    record(actor=actor, subject=locked, act="visit.cancelled", data={"reason": reason.strip()})
    return locked


def _officer(actor: Actor) -> User:
    if actor.user is None or not rules.can_make_visits(actor.user):
        raise NotAllowed(_("Only service officers make visits."))
    return actor.user


def _lock(visit: Visit, act: str) -> Visit:
    rows = Visit.objects.select_for_update(of=("self",)).select_related("enterprise", "clock", "officer")
    locked = rows.get(pk=visit.pk)
    VISIT.next(Visit.Status(locked.status), act)
    return locked


def _finish(visit: Visit) -> None:
    if visit.clock_id:
        finish_many(clock_ids=[visit.clock_id])


def _days_until(planned_on: date) -> int:
    """Working days from today to a day to come; raises InvalidInput where no visit can be planned for it."""
    calendar = current()
    try:
        works, days = calendar.is_workday(planned_on), calendar.count(today(), planned_on)
    except UnknownYearError as error:
        raise InvalidInput({"planned_on": unknown_year(error)}) from error
    if planned_on < today():
        raise InvalidInput({"planned_on": _("Choose today or a day to come.")})
    if not works:
        raise InvalidInput({"planned_on": _("%(day)s is no working day.") % {"day": local_date(planned_on)}})
    return days


def _check(report: Report) -> None:
    errors: dict[str, Sequence[object]] = {}
    if report.visited_on > today():
        errors["visited_on"] = [_("A visit can be recorded only after it was made.")]
    elif today() - report.visited_on > LONGEST_AGO:
        errors["visited_on"] = [_("This day lies more than a year back. Look at the date again.")]
    if not report.met.strip():
        errors["met"] = [_("Write down whom you met.")]
    if not report.summary.strip():
        errors["summary"] = [_("Write down what you saw and heard.")]
    if any(note.connection not in Request.Connection.values or not note.text.strip() for note in report.requests):
        errors["requests"] = [_("Each request needs a field and a text.")]
    if errors:
        raise InvalidInput(errors)
