"""Letting substitutes take over, giving duties back, and letting no duty stay with somebody who is gone."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial, reduce
from operator import or_
from typing import Any
from uuid import UUID

import structlog
from django.db.models import Exists, F, OuterRef, Q

from accounts.actors import Actor
from accounts.models import Absence, Post
from common.errors import HallError, Stale
from common.time import today
from deadlines.labels import NO_SUBSTITUTE
from deadlines.models import Clock, Handover
from deadlines.owners import fits
from deadlines.people import administrator_ids
from deadlines.services.handing_over import hand_over, received_notice
from notifications.services import Notice, notify_many

log = structlog.get_logger(__name__)
Cause = Handover.Cause
# What decides who may hold a duty.
SORT = ("kind", "subject_type", "department", "role")


@dataclass(slots=True)
class StandIns:
    """What one run did: duties that passed over, came back, or fell back to their post."""

    handed: list[Handover] = field(default_factory=list)
    returned: list[Handover] = field(default_factory=list)
    fallen: list[Handover] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Due:
    """A duty that must change hands: from whom it is expected to be, to whom, why."""

    clock_id: UUID
    held_by: int | None
    to_user_id: int | None
    cause: str
    absence: Absence | None = None


def run_stand_ins() -> StandIns:
    """Give back what absences that are over have lent, then hand over what people absent today have.

    Safe to repeat and to run twice at once: a duty that has moved meanwhile is left alone. Looking
    takes a constant number of statements; each duty then moves in a transaction of its own. A duty that the one to
    receive it cannot have goes back to its post, whose holders and the administrators are told.
    Returns come first, so that who goes away again the next day has his duties for the next substitute.
    """
    result = StandIns()
    for find in (_to_return, _to_hand_over, _left_behind):
        for due in find():
            _move(due, result)
    notify_many([*_messages(result.handed), *_messages(result.returned), *_alarms(result.fallen)])
    return result


def _to_return() -> list[Due]:
    """Lent by an absence that is over, and still with the substitute, or with nobody for want of one."""
    later = Handover.objects.filter(clock=OuterRef("clock"), pk__gt=OuterRef("pk")).exclude(cause=Cause.LEFT)
    untouched = Q(clock__handler=F("to_user")) | Q(clock__handler=None)
    over = Absence.objects.over(today())
    lent = Handover.objects.filter(
        untouched, ~Exists(later), cause=Cause.LEAVE, clock__finished_at=None, absence__in=over
    ).select_related("absence", "clock")
    rows = lent.order_by("pk")
    return [Due(one.clock_id, one.clock.handler_id, one.from_user_id, Cause.RETURN, one.absence) for one in rows]


def _to_hand_over() -> list[Due]:
    """Whatever people who are absent today have, new duties among it."""
    absences = {one.user_id: one for one in Absence.objects.on(today())}
    clocks = Clock.objects.open().filter(handler__in=list(absences)).order_by("due_at")
    return [
        Due(pk, handler, absences[handler].substitute_id, Cause.LEAVE, absences[handler])
        for pk, handler in clocks.values_list("pk", "handler")
        if handler is not None
    ]


def _left_behind() -> list[Due]:
    """Duties of people who are gone: account closed, or no post left that may hold them.

    Asked for each person and sort of duty, not for each duty: however many are open, these are few.
    """
    held = Clock.objects.open().filter(handler__isnull=False).order_by()
    sorts = list(held.values("handler", "handler__is_active", *SORT).distinct())
    people = {one["handler"] for one in sorts}
    posts: dict[int, list[tuple[str, int]]] = {}
    for user_id, role, department_id in (
        Post.objects.current().filter(user__in=people).values_list("user_id", "role", "department_id")
    ):
        posts.setdefault(user_id, []).append((role, department_id))
    gone = [
        one for one in sorts if not one["handler__is_active"] or not fits(_sample(one), posts.get(one["handler"], []))
    ]
    if not gone:
        return []
    theirs = reduce(or_, (Q(handler=one["handler"], **{name: one[name] for name in SORT}) for one in gone))
    rows = Clock.objects.open().filter(theirs).order_by("due_at").values_list("pk", "handler")
    return [Due(pk, handler, None, Cause.LEFT) for pk, handler in rows]


def _sample(sort: dict[str, Any]) -> Clock:
    """A clock of this sort, to ask the rule about; it is never saved."""
    return Clock(
        kind=sort["kind"], subject_type=sort["subject_type"], department_id=sort["department"], role=sort["role"]
    )


def _move(due: Due, result: StandIns) -> None:
    common: dict[str, Any] = {"cause": due.cause, "absence": due.absence, "held_by": due.held_by}
    act = partial(hand_over, actor=Actor.system(), clock_id=due.clock_id, **common)
    try:
        if due.to_user_id is None:
            result.fallen.append(act(to_user_id=None, alarm=NO_SUBSTITUTE))
            return
        row = act(to_user_id=due.to_user_id)
        (result.returned if due.cause == Cause.RETURN else result.handed).append(row)
    except Stale:
        # Done, or in other hands since we looked; the next run sees what is so then.
        return
    except HallError as error:
        log.warning("stand_in_refused", clock=str(due.clock_id), to=due.to_user_id, error=str(error))
        _fall_back(act, due, result)


def _fall_back(act: Callable[..., Handover], due: Due, result: StandIns) -> None:
    """Nobody by name: the post has it, so everyone in the post is told."""
    try:
        result.fallen.append(act(to_user_id=None, alarm=NO_SUBSTITUTE))
    except HallError as error:
        # Already with the post, or gone on; reported all the same, for a person to look at.
        log.warning("stand_in_failed", clock=str(due.clock_id), error=str(error))


def _messages(lines: Iterable[Handover]) -> list[Notice]:
    """One message for each pair of people, however many duties."""
    pairs: dict[tuple[int | None, int | None], list[Handover]] = {}
    for line in lines:
        pairs.setdefault((line.from_user_id, line.to_user_id), []).append(line)
    return [received_notice(to_user, rows) for (_giver, to_user), rows in pairs.items() if to_user is not None]


def _alarms(fallen: Sequence[Handover]) -> list[Notice]:
    """Everyone in each post that got duties back, and the administrators."""
    if not fallen:
        return []
    by_post: dict[tuple[str, int | None], list[Handover]] = {}
    for line in fallen:
        by_post.setdefault((line.clock.role, line.clock.department_id), []).append(line)
    holders: dict[tuple[str, int | None], set[int]] = {}
    posts = Post.objects.current().filter(user__is_active=True, role__in={role for role, _department in by_post})
    for user_id, role, department_id in posts.values_list("user_id", "role", "department_id"):
        keys: list[tuple[str, int | None]] = [(role, department_id), (role, None)]
        for key in keys:
            holders.setdefault(key, set()).add(user_id)
    administrators = administrator_ids()
    notices = []
    for key, lines in by_post.items():
        params = {
            "count": len(lines),
            "titles": "；".join(line.clock.title for line in lines[:5]) + (" …" if len(lines) > 5 else ""),
            "person": str(lines[0].from_user or "—"),
        }
        notices.append(Notice(sorted(holders.get(key, ())), "clock.back_to_post", params, "/"))
        notices.append(Notice(administrators, "clock.no_substitute", params, "/deadlines/reassign/?held_by=nobody"))
    return notices
