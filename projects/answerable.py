"""Who answers for a duty around a project: the office's holder, else the next one above, in the end the director."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from accounts.models import Absence, Post, Role
from common.time import today
from projects.models import OFFICES, Problem, Seat, TeamMember

# The post that a duty lies in, for reminders where no person has it.
ROLE_OF: Mapping[str, str] = {Seat.SECRETARY: Role.OFFICER, Seat.CHIEF: Role.HEAD, Seat.LEADER: Role.LEADER}
LEVEL_OF: Mapping[str, Problem.Level] = {
    Seat.SECRETARY: Problem.Level.SECRETARY,
    Seat.CHIEF: Problem.Level.CHIEF,
    Seat.LEADER: Problem.Level.LEADER,
}
SEAT_OF = {level: seat for seat, level in LEVEL_OF.items()}


@dataclass(frozen=True, slots=True)
class Answerable:
    """The person, the office for which he answers, and the post in which his duty lies."""

    user_id: int
    seat: str
    department_id: int | None
    role: str


@dataclass(slots=True)
class Teams:
    """Holders of the three offices of some projects, read at once."""

    holders: dict[int, dict[str, TeamMember]]
    directors: list[int]

    def answerable(self, project_id: int, seat: str) -> Answerable | None:
        """Who answers for ``seat``; None where nobody holds an office from there upwards and no director is in post."""
        held = self.holders.get(project_id, {})
        for office in OFFICES[OFFICES.index(Seat(seat)) :]:
            if office in held:
                one = held[office]
                return Answerable(one.user_id, office, one.department_id, ROLE_OF[office])
        if self.directors:
            return Answerable(self.directors[0], Seat.LEADER, None, Role.DIRECTOR)
        return None

    def holder(self, project_id: int, seat: str) -> TeamMember | None:
        return self.holders.get(project_id, {}).get(seat)


def teams(project_ids: Iterable[int]) -> Teams:
    """Teams of projects; two queries. Directors who are absent today come last."""
    rows = TeamMember.objects.current().in_offices().filter(key__project__in=list(project_ids))
    holders: dict[int, dict[str, TeamMember]] = {}
    for row in rows.select_related("user", "key"):
        holders.setdefault(row.key.project_id, {})[row.seat] = row
    posts = Post.objects.current().with_role(Role.DIRECTOR).filter(user__is_active=True).order_by("is_substitute", "id")
    ids = list(dict.fromkeys(posts.values_list("user_id", flat=True)))
    away = set(Absence.objects.on(today()).filter(user__in=ids).values_list("user", flat=True)) if ids else set()
    return Teams(holders, sorted(ids, key=lambda one: one in away))
