"""The clocks of this app, who has them, and what is done when nobody has."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from accounts.actors import Actor
from accounts.models import Post, Role, User
from common.time import now
from coordination import limits
from coordination.models import Instruction, Limit, Meeting
from coordination.people import deputy_of
from deadlines.labels import NO_SUBSTITUTE
from deadlines.models import Clock, ClockKind
from deadlines.people import administrator_ids
from deadlines.services import ClockSpec, arm
from notifications.services import Notice, notify_many

INSTRUCTION = "coordination.instruction"
MEETING = "coordination.meeting"


def start_dividing(instruction: Instruction, *, actor: Actor) -> None:
    """The named person has to divide it; who is absent is stood in for at once."""
    assert instruction.divider is not None
    _start(instruction, Role.DIRECTOR, instruction.divider, limits.dividing(instruction.urgency), actor)


def start_closing(instruction: Instruction, *, actor: Actor) -> None:
    """The leader has to close it or send it back; without leader, substitute and director it is an alarm."""
    _start(instruction, Role.LEADER, instruction.leader, limits.limit_of(Limit.Duty.CLOSE), actor)


def _start(instruction: Instruction, role: str, person: User, budget: tuple[int, str], actor: Actor) -> None:
    amount, unit = budget
    handler = deputy_of(person)
    instruction.clock = arm(
        actor=actor,
        spec=ClockSpec(
            kind=ClockKind.INSTRUCTION,
            subject=(INSTRUCTION, instruction.pk),
            title=instruction.title,
            link=reverse("coordination:instruction", args=[instruction.pk]),
            role=role,
            # Escalations lead to whoever directs or leads the whole hall.
            department_id=_department_of(person, role),
            handler_id=handler.pk if handler else None,
            promised=amount,
            unit=unit,
        ),
    )
    if handler is None:
        alarm_nobody(instruction.clock, person)
    elif handler.pk != person.pk:
        _tell_deputy(instruction, handler, person)


def _department_of(person: User, role: str) -> int | None:
    post = Post.objects.current().with_role(role).filter(user=person).first()
    return post.department_id if post else None


def alarm_nobody(clock: Clock, person: User) -> None:
    """Nobody can have this duty today: the director's list of alarms and the administrators say so at once."""
    Clock.objects.filter(pk=clock.pk).raise_alarm(NO_SUBSTITUTE, now())
    params = {"count": 1, "titles": clock.title, "person": str(person)}
    notify_many([Notice(administrator_ids(), "clock.no_substitute", params, "/deadlines/reassign/?held_by=nobody")])


def _tell_deputy(instruction: Instruction, handler: User, person: User) -> None:
    params = {"title": instruction.title, "person": str(person)}
    notify_many([Notice([handler.pk], "instruction.deputy", params, instruction.get_absolute_url())])


def minutes_clock(meeting: Meeting, *, actor: Actor, starts_at: datetime) -> Clock:
    """The secretary writes the minutes and has them signed."""
    amount, unit = limits.limit_of(Limit.Duty.MINUTES)
    return arm(
        actor=actor,
        spec=ClockSpec(
            kind=ClockKind.MINUTES,
            subject=(MEETING, meeting.pk),
            title=meeting.title,
            link=meeting.get_absolute_url(),
            role=Role.OFFICER,
            department_id=None,
            handler_id=meeting.secretary_id,
            promised=amount,
            unit=unit,
            starts_at=starts_at,
        ),
    )


def ids_of(people: Iterable[User | None]) -> list[int]:
    """Each person once, in order."""
    return list(dict.fromkeys(one.pk for one in people if one is not None))
