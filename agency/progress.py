"""Plans against facts: what was handed in, accepted, decided by when, and for whom each order waits. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from agency.models import AgencyOrder, AgencyPlan
from approvals.models import Case
from approvals.planning.actual import CaseFact, Forecast, cases_by_project, forecast
from approvals.planning.holders import holders_of
from approvals.planning.schedule import Dates
from common.bilingual import pick
from common.display import listed
from common.time import today
from deadlines import calendars
from deadlines.workdays import Calendar, UnknownYearError

RED, YELLOW, GREEN, DONE, LATE, NONE = "red", "yellow", "green", "done", "late", "none"
# Worst first: how lists are sorted.
RANK = {RED: 0, YELLOW: 1, GREEN: 2, NONE: 3, DONE: 4, LATE: 4}
# So many working days before a latest day the light turns yellow.
WARN = 1


@dataclass(frozen=True, slots=True)
class Row:
    """One matter of a plan with what became of it.

    ``ahead``: working days to spare, negative behind, None where nothing can be said. ``due`` is what counts next:
    the latest day to hand it in, then the latest day of delivery.
    """

    code: str
    name: str
    covered: bool
    hand_in_by: date
    delivered_by: date
    number: str
    handed_in: date | None
    accepted: date | None
    decided: date | None
    delivered: date | None
    expected: date | None
    light: str
    due: date
    ahead: int | None
    waits_for: str

    @property
    def behind(self) -> int:
        return -self.ahead if self.ahead is not None and self.ahead < 0 else 0

    @property
    def open(self) -> bool:
        return self.delivered is None


@dataclass(frozen=True, slots=True)
class Progress:
    """An order with the plan that counts. ``rows`` is empty before there is one."""

    order: AgencyOrder
    plan: AgencyPlan | None
    rows: tuple[Row, ...]
    light: str
    due: date | None
    waits_for: str
    open_cases: int

    @property
    def late(self) -> int:
        """Matters that are behind; an order without a plan in time counts as one."""
        return self.behind or int(self.light == RED)

    @property
    def behind(self) -> int:
        """How many matters are behind their latest days."""
        return sum(row.light == RED for row in self.rows)

    @property
    def days(self) -> int | None:
        return None if self.due is None else days_until(self.due)

    @property
    def expected_end(self) -> date | None:
        """When the last matter is expected; None as long as one is not handed in or has no forecast."""
        days = [row.delivered or row.expected for row in self.rows]
        return max((day for day in days if day), default=None) if all(days) else None


def days_until(day: date) -> int:
    """Working days from today, negative when it has passed; calendar days beyond the calendar's reach."""
    try:
        return calendars.current().count(today(), day)
    except UnknownYearError:
        return (day - today()).days


def progress_of(orders: Sequence[AgencyOrder]) -> list[Progress]:
    """In the given order; a constant number of statements however many."""
    plans = _plans(orders)
    projects = {order.project_id for order in orders if order.project_id}
    cases = cases_by_project(projects) if projects else {}
    calendar, now = calendars.current(), today()
    names = {
        row["code"]: pick(row["name"], row["name_en"]) for plan in plans.values() for row in plan.content["matters"]
    }
    facts = [fact for found in cases.values() for fact in found]
    names |= {fact.code: fact.planned.label for fact in facts}
    holders = holders_of(facts, names)
    found = []
    for order in orders:
        own = cases.get(order.project_id, []) if order.project_id else []
        look = _Look(order, own, forecast(own, calendar, now), holders, names, calendar, now)
        found.append(look.progress(plans.get(order.pk)))
    return found


def by_light(rows: Iterable[Progress]) -> list[Progress]:
    """The worst first, then what is due first."""
    return sorted(rows, key=lambda one: (RANK[one.light], one.due or date.max, one.order.pk))


def _plans(orders: Sequence[AgencyOrder]) -> dict[int, AgencyPlan]:
    """The one that counts: agreed or waiting for an answer; the newest of each order, but none that was refused."""
    rows = AgencyPlan.objects.filter(order__in=[order.pk for order in orders]).exclude(agreed=False)
    return {plan.order_id: plan for plan in rows.order_by("order", "number")}


