"""The three levels of a problem (三级领导负责制): whose it is, when it climbs, who is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from common.errors import HallError, InvalidInput, NotAllowed, TransitionNotAllowed
from common.ids import uuid7
from common.time import now
from deadlines.models import ClockKind
from deadlines.services import ClockSpec, arm, finish_many
from enterprises.selectors import people_to_tell
from ledger.services import record
from notifications.services import Notice, notify_many
from projects import limits, rules_key
from projects.answerable import LEVEL_OF, SEAT_OF, Answerable, Teams, teams
from projects.models import OFFICES, KeyProject, Problem, Seat
from projects.transitions import PROBLEM

LABEL = "projects.problem"
TOP = Problem.Level.LEADER
DAYS_OF = {
    Problem.Level.SECRETARY: limits.Code.PROBLEM_SECRETARY,
    Problem.Level.CHIEF: limits.Code.PROBLEM_CHIEF,
    Problem.Level.LEADER: limits.Code.PROBLEM_LEADER,
}


class NobodyAnswersError(HallError):
    """No office of the team is held and no director is in post: an administrator has to see to it."""

    code = "nobody_answers"


def lock_team(project_id: int) -> None:
    """The team of a project, before its problems: whoever picks an owner and whoever changes the team queue here."""
    list(KeyProject.objects.select_for_update(no_key=True).filter(project=project_id).values_list("pk", flat=True))


def lock_problem(problem: Problem) -> Problem:
    """First the team, then the problem, as it stands now."""
    lock_team(problem.project_id)
    rows = Problem.objects.select_for_update(of=("self",)).select_related("project__enterprise", "clock", "owner")
    return rows.get(pk=problem.pk)


def first_answerable(known: Teams, project_id: int) -> Answerable:
    """Whose a new problem is."""
    to = known.answerable(project_id, Seat.SECRETARY)
    if to is None:
        raise NobodyAnswersError(_("Nobody answers for this project yet: form its service team first."))
    return to


def start_level(
    problem: Problem, to: Answerable, *, actor: Actor, days: int | None = None, clock_id: UUID | None = None
) -> None:
    """Put the problem on a level with its owner and a fresh clock, in memory; the caller saves it."""
    problem.level = LEVEL_OF[to.seat]
    problem.owner_id = to.user_id
    problem.level_since = now()
    problem.clock = arm(
        spec=ClockSpec(
            id=clock_id or uuid7(),
            kind=ClockKind.PROBLEM,
            subject=(LABEL, problem.pk),
            title=f"{problem.title} · {problem.project}",
            link=f"/problems/{problem.pk}/",
            department_id=to.department_id,
            role=to.role,
            handler_id=to.user_id,
            promised=days or limits.days(DAYS_OF[Problem.Level(problem.level)]),
            expires=problem.level < TOP,
        ),
        actor=actor,
    )


def climb_late(problem_ids: Sequence[int]) -> None:
    """What the sweep calls for problems whose level has run out of days: each climbs once, in a transaction of its own.

    Safe to repeat: on the next level another clock runs, which has not passed.
    """
    for pk in problem_ids:
        with transaction.atomic():
            problem = lock_problem(Problem.objects.only("project").get(pk=pk))
            clock = problem.clock
            late = clock is not None and clock.is_open and clock.expires and clock.due_at < now()
            if problem.status == Problem.Status.OPEN and late:
                _climb(problem, actor=Actor.system(), reason="", told=True)


@transaction.atomic
def climb_problem(*, actor: Actor, problem: Problem, reason: str) -> Problem:
    """Take a problem to the next level before its days are over: the owner, a leader or the director, with a reason."""
    locked = lock_problem(problem)
    PROBLEM.next(Problem.Status(locked.status), "climb")
    if not rules_key.may_climb.test(actor.person, locked):
        raise NotAllowed
    if locked.level == TOP:
        raise TransitionNotAllowed(_("This problem is with the leader in charge already."))
    if not reason.strip():
        raise InvalidInput({"reason": _("Give the reason; it stays on record.")})
    _climb(locked, actor=actor, reason=reason.strip(), told=False)
    return locked


def _climb(problem: Problem, *, actor: Actor, reason: str, told: bool) -> None:
    before_owner, before = problem.owner, Problem.Level(problem.level)
    to = _next(problem)
    finish_many(clock_ids=[problem.clock_id] if problem.clock_id else [])
    start_level(problem, to, actor=actor)
    problem.save(update_fields=["level", "owner", "level_since", "clock"])
    data = {"from": before, "to": problem.level, "owner": to.user_id, "reason": reason, "late": told}
    record(actor=actor, subject=problem, act="problem.climbed_late" if told else "problem.climbed", data=data)
    params = {
        "title": problem.title,
        "project": str(problem.project),
        "level": problem.level,
        "from": str(before_owner),
        "reason": reason or "–",
    }
    template = "problem.climbed_late" if told else "problem.climbed"
    others = set(concerned(problem)) - {to.user_id} | {before_owner.pk}
    notify_many(
        [
            Notice([to.user_id], "problem.yours", params, problem.get_absolute_url()),
            Notice(sorted(others - {actor.user_id}), template, params, problem.get_absolute_url()),
        ]
    )


def _next(problem: Problem) -> Answerable:
    """The lowest level above on which somebody else answers; the top one with whoever answers there."""
    known = teams([problem.project_id])
    above = OFFICES[OFFICES.index(SEAT_OF[Problem.Level(problem.level)]) + 1 :]
    found = [to for seat in above if (to := known.answerable(problem.project_id, seat)) is not None]
    if not found:
        raise NobodyAnswersError(_("Nobody answers for this project yet: form its service team first."))
    return next((to for to in found if to.user_id != problem.owner_id), found[-1])


def concerned(problem: Problem, *, firm: bool = True) -> Iterable[int]:
    """Everybody who hears of a problem: owner, helper, raiser, the three offices, and the firm's people."""
    known = teams([problem.project_id]).holders.get(problem.project_id, {})
    told = {one.user_id for one in known.values()} | {problem.owner_id, problem.helper_id, problem.raised_by_id}
    if firm:
        told |= set(people_to_tell(problem.project.enterprise_id, []))
    return sorted(one for one in told if one is not None)
