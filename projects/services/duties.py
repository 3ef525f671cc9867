"""Duties around a key project that follow its team: who has them now, and passing them on at once."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from django.db.models import Q

from accounts.actors import Actor
from accounts.models import Absence
from common.errors import Stale
from common.time import today
from deadlines.models import Clock, Handover
from deadlines.services import cancel_many, hand_over, place_many
from projects.answerable import LEVEL_OF, Answerable, teams
from projects.models import OFFICES, KeyProject, Milestone, Problem, Progress, Seat
from projects.services.vacancies import drop_vacancies


def open_clocks(key: KeyProject) -> Q:
    """Clocks of milestones and reports of a key project."""
    milestones = Milestone.objects.filter(key=key, clock__isnull=False).values("clock")
    reports = Progress.objects.filter(key=key, clock__isnull=False).values("clock")
    return Q(pk__in=milestones) | Q(pk__in=reports)


def drop_duties(*, key: KeyProject) -> None:
    """Reports, milestones and vacancies fall away; what was late before stays late."""
    rows = Clock.objects.open().filter(open_clocks(key))
    cancel_many(clock_ids=list(rows.values_list("pk", flat=True)))
    drop_vacancies(key=key)


def pass_on(*, key: KeyProject, note: str = "") -> None:
    """Give every open duty of the project to whoever answers for it by the team as it stands now.

    Called in the transaction that changes the team, with the key project locked. Problems wait for the
    firm with their owner too. Each clock keeps its dates; every hand-over is on record.
    """
    known = teams([key.project_id])
    secretary = known.answerable(key.project_id, Seat.SECRETARY)
    if secretary is not None:
        for pk in Clock.objects.open().filter(open_clocks(key)).values_list("pk", flat=True):
            _give(pk, secretary, note)
    for seat in OFFICES:
        to = known.answerable(key.project_id, seat)
        if to is None:
            continue
        rows = Problem.objects.ongoing().filter(project=key.project_id, level=LEVEL_OF[seat]).order_by("pk")
        for problem in rows.select_for_update(of=("self",)):
            if problem.status == Problem.Status.OPEN and problem.clock_id:
                _give(problem.clock_id, to, note)
            if problem.owner_id != to.user_id and problem.status == Problem.Status.PROPOSED:
                problem.owner_id = to.user_id
                problem.save(update_fields=["owner"])


def _give(clock_id: UUID, to: Answerable, note: str) -> None:
    """One duty to one person. It stays where it is when he has it already, or whoever stands in for him today."""
    clock = Clock.objects.only("handler").get(pk=clock_id)
    absence = Absence.objects.on(today()).filter(user=to.user_id).first()
    if clock.handler_id not in {to.user_id, absence.substitute_id if absence else to.user_id}:
        # Who is away today may be given a duty only as one that comes back to him; then his substitute takes over.
        cause = Handover.Cause.RETURN if absence else Handover.Cause.REASSIGNMENT
        with suppress(Stale):
            hand_over(actor=Actor.system(), clock_id=clock_id, to_user_id=to.user_id, cause=cause, note=note[:200])
    place_many(clock_ids=[clock_id], department_id=to.department_id, role=to.role)