@dataclass(slots=True)
class _Look:
    order: AgencyOrder
    cases: list[CaseFact]
    running: Forecast
    holders: Mapping[int, str]
    names: Mapping[str, str]
    calendar: Calendar
    now: date

    def progress(self, plan: AgencyPlan | None) -> Progress:
        rows = tuple(self.row(item) for item in plan.content["matters"]) if plan else ()
        light, due, waits = self.standing(rows)
        open_cases = sum(fact.status not in Case.ENDED for fact in self.cases)
        return Progress(self.order, plan, rows, light, due, waits, open_cases)

    def standing(self, rows: Sequence[Row]) -> tuple[str, date | None, str]:
        order, clock = self.order, self.order.clock
        if not order.is_live:
            return (DONE if order.status == AgencyOrder.Status.DONE else NONE), None, ""
        if clock is not None and clock.is_open:
            holder = _("the head of the department") if clock.role == "head" else str(order.mandate.agent)
            return str(clock.light()), timezone.localtime(clock.due_at).date(), holder
        still = [row for row in rows if row.open]
        if not still:
            return GREEN, None, str(order.mandate.agent)
        first = min(still, key=lambda row: (RANK[row.light], row.due))
        # The days run on while the enterprise reads.
        asked = order.status == AgencyOrder.Status.PROPOSED
        waits = order.mandate.enterprise.name if asked else first.waits_for
        return first.light, min(row.due for row in still), waits

    def row(self, item: Mapping[str, Any]) -> Row:
        day = date.fromisoformat
        hand_in_by, delivered_by = day(item["hand_in_by"]), day(item["delivered_by"])
        fact = self.fact_of(item["code"])
        dates = self.running.dates.get(fact.pk) if fact else None
        light, due, ahead = self.light(fact, dates, hand_in_by, delivered_by)
        return Row(
            code=item["code"],
            name=pick(item["name"], item["name_en"]),
            covered=item["covered"],
            hand_in_by=hand_in_by,
            delivered_by=delivered_by,
            number=fact.number if fact else "",
            handed_in=_day(fact.received_at) if fact else None,
            accepted=_day(fact.accepted_at) if fact else None,
            decided=_day(fact.decided_at) if fact else None,
            delivered=_day(fact.delivered_at) if fact else None,
            expected=dates.delivered if dates else None,
            light=light,
            due=due,
            ahead=ahead,
            waits_for=self.holder(fact, item),
        )

    def fact_of(self, code: str) -> CaseFact | None:
        """The last case of the matter that has not come to nothing."""
        return next((one for one in reversed(self.cases) if one.code == code and not one.came_to_nothing), None)

    def light(
        self, fact: CaseFact | None, dates: Dates | None, hand_in_by: date, delivered_by: date
    ) -> tuple[str, date, int | None]:
        if fact is None:
            room = self.count(self.now, hand_in_by)
            return self._of(room), hand_in_by, room
        if fact.delivered_at is not None:
            ahead = self.count(_sure(fact), delivered_by)
            return (DONE if ahead >= 0 and not fact.refused else LATE), delivered_by, ahead
        if fact.refused or dates is None:
            return RED, delivered_by, None
        ahead = self.count(dates.delivered, delivered_by)
        return self._of(ahead), delivered_by, ahead

    @staticmethod
    def _of(room: int) -> str:
        return RED if room < 0 else YELLOW if room <= WARN else GREEN

    def count(self, a: date, b: date) -> int:
        try:
            return self.calendar.count(a, b)
        except UnknownYearError:
            return (b - a).days

    def holder(self, fact: CaseFact | None, item: Mapping[str, Any]) -> str:
        if fact is not None:
            return self.holders.get(fact.pk, "")
        missing = [code for code in item["after"] if code not in self.running.there]
        if missing:
            return _("Waits for %(matters)s") % {"matters": listed(self.names.get(code, code) for code in missing)}
        return str(self.order.mandate.agent) if item["covered"] else self.order.mandate.enterprise.name


def _day(moment: Any) -> date | None:
    return None if moment is None else timezone.localtime(moment).date()


def _sure(fact: CaseFact) -> date:
    assert fact.delivered_at is not None
    return timezone.localtime(fact.delivered_at).date()
