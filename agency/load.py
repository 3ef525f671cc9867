"""What each agent has to carry. Reads only; a constant number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count

from accounts.models import Absence, Department, Post, Role, User
from agency.models import AgencyOrder, MandateHelper
from agency.progress import Progress, progress_of
from common.time import today
from enterprises.models import Mandate

SEES_ALL = (Role.DIRECTOR, Role.LEADER, Role.SUPERVISOR)


@dataclass(slots=True)
class Load:
    """One agent. ``mandates`` are those in force, ``helps`` those of others that he is joined to."""

    agent: User
    department: Department | None
    mandates: int = 0
    helps: int = 0
    absence: Absence | None = None
    orders: list[Progress] = field(default_factory=list)

    @property
    def open_cases(self) -> int:
        return sum(one.open_cases for one in self.orders)

    @property
    def late(self) -> int:
        return sum(one.late for one in self.orders)

    @property
    def next_due(self) -> date | None:
        return min((one.due for one in self.orders if one.due), default=None)


def loads_for(user: User) -> list[Load]:
    """Agents of the departments that ``user`` heads, of all for those who answer for all; the latest first.

    Who holds no post any more but still has live orders is among them, without a department.
    """
    posts = Post.objects.current().with_role(Role.AGENT).filter(user__is_active=True)
    orders = AgencyOrder.objects.live()
    if not user.has_role(*SEES_ALL):
        headed = user.department_ids_as(Role.HEAD)
        posts, orders = posts.in_departments(headed), orders.filter(department__in=headed)
    loads: dict[int, Load] = {}
    for post in posts.select_related("user", "department").order_by("department", "id"):
        loads.setdefault(post.user_id, Load(post.user, post.department))
    for one in progress_of(list(orders.for_lists())):
        agent = one.order.mandate.agent
        loads.setdefault(agent.pk, Load(agent, None)).orders.append(one)
    _count(loads)
    return sorted(loads.values(), key=lambda one: (-one.late, -len(one.orders), -one.mandates, one.agent.pk))


def _count(loads: dict[int, Load]) -> None:
    ids = list(loads)
    mandates = Mandate.objects.valid().filter(agent__in=ids).order_by()
    for agent, number in mandates.values_list("agent").annotate(n=Count("pk")):
        loads[agent].mandates = number
    helps = MandateHelper.objects.in_force().filter(user__in=ids).order_by()
    for agent, number in helps.values_list("user").annotate(n=Count("mandate", distinct=True)):
        loads[agent].helps = number
    for absence in Absence.objects.on(today()).filter(user__in=ids).select_related("substitute"):
        loads[absence.user_id].absence = absence


def absences_of(agents: Iterable[int]) -> dict[int, Absence]:
    """Who of them is away today, with whom they have named."""
    found: defaultdict[int, Absence] = defaultdict()
    for absence in Absence.objects.on(today()).filter(user__in=list(agents)).select_related("substitute"):
        found[absence.user_id] = absence
    return dict(found)
