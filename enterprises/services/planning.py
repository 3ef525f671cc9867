"""The plan of regular visits (定期走访): beat asks every day which firms are due."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse

from accounts.actors import Actor
from accounts.models import Post, Role
from common.ids import uuid7
from common.time import now, today
from deadlines.calendars import current
from deadlines.models import ClockKind
from deadlines.services import ClockSpec, arm_many, assign_many
from enterprises.models import Visit, VisitCadence
from enterprises.selectors import turns
from ledger.services import Record, record_many
from notifications.services import Notice, notify_many


@dataclass(frozen=True, slots=True)
class Officer:
    """A service officer who may be given visits, and his department."""

    user_id: int
    department_id: int


@transaction.atomic
def plan_visits(day: date | None = None) -> int:
    """Plan a visit for each firm whose turn comes within its tier's lead time; says how many.

    A turn comes ``months`` after the last visit made or called off, or after registration. The
    visit's clock runs for ``lead_workdays`` from now. Its officer is the one who came last, else
    whoever has the fewest visits ahead. Safe to repeat and to run twice at once: the cadence rows
    are locked, and the database allows one planned visit for each firm. A constant number of
    statements.
    """
    day = day or today()
    cadences = list(VisitCadence.objects.select_for_update().order_by("id"))
    officers = posted_officers()
    _fill_vacancies(officers)
    if not cadences:
        return 0
    calendar = current()
    planned_on = {cadence.tier: calendar.add(day, cadence.lead_workdays) for cadence in cadences}
    lead = {cadence.tier: cadence.lead_workdays for cadence in cadences}
    in_time = reduce(or_, (Q(tier=tier, due_on__lte=reach) for tier, reach in planned_on.items()))
    rows = [(row.pk, row.tier, row.last_officer) for row in turns().filter(in_time)]  # type: ignore[attr-defined]
    chosen = share_out([last for _pk, _tier, last in rows], officers)
    visits = [
        Visit(
            enterprise_id=pk,
            officer_id=officer.user_id if officer else None,
            status=Visit.Status.PLANNED,
            planned_on=planned_on[tier],
            clock_id=uuid7(),
            created_at=now(),
        )
        for (pk, tier, _last), officer in zip(rows, chosen, strict=True)
    ]
    # A visit added by hand in the same moment wins; ours for that firm vanishes.
    Visit.objects.bulk_create(visits, ignore_conflicts=True)
    made = list(Visit.objects.filter(clock__in=[visit.clock_id for visit in visits]).select_related("enterprise"))
    start_duties(made, [lead[visit.enterprise.tier] for visit in made], officers, actor=Actor.system())
    return len(made)


def posted_officers() -> dict[int, Officer]:
    """Service officers of today by user id, the A posts first."""
    posts = Post.objects.current().with_role(Role.OFFICER).filter(user__is_active=True)
    found: dict[int, Officer] = {}
    for user_id, department_id in posts.order_by("is_substitute", "id").values_list("user_id", "department_id"):
        found.setdefault(user_id, Officer(user_id, department_id))
    return found


def share_out(previous: Sequence[int | None], officers: dict[int, Officer]) -> list[Officer | None]:
    """An officer for each visit: the previous one while still posted, else the least laden."""
    if not officers:
        return [None] * len(previous)
    ahead = Visit.objects.planned().filter(officer__in=officers).order_by()
    load: Counter[int] = Counter(dict.fromkeys(officers, 0))
    load.update(dict(ahead.values_list("officer").annotate(n=Count("id"))))
    load.update(last for last in previous if last in officers)
    chosen: list[Officer | None] = []
    for last in previous:
        user_id = last
        if user_id is None or user_id not in officers:
            user_id = min(officers, key=lambda one: (load[one], one))
            load[user_id] += 1
        chosen.append(officers[user_id])
    return chosen


def start_duties(visits: Sequence[Visit], days: Iterable[int], officers: dict[int, Officer], *, actor: Actor) -> None:
    """Arm the clocks, write the ledger and tell the officers of visits just planned.

    ``days`` are the working days for each visit; each visit already carries its clock's id.
    """
    specs = [
        ClockSpec(
            id=visit.clock_id or uuid7(),
            kind=ClockKind.VISIT,
            subject=("enterprises.visit", visit.pk),
            title=visit.enterprise.name,
            link=reverse("enterprises:visit", args=[visit.pk]),
            department_id=officers[visit.officer_id].department_id if visit.officer_id in officers else None,
            role=Role.OFFICER,
            handler_id=visit.officer_id,
            promised=budget,
        )
        for visit, budget in zip(visits, days, strict=True)
    ]
    arm_many(specs=specs, actor=actor)
    record_many(actor=actor, records=[Record(visit, "visit.planned", _told(visit)) for visit in visits])
    notify_many([assigned_notice(visit) for visit in visits if visit.officer_id not in (None, actor.user_id)])


def assigned_notice(visit: Visit) -> Notice:
    """Tells the officer of a visit that it is his, once."""
    return Notice(
        [visit.officer_id] if visit.officer_id else [],
        "visit.assigned",
        {"enterprise": visit.enterprise.name, "day": visit.planned_on.isoformat()},
        link=reverse("enterprises:visit", args=[visit.pk]),
        dedupe_key=f"visit.assigned:{visit.pk}",
    )


def _told(visit: Visit) -> dict[str, object]:
    return {
        "enterprise": visit.enterprise_id,
        "name": visit.enterprise.name,
        "officer": visit.officer_id,
        "planned_on": visit.planned_on.isoformat(),
    }


def _fill_vacancies(officers: dict[int, Officer]) -> None:
    """Visits without an officer, or whose officer is gone, go to those posted now."""
    if not officers:
        return
    vacant = Visit.objects.planned().filter(~Q(officer__in=officers) | Q(officer=None))
    rows = list(vacant.select_for_update(of=("self",)).select_related("enterprise").order_by("planned_on", "id"))
    if not rows:
        return
    by_officer: dict[int, list[Visit]] = {}
    for visit, officer in zip(rows, share_out([None] * len(rows), officers), strict=True):
        if officer is not None:
            visit.officer_id = officer.user_id
            by_officer.setdefault(officer.user_id, []).append(visit)
    Visit.objects.bulk_update(rows, ["officer"])
    for user_id, visits in by_officer.items():
        assign_many(clock_ids=[visit.clock_id for visit in visits if visit.clock_id], handler_id=user_id)
    told = [Record(visit, "visit.assigned", _told(visit)) for visit in rows]
    record_many(actor=Actor.system(), records=told)
    notify_many([assigned_notice(visit) for visit in rows])
