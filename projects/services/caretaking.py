"""What beat looks after: no office held by somebody who is gone, no vacancy without its duty, no duty with nobody."""

from __future__ import annotations

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Post
from common.errors import HallError
from deadlines.models import Clock, ClockKind
from deadlines.redate import in_own_language
from projects import rules_key
from projects.models import OFFICES, KeyProject, Milestone, Problem, Progress, TeamMember
from projects.services.duties import pass_on
from projects.services.teams import vacate
from projects.services.vacancies import open_vacancies

log = structlog.get_logger(__name__)
# On record in the hall's own language, whoever reads it.
GONE = _("no longer holds a post for this office")


def look_after_teams() -> int:
    """End places of people who hold no fitting post any more, open what is vacant, give out what nobody has.

    Each team in a transaction of its own; safe to repeat. Looking takes a constant number of statements.
    """
    ended = 0
    for member in left_their_post():
        try:
            vacate(actor=Actor.system(), member=member, reason=in_own_language(GONE))
            ended += 1
        except HallError as error:
            log.warning("seat_not_vacated", member=member.pk, error=str(error))
    for pk in _without_holder():
        with transaction.atomic():
            key = KeyProject.objects.select_for_update(of=("self",)).select_related("project").get(pk=pk)
            if key.is_confirmed:
                open_vacancies(actor=Actor.system(), keys=[key])
    for pk in _with_orphans():
        with transaction.atomic():
            key = KeyProject.objects.select_for_update(of=("self",)).select_related("project").get(pk=pk)
            pass_on(key=key)
    return ended


def left_their_post() -> list[TeamMember]:
    """Holders of a place whose account is closed or who hold no post that it asks for."""
    gone = Q(user__is_active=False)
    for seat, roles in rules_key.SEAT_ROLES.items():
        posts = Post.objects.current().with_role(*roles).filter(user=OuterRef("user"))
        gone |= Q(~Exists(posts), seat=seat)
    return list(TeamMember.objects.current().filter(gone).select_related("key__project", "user").order_by("id"))


def _without_holder() -> list[int]:
    """Key projects with an office that nobody holds and that is not on the director's list."""
    missing = Q(pk__in=[])
    for seat in OFFICES:
        held = TeamMember.objects.current().filter(key=OuterRef("pk"), seat=seat)
        waiting = KeyProject.objects.filter(pk=OuterRef("pk"), vacancies__seat=seat, vacancies__filled_at=None)
        missing |= Q(~Exists(held) & ~Exists(waiting))
    return list(KeyProject.objects.confirmed().filter(missing).values_list("pk", flat=True))


def _with_orphans() -> set[int]:
    """Key projects around which a duty lies with nobody: its post alone has it, or its owner's account is closed."""
    kinds = (ClockKind.PROBLEM, ClockKind.PROGRESS, ClockKind.MILESTONE)
    nobodys = Clock.objects.open().filter(kind__in=kinds, handler=None).values("pk")
    found: set[int] = set()
    sources: list[QuerySet] = [
        Milestone.objects.filter(clock__in=nobodys).values_list("key", flat=True),
        Progress.objects.filter(clock__in=nobodys).values_list("key", flat=True),
        Problem.objects.ongoing().filter(clock__in=nobodys).values_list("project__key", flat=True),
        Problem.objects.ongoing().filter(owner__is_active=False).values_list("project__key", flat=True),
    ]
    for rows in sources:
        found.update(pk for pk in rows if pk is not None)
    return found
