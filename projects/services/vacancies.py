"""Empty offices of a team: a duty of the director for each, until somebody holds the office."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.actors import Actor
from accounts.models import Role
from common.ids import uuid7
from common.time import now
from deadlines.models import ClockKind
from deadlines.services import ClockSpec, arm_many, cancel_many, finish_many
from projects import limits
from projects.models import OFFICES, KeyProject, TeamMember, Vacancy

LABEL = "projects.vacancy"


def open_vacancies(*, actor: Actor, keys: Sequence[KeyProject]) -> int:
    """Begin the director's duty for each office of ``keys`` that nobody holds and that is not waiting already.

    A constant number of statements; the caller has locked the key projects.
    """
    held = set(TeamMember.objects.current().filter(key__in=keys).values_list("key_id", "seat"))
    waiting = set(Vacancy.objects.filter(key__in=keys, filled_at=None).values_list("key_id", "seat"))
    empty = [
        Vacancy(key=key, seat=seat, clock_id=uuid7(), since=now())
        for key in keys
        for seat in OFFICES
        if (key.pk, seat) not in held | waiting
    ]
    if not empty:
        return 0
    days = limits.days(limits.Code.VACANCY)
    rows = Vacancy.objects.bulk_create(empty)
    specs = [
        ClockSpec(
            id=row.clock_id,
            kind=ClockKind.TEAM_VACANCY,
            subject=(LABEL, row.pk),
            title=f"{row.key.project} · {row.get_seat_display()}",
            link=f"/key-projects/{row.key.project_id}/team/",
            role=Role.DIRECTOR,
            promised=days,
        )
        for row in rows
    ]
    arm_many(specs=specs, actor=actor)
    return len(rows)


def fill_vacancy(*, key: KeyProject, seat: str) -> None:
    """Somebody holds the office now: the director has done his duty."""
    rows = list(Vacancy.objects.filter(key=key, seat=seat, filled_at=None))
    finish_many(clock_ids=[row.clock_id for row in rows])
    Vacancy.objects.filter(pk__in=[row.pk for row in rows]).update(filled_at=now())


def drop_vacancies(*, key: KeyProject) -> None:
    """The project is off the list: nobody need be found."""
    rows = list(Vacancy.objects.filter(key=key, filled_at=None))
    cancel_many(clock_ids=[row.clock_id for row in rows])
    Vacancy.objects.filter(pk__in=[row.pk for row in rows]).update(filled_at=now())
