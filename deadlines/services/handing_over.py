"""Handing duties from one person to another; the clocks run on, and every hand-over is on record."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Absence, Post, User
from common.errors import HallError, InvalidInput, NotAllowed, Stale
from common.time import now, today
from deadlines.labels import NOBODY_ALARMS
from deadlines.models import Clock, Handover
from deadlines.owners import fits, owner_of
from deadlines.rules import may_reassign
from ledger.services import record
from notifications.services import Notice, notify_many

# Code of the Stale that says: nothing to do, perhaps by the second of two clicks.
ALREADY = "already"
# For ``held_by``: whoever has the duty now.
ANYBODY = -1
MOST_AT_ONCE = 200
NOTE_LENGTH = 200
Cause = Handover.Cause


class WrongReceiver(InvalidInput):
    """This person cannot have this duty: closed account, no post for it, or absent today."""

    code = "wrong_receiver"

    def __init__(self, message: Any) -> None:
        super().__init__({"to_user": message})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row: ``done``, ``already`` (theirs before) or ``refused`` with its reason."""

    clock_id: UUID
    clock: Clock | None
    result: str
    reason: str = ""


@transaction.atomic
def hand_over(
    *,
    actor: Actor,
    clock_id: UUID,
    to_user_id: int | None,
    cause: str,
    note: str = "",
    absence: Absence | None = None,
    held_by: int | None = ANYBODY,
    alarm: str = "",
) -> Handover:
    """Give one open duty to another person, or back to its post with None. No date changes.

    The duty's own row changes with the clock, under the subject's lock. ``held_by`` is who must have
    it still. Whoever is handed a duty is told by the caller, once for all of them. Raises Stale where
    the duty is done, somebody else's by now or the receiver's already (code ALREADY), WrongReceiver,
    NotAllowed, and what the duty's owner refuses.
    """
    _refuse_long(note)
    seen = Clock.objects.filter(pk=clock_id).first()
    if seen is None:
        raise Stale
    _authorise(actor, seen)
    refuse_moved(seen, to_user_id, held_by)
    owner = owner_of(seen)
    if owner is not None:
        owner.move(clock=seen, to_user_id=to_user_id, actor=actor)
    clock = Clock.objects.select_for_update(of=("self",)).select_related("handler").get(pk=clock_id)
    refuse_moved(clock, to_user_id, held_by)
    # Who comes back is in post but may go away again the same day; then the next absence takes over.
    receiver = None if to_user_id is None else _receiver(clock, to_user_id, may_be_absent=cause == Cause.RETURN)
    return _write(actor, clock, receiver, cause=cause, note=note.strip(), absence=absence, alarm=alarm)


def _refuse_long(note: str) -> None:
    if len(note.strip()) > NOTE_LENGTH:
        raise InvalidInput({"note": _("At most %(most)s characters.") % {"most": NOTE_LENGTH}})


def refuse_moved(clock: Clock, to_user_id: int | None, held_by: int | None) -> None:
    """Raise Stale when there is nothing to hand over any more, or not from whom it was thought to be."""
    if not clock.is_open:
        raise Stale(_("This duty is done already."))
    if clock.handler_id == to_user_id:
        raise Stale(_("This duty is theirs already."), code=ALREADY)
    if held_by not in (ANYBODY, clock.handler_id):
        raise Stale(_("Somebody else has this duty by now."))


def _authorise(actor: Actor, clock: Clock) -> None:
    if actor.user is not None and not may_reassign.test(actor.user, clock):
        raise NotAllowed


def _receiver(clock: Clock, user_id: int, *, may_be_absent: bool) -> User:
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise WrongReceiver(_("There is no such person."))
    posts = Post.objects.current().filter(user=user)
    held = {(post.role, post.department_id) for post in posts}
    away = not may_be_absent and Absence.objects.on(today()).filter(user=user).exists()
    if reason := reason_against(clock, user, held, away=away):
        raise WrongReceiver(reason)
    return user


def reason_against(clock: Clock, user: User, held: set[tuple[str, int]], *, away: bool) -> str:
    """Why ``user``, who holds posts ``held`` (role, department), cannot have this duty; "" for nothing."""
    name = {"name": str(user)}
    if not user.is_active:
        return str(_("The account of %(name)s is closed.") % name)
    if away:
        return str(_("%(name)s is absent today.") % name)
    return "" if fits(clock, held) else str(_("%(name)s holds no post for this duty.") % name)


def _write(
    actor: Actor, clock: Clock, receiver: User | None, *, cause: str, note: str, absence: Absence | None, alarm: str
) -> Handover:
    before = clock.handler
    clock.handler = receiver
    _set_alarm(clock, alarm)
    clock.save(update_fields=["handler", "alarm", "alarm_at"])
    row = Handover.objects.create(
        clock=clock, from_user=before, to_user=receiver, cause=cause, absence=absence, note=note, by=actor.user,
        at=now(),
    )  # fmt: skip
    shown = f"{before or '—'} → {receiver or '—'}"
    data = {
        "clock": str(clock.pk),
        "title": clock.title,
        "from": before.pk if before else None,
        "to": receiver.pk if receiver else None,
        "cause": str(cause),
        "note": f"{shown} · {note}" if note else shown,
    }
    record(actor=actor, subject=clock.subject, act="clock.handed_over", data=data, at=row.at)
    return row


