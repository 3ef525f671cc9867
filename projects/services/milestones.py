"""The six points of a key project: planned, planned anew, reached; the next planned one has a clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from common.errors import InvalidInput, NotAllowed, TransitionNotAllowed
from common.ids import uuid7
from common.time import now, start_of_day, today
from deadlines.models import Clock, ClockKind
from deadlines.services import ClockSpec, arm, cancel_many, finish_many
from ledger.services import record
from projects import rules_key
from projects.answerable import teams
from projects.models import KeyProject, Milestone, Seat, Stage
from projects.services.declaring import set_stage
from projects.services.owners import MILESTONE_LABEL

# A plan beyond that is a mistyped year.
LONGEST = timedelta(days=3660)
Point = Milestone.Point


@transaction.atomic
def plan_milestones(*, actor: Actor, key: KeyProject, dates: Mapping[int, date | None], reason: str = "") -> KeyProject:
    """Plan the points not reached yet; to change a date that stood before needs a reason and keeps the old one.

    Dates go in the order of the points, and a new one is today at the earliest. Raises InvalidInput at
    "point_<n>" and at "reason".
    """
    locked, rows = _open(actor, key)
    ahead = [row for row in rows if row.reached_on is None]
    changes = [(row, dates[row.point]) for row in ahead if row.point in dates and dates[row.point] != row.planned_on]
    if not changes:
        return locked
    moved = any(row.planned_on is not None for row, _day in changes)
    new = {row.point: row.planned_on for row in ahead} | {row.point: day for row, day in changes}
    errors = _wrong_plan(rows, new, {row.point for row, _day in changes})
    if moved and not reason.strip():
        errors["reason"] = _("A date that stood before is changed: give the reason.")
    if errors:
        raise InvalidInput(errors)
    for row, day in changes:
        data = {
            "note": _line(row, day) + (f" · {reason.strip()}" if reason.strip() else ""),
            "point": row.point,
            "from": row.planned_on.isoformat() if row.planned_on else None,
            "to": day.isoformat() if day else None,
        }
        act = "milestone.replanned" if row.planned_on else "milestone.planned"
        row.replanned += row.planned_on is not None
        row.first_planned_on = row.first_planned_on or day
        row.planned_on = day
        row.save(update_fields=["planned_on", "first_planned_on", "replanned"])
        record(actor=actor, subject=locked, act=act, data=data)
    _arm_next(locked, rows, actor=actor, touched={row.point for row, _day in changes})
    return locked


@transaction.atomic
def reach_milestone(*, actor: Actor, key: KeyProject, point: int, reached_on: date, reason: str = "") -> Milestone:
    """Write down when a point was reached: in the order of the points, never in the future.

    Ends its clock and begins the next one. A date that stood before is put right with a reason. When
    production begins the project's stage follows. Raises InvalidInput at "reached_on", "reason".
    """
    locked, rows = _open(actor, key)
    row = rows[point - 1]
    if row.reached_on == reached_on:
        return row
    _check_reached(rows, row, reached_on)
    if row.reached_on is not None and not reason.strip():
        raise InvalidInput({"reason": _("A date that stood before is changed: give the reason.")})
    corrected, before = row.reached_on is not None, row.reached_on
    row.reached_on = reached_on
    row.save(update_fields=["reached_on"])
    data = {
        "note": _line(row, reached_on) + (f" · {reason.strip()}" if reason.strip() else ""),
        "point": point,
        "from": before.isoformat() if before else None,
        "to": reached_on.isoformat(),
    }
    act = "milestone.corrected" if corrected else "milestone.reached"
    record(actor=actor, subject=locked, act=act, data=data)
    if row.clock_id:
        finish_many(clock_ids=[row.clock_id])
    if not corrected:
        _arm_next(locked, rows, actor=actor, touched=set())
    if point >= Point.PRODUCING and locked.project.stage != Stage.PRODUCTION:
        set_stage(project=locked.project, stage=Stage.PRODUCTION)
    return row


def _open(actor: Actor, key: KeyProject) -> tuple[KeyProject, list[Milestone]]:
    locked = KeyProject.objects.select_for_update(of=("self",)).select_related("project").get(pk=key.pk)
    if not rules_key.keeps_books.test(actor.person, locked):
        raise NotAllowed(_("Milestones are kept by the service secretary or the chief representative."))
    if not locked.is_confirmed:
        raise TransitionNotAllowed(_("The project is not on the list of key projects."))
    return locked, list(Milestone.objects.filter(key=locked).select_related("clock").order_by("point"))


def _wrong_plan(rows: list[Milestone], new: Mapping[int, date | None], changed: set[int]) -> dict[str, object]:
    errors: dict[str, object] = {}
    last = max((row.reached_on for row in rows if row.reached_on), default=None)
    for point, day in sorted(new.items()):
        if day is None:
            continue
        if point in changed and day < today():
            errors[f"point_{point}"] = _("Choose today or a day to come.")
        elif point in changed and day > today() + LONGEST:
            errors[f"point_{point}"] = _("This day lies more than ten years ahead. Look at the date again.")
        elif last is not None and day < last:
            errors[f"point_{point}"] = _("This day lies before that of an earlier milestone.")
        last = max(last, day) if last else day
    return errors


def _check_reached(rows: list[Milestone], row: Milestone, day: date) -> None:
    before = [one.reached_on for one in rows if one.point < row.point]
    after = [one.reached_on for one in rows if one.point > row.point and one.reached_on]
    if None in before:
        raise InvalidInput({"reached_on": _("An earlier milestone has not been reached yet: enter that one first.")})
    earlier = [one for one in before if one is not None]
    if day > today():
        raise InvalidInput({"reached_on": _("This day is still to come.")})
    if earlier and day < max(earlier):
        raise InvalidInput({"reached_on": _("This day lies before that of an earlier milestone.")})
    if after and day > min(after):
        raise InvalidInput({"reached_on": _("This day lies after that of a later milestone.")})


def _arm_next(key: KeyProject, rows: list[Milestone], *, actor: Actor, touched: set[int]) -> None:
    """The first point not reached has a clock if it is planned; a new plan takes the old clock away."""
    following = next((row for row in rows if row.reached_on is None), None)
    if following is None:
        return
    running = following.clock is not None and following.clock.is_open
    if running and following.point not in touched:
        return
    if running:
        cancel_many(clock_ids=[following.clock_id])  # type: ignore[list-item]
    if following.planned_on is None:
        return
    to = teams([key.project_id]).answerable(key.project_id, Seat.SECRETARY)
    # A day that has passed already is late from the beginning: its clock ends with that day.
    starts_at = min(now(), start_of_day(following.planned_on))
    following.clock = arm(
        spec=ClockSpec(
            id=uuid7(),
            kind=ClockKind.MILESTONE,
            subject=(MILESTONE_LABEL, following.pk),
            title=f"{key.project} · {following.get_point_display()}",
            link=f"/key-projects/{key.project_id}/",
            department_id=to.department_id if to else None,
            role=to.role if to else "director",
            handler_id=to.user_id if to else None,
            unit=Clock.Unit.CALENDAR,
            promised=max(0, (following.planned_on - today()).days),
            starts_at=starts_at,
            warn=5,
        ),
        actor=actor,
    )
    following.save(update_fields=["clock"])


def _line(row: Milestone, day: date | None) -> str:
    return f"{row.get_point_display()} {day.isoformat() if day else '—'}"
