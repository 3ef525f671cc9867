"""Full agency (全程代办): an order in every state, with helpers of the sub-district and of departments."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from random import Random

from accounts.actors import Actor
from accounts.models import Department, Post, Role, User
from agency.candidates import candidates
from agency.models import AgencyOrder
from agency.services import Joining, Wish, agree_to_plan, ask_for_changes, join_helper, open_order, propose_plan
from agency.working_out import suggestion
from approvals.models import Application
from approvals.planning.schedule import Way
from common.time import now, pretend, start_of_day, today
from deadlines import calendars
from enterprises.models import ANY, Mandate
from enterprises.selectors import require_actor
from portal.sample.cases import Play, Stage
from portal.sample.people import SINCE, Staff
from projects.models import Project

SEED = 20260134
# Agents of departments: helpers, who lead no mandate of their own.
HELPERS = (("planning", "何协办"), ("housing", "吕协办"))
# Working days since the enterprise asked, how far its order has come, days until the wanted start.
PLAYS = ((9, "agreed", 240), (2, "proposed", 30), (0, "open", 200), (4, "late", 180), (6, "changes", 210))


def make_agency(staff: Staff, projects: Sequence[tuple[Project, Actor]], stage: Stage) -> None:
    """One order for each play, under the mandates that the sample gives."""
    helpers = _helpers(staff)
    found = _free(projects)
    own = Stage(staff, Random(SEED), stage.scan)  # noqa: S311  (a sample must come out the same)
    for (age, state, days), (project, owner, mandate) in zip(PLAYS, found, strict=False):
        wish = Wish(today() + timedelta(days=days), project, note="请协助统筹办理，争取按期开工。")
        with pretend(_workdays_ago(age, 10)):
            order = open_order(actor=owner, mandate=mandate, wish=wish)
        if state in ("agreed", "proposed", "changes"):
            _propose(order, mandate, _workdays_ago(max(age - 1, 0), 11))
        if state == "changes":
            with pretend(_workdays_ago(1, 15)):
                ask_for_changes(actor=owner, order=order, words="施工许可材料尚需准备，请将开工日期推迟一个月。",
                                wanted_start=wish.wanted_start + timedelta(days=30))  # fmt: skip
        if state == "agreed":
            _go_on(own, order, mandate, owner, helpers)


def _propose(order: AgencyOrder, mandate: Mandate, moment: datetime) -> None:
    with pretend(moment):
        choice = suggestion(candidates(order), Way.DEFERRAL)
        propose_plan(
            actor=require_actor(mandate.agent, mandate.enterprise, ANY), order=order, choice=choice,
            remark="请先备齐用地证明和总平面图；其余材料由代办员协助整理。",
        )  # fmt: skip


def _go_on(stage: Stage, order: AgencyOrder, mandate: Mandate, owner: Actor, helpers: Sequence[User]) -> None:
    """Agreed; helpers are joined, and the agent has handed in the first matters."""
    agent = require_actor(mandate.agent, mandate.enterprise, ANY)
    with pretend(_workdays_ago(7, 10)):
        agree_to_plan(actor=owner, order=order, number=1)
        for helper, why in zip(helpers, ("协助核实用地和现场踏勘。", "协助准备规划材料。"), strict=False):
            join_helper(actor=agent, mandate=mandate, joining=Joining(helper, mandate.ends_on, why))
    plan = order.plans.get()
    codes = [row["code"] for row in plan.content["matters"] if not row["after"]]
    needing = [row.code for row in candidates(order) if row.content.get("needs_project_code")]
    ready = [code for code in codes if order.project is None or order.project.national_code or code not in needing]
    if order.project is not None:
        stage.put_on(order.project, agent, ready[:2], _workdays_ago(6, 9), [Play(until="received")] * 2)


def _helpers(staff: Staff) -> list[User]:
    """The agent of a sub-district, then those of departments, who are new."""
    people = [staff.at(Role.AGENT, "street-bay")]
    for code, name in HELPERS:
        user = User.objects.create(
            username=f"agent-{code}", name=name, password=staff.investor.password, email=f"agent-{code}@hall.example"
        )
        Post.objects.create(
            user=user, department=Department.objects.get(code=code), role=Role.AGENT, starts_on=SINCE
        )  # fmt: skip
        people.append(user)
    return people


def _free(projects: Sequence[tuple[Project, Actor]]) -> Iterator[tuple[Project, Actor, Mandate]]:
    """Projects under a mandate that have something left to do before building, and no draft."""
    mandates = {one.enterprise_id: one for one in Mandate.objects.valid().select_related("enterprise", "agent")}
    drafts = set(Application.objects.filter(status=Application.Status.DRAFT).values_list("project", flat=True))
    for project, owner in projects:
        mandate = mandates.get(project.enterprise_id)
        if mandate is None or project.pk in drafts or project.status != Project.Status.DECLARED:
            continue
        sketch = AgencyOrder(mandate=mandate, project=project)
        if sum(row.suggested for row in candidates(sketch)) > 1:
            yield project, owner, mandate


def _workdays_ago(days: int, hour: int) -> datetime:
    """That working day at an hour; today never later than now."""
    day: date = calendars.current().add(today(), -days) if days else today()
    return min(start_of_day(day) + timedelta(hours=hour), now())