def _set_alarm(clock: Clock, alarm: str) -> None:
    """A new alarm, or the end of one that said that nobody has the duty; others are not about people and stay."""
    if alarm:
        clock.alarm, clock.alarm_at = alarm, now()
    elif clock.alarm in NOBODY_ALARMS:
        clock.alarm, clock.alarm_at = "", None


def reassign_many(
    *, actor: Actor, clock_ids: Sequence[UUID], to_user_id: int, note: str, held_by: int | None = ANYBODY
) -> list[Outcome]:
    """Give duties to one person, row by row, each in its own transaction; one refusal stops none of the others.

    At most MOST_AT_ONCE rows. A second run says "already" and changes nothing. Raises InvalidInput for
    a missing note and for too many rows, before anything is done. Not to be called in a transaction.
    """
    check_reassignment(clock_ids=clock_ids, note=note)
    outcomes = [_reassign(actor, clock_id, to_user_id, note, held_by) for clock_id in clock_ids]
    clocks = Clock.objects.select_related("department", "handler").in_bulk(list(clock_ids))
    rows = [Outcome(one.clock_id, clocks.get(one.clock_id), one.result, one.reason) for one in outcomes]
    _tell(actor, rows, to_user_id)
    return rows


def check_reassignment(*, clock_ids: Sequence[UUID], note: str) -> None:
    """Raise InvalidInput for what ``reassign_many`` would refuse as a whole."""
    errors: dict[str, Any] = {}
    if not clock_ids:
        errors["clocks"] = [_("Choose at least one duty.")]
    if len(clock_ids) > MOST_AT_ONCE:
        text = _("Choose at most %(most)s duties at once.")
        errors["clocks"] = [text % {"most": MOST_AT_ONCE}]
    if not note.strip():
        errors["note"] = [_("Give the reason; it stays on record.")]
    if errors:
        raise InvalidInput(errors)
    _refuse_long(note)


def _reassign(actor: Actor, clock_id: UUID, to_user_id: int, note: str, held_by: int | None) -> Outcome:
    try:
        hand_over(
            actor=actor, clock_id=clock_id, to_user_id=to_user_id, cause=Cause.REASSIGNMENT, note=note, held_by=held_by
        )
    except HallError as error:
        result = "already" if error.code == ALREADY else "refused"
        return Outcome(clock_id, None, result, str(error))
    return Outcome(clock_id, None, "done")


def _tell(actor: Actor, rows: Sequence[Outcome], to_user_id: int) -> None:
    """One message to the receiver and one to each person who had them, however many rows."""
    done = [row.clock_id for row in rows if row.result == "done"]
    # A clock may have been handed over before: its last row is this one.
    handed = Handover.objects.filter(clock__in=done).order_by("clock", "-id").distinct("clock")
    by_giver: dict[int | None, list[Handover]] = {}
    for one in handed.select_related("from_user", "to_user", "clock"):
        by_giver.setdefault(one.from_user_id, []).append(one)
    notices = []
    for giver, lines in by_giver.items():
        notices.append(received_notice(to_user_id, lines))
        if giver not in (None, actor.user_id):
            notices.append(given_away_notice(giver, lines))
    notify_many(notices)


def received_notice(user_id: int, lines: Sequence[Handover]) -> Notice:
    """ "N duties of X are yours now"; ``lines`` come from one person, or from nobody."""
    giver = lines[0].from_user
    template = "clock.handed_over" if giver else "clock.handed_out"
    if lines[0].cause == Cause.RETURN:
        template = "clock.returned"
    return Notice([user_id], template, {"person": str(giver or ""), **_listed(lines)}, _link(lines))


def given_away_notice(user_id: int, lines: Sequence[Handover]) -> Notice:
    """Tells who had them that somebody else has them now."""
    params = {"person": str(lines[0].to_user or ""), **_listed(lines)}
    return Notice([user_id], "clock.given_away", params)


def _listed(lines: Sequence[Handover], most: int = 5) -> dict[str, Any]:
    titles = [line.clock.title for line in lines[:most]]
    return {"count": len(lines), "titles": "；".join(titles) + (" …" if len(lines) > most else "")}


def _link(lines: Sequence[Handover]) -> str:
    """A single duty's own page; several are found where one works."""
    return lines[0].clock.link if len(lines) == 1 else "/"


def counted(rows: Sequence[Outcome]) -> dict[str, int]:
    """How many rows came out how."""
    return {result: sum(row.result == result for row in rows) for result in ("done", "already", "refused")}
