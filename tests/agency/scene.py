"""A hall with an agency centre: an agent, a colleague, their head, agents of a department and of two sub-districts."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from accounts.models import Department, Role, User
from agency.candidates import candidates
from agency.models import AgencyOrder, AgencyPlan
from agency.seed import seed
from agency.services import Joining, Wish, agree_to_plan, join_helper, open_order, propose_plan
from agency.working_out import suggestion
from approvals.models import Matter
from common.time import today
from enterprises.models import Mandate
from enterprises.selectors import ANY, require_actor
from projects.models import Project
from tests.approvals.scene import Scene, make_scene
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.enterprises import make_mandate


@dataclass
class Agency:
    hall: Scene
    centre: Department
    agent: User
    colleague: User
    head: User
    of_street: User
    of_other_street: User
    of_planning: User
    mandate: Mandate
    matters: list[Matter]
    project: Project

    @property
    def owner(self) -> User:
        return self.hall.owner

    def actor(self, user: User | None = None) -> Any:
        """The agent under his mandate, or who is named."""
        return require_actor(user or self.agent, self.hall.enterprise, ANY)

    def open(self, days: int = 200, **wish: Any) -> AgencyOrder:
        wish = {"project": self.project, "wanted_start": today() + timedelta(days=days), **wish}
        return open_order(actor=self.hall.act(self.owner), mandate=self.mandate, wish=Wish(**wish))

    def propose(self, order: AgencyOrder, actor: Any = None) -> AgencyPlan:
        choice = suggestion(candidates(order))
        return propose_plan(actor=actor or self.actor(), order=order, choice=choice)

    def proposed(self, **wish: Any) -> AgencyOrder:
        order = self.open(**wish)
        self.propose(order)
        return fresh(order)

    def agreed(self, **wish: Any) -> AgencyOrder:
        order = self.proposed(**wish)
        agree_to_plan(actor=self.hall.act(self.owner), order=order, number=order.plans.count())
        return fresh(order)

    def join(self, user: User | None = None, **fields: Any) -> Any:
        fields = {"ends_on": today() + timedelta(days=30), "why": "协助踏勘现场", **fields}
        return join_helper(
            actor=self.actor(), mandate=self.mandate, joining=Joining(user=user or self.of_street, **fields)
        )


def fresh(order: AgencyOrder) -> AgencyOrder:
    return AgencyOrder.objects.for_lists().get(pk=order.pk)


def make_agency() -> Agency:
    seed()
    hall = make_scene()
    centre = make_department("agency", kind=Department.Kind.SERVICE, name="代办服务中心", name_en="Agency Centre")
    bay = make_department("street-bay", kind=Department.Kind.STREET, name="海湾街道办事处")
    pearl = make_department("street-pearl", kind=Department.Kind.STREET, name="珠江道街道办事处")

    def staff(role: str, department: Department, name: str) -> User:
        user = make_user(name=name)
        make_post(user, department, role)
        return user

    agent = staff(Role.AGENT, centre, "孙代办")
    # The second waits for the first.
    matters = [hall.matter(), hall.matter()]
    return Agency(
        hall=hall,
        centre=centre,
        agent=agent,
        colleague=staff(Role.AGENT, centre, "李代办"),
        head=staff(Role.HEAD, centre, "代办中心主任"),
        of_street=staff(Role.AGENT, bay, "街道小郑"),
        of_other_street=staff(Role.AGENT, pearl, "街道小王"),
        of_planning=staff(Role.AGENT, hall.departments["planning"], "规划小冯"),
        mandate=make_mandate(hall.enterprise, agent, hall.owner),
        matters=matters,
        project=hall.project(planned_start=date(2027, 6, 1), planned_finish=date(2028, 6, 1)),
    )
