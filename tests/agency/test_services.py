"""Orders and plans: every act allowed and refused, and what it leaves on record."""

from datetime import timedelta

import pytest

from accounts.actors import Actor
from accounts.models import Post
from agency.candidates import candidates
from agency.models import AgencyOrder
from agency.services import (
    Wish,
    agree_to_plan,
    ask_for_changes,
    close_order,
    finish_order,
    open_order,
    propose_plan,
    start_agency,
)
from agency.transitions import ORDER
from agency.working_out import Choice, suggestion
from approvals.models import Case
from approvals.services import issue_decision, submit_application
from common.errors import InvalidInput, NotAllowed, Stale, TransitionNotAllowed
from common.time import now, today
from deadlines.models import Clock
from enterprises.models import Mandate
from enterprises.services.mandates import revoke_mandate
from ledger.models import Entry
from notifications.models import Message
from tests.agency.scene import Agency, fresh
from tests.factories.accounts import make_user
from tests.factories.enterprises import make_enterprise, make_mandate, make_membership
from tests.factories.projects import make_project

pytestmark = pytest.mark.django_db
S = AgencyOrder.Status
LATER = timedelta(days=200)


def inbox(user) -> list[str]:
    return list(
        Message.objects.filter(recipient=user, channel="inapp").order_by("id").values_list("template", flat=True)
    )


def test_every_pair_of_state_and_act():
    allowed = {
        (S.OPEN, "propose"), (S.PROPOSED, "agree"), (S.PROPOSED, "ask_changes"), (S.AGREED, "ask_changes"),
        (S.AGREED, "finish"), *((state, act) for state in AgencyOrder.LIVE for act in ("close", "move")),
    }  # fmt: skip
    assert {(state, act) for state in S for act in ORDER.act_names if ORDER.allows(state, act)} == allowed


def test_asking_starts_the_agents_day(agency: Agency) -> None:
    order = agency.open(note="六月开工")
    clock = order.clock
    assert (order.status, order.department, clock.handler, clock.promised) == (S.OPEN, agency.centre, agency.agent, 1)
    assert (clock.kind, clock.role, clock.department) == ("agency_plan", "agent", agency.centre)
    assert inbox(agency.agent) == ["agency.opened"]
    entry = Entry.objects.of("agency.agencyorder", order.pk).get()
    assert (entry.act, entry.actor) == ("agency.opened", agency.owner)
    assert Entry.objects.of("projects.project", agency.project.pk).filter(act="agency.opened").exists()


def test_only_the_enterprise_asks(agency: Agency) -> None:
    wish = Wish(today() + LATER, agency.project)
    for user in (agency.agent, agency.hall.clerk, agency.head, make_user()):
        with pytest.raises(NotAllowed):
            open_order(actor=Actor(user), mandate=agency.mandate, wish=wish)


@pytest.mark.parametrize(
    ("wish", "field"),
    [({"wanted_start": timedelta(0)}, "wanted_start"), ({"wanted_start": timedelta(days=9000)}, "wanted_start"),
     ({"project": None}, "project")],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field(agency: Agency, wish: dict, field: str) -> None:
    if "wanted_start" in wish:
        wish = {"wanted_start": today() + wish["wanted_start"]}
    with pytest.raises(InvalidInput) as refused:
        agency.open(**wish)
    assert list(refused.value.errors) == [field]


def test_a_project_of_another_firm_is_refused(agency: Agency) -> None:
    other = make_project(make_enterprise(), make_user())
    with pytest.raises(InvalidInput) as refused:
        agency.open(project=other)
    assert list(refused.value.errors) == ["project"]


def test_one_live_order_for_a_project(agency: Agency) -> None:
    order = agency.open()
    with pytest.raises(InvalidInput) as refused:
        agency.open()
    assert list(refused.value.errors) == ["project"]
    close_order(actor=agency.actor(), order=order, reason="企业改变计划")
    agency.open()


@pytest.mark.parametrize("state", ["revoked", "ended", "ahead", "unposted"])
def test_a_mandate_that_carries_nothing_opens_nothing(agency: Agency, state: str) -> None:
    day = today()
    changes = {
        "revoked": {"revoked_at": now()},
        "ended": {"starts_on": day - timedelta(days=9), "ends_on": day - timedelta(days=1)},
        "ahead": {"starts_on": day + timedelta(days=1)},
    }
    if state == "unposted":
        Post.objects.filter(user=agency.agent).delete()
    else:
        Mandate.objects.filter(pk=agency.mandate.pk).update(**changes[state])
    with pytest.raises(NotAllowed):
        agency.open()


def test_mandate_and_order_in_one_act(agency: Agency) -> None:
    wish = Wish(today() + LATER, agency.project)
    ends_on = today() + timedelta(days=400)
    made = start_agency(
        actor=Actor(agency.owner), project=agency.project, agent=agency.colleague, ends_on=ends_on, wish=wish
    )
    assert (made.mandate.agent, made.mandate.ends_on, made.mandate.matters) == (agency.colleague, ends_on, [])
    close_order(actor=Actor(agency.owner), order=made, reason="换人")
    again = start_agency(
        actor=Actor(agency.owner), project=agency.project, agent=agency.agent, ends_on=ends_on, wish=wish
    )
    assert again.mandate == agency.mandate


def test_neither_when_one_is_refused(agency: Agency) -> None:
    agency.open()
    with pytest.raises(InvalidInput):
        start_agency(
            actor=Actor(agency.owner), project=agency.project, agent=agency.colleague,
            ends_on=today() + timedelta(days=9), wish=Wish(today() + LATER, agency.project),
        )  # fmt: skip
    assert not Mandate.objects.filter(agent=agency.colleague).exists()


def test_the_plan_ends_the_duty_and_is_told_to_the_enterprise(agency: Agency) -> None:
    order = agency.open()
    plan = agency.propose(order)
    order = fresh(order)
    assert (order.status, order.clock.outcome, plan.number, plan.is_possible) == (S.PROPOSED, "met", 1, True)
    assert [row["code"] for row in plan.content["matters"]] == [matter.code for matter in agency.matters]
    assert plan.goal == order.wanted_start
    assert all(today().isoformat() <= row["hand_in_by"] <= plan.goal.isoformat() for row in plan.content["matters"])
    assert inbox(agency.owner) == ["agency.plan_proposed"]
    entry = Entry.objects.filter(act="agency.plan_proposed", subject_type="agency.agencyorder").get()
    assert (entry.mandate_id, entry.on_behalf_of) == (agency.mandate.pk, agency.hall.enterprise.name)


def test_not_possible_is_said_plainly_with_the_earliest_day(agency: Agency) -> None:
    order = agency.open(days=5)
    plan = agency.propose(order)
    assert not plan.is_possible
    assert plan.goal.isoformat() == plan.content["earliest"]["parallel"] > order.wanted_start.isoformat()
    # Laid back from the earliest day everything goes in today.
    assert any(row["hand_in_by"] == today().isoformat() for row in plan.content["matters"])
    assert inbox(agency.owner) == ["agency.plan_impossible"]


def test_what_differs_from_the_catalogue_needs_its_reason(agency: Agency) -> None:
    extra = agency.hall.matter(when={"fact": "total_investment", "op": "gte", "value": 10**9})
    order = agency.open()
    codes = frozenset({extra.code, agency.matters[0].code})
    with pytest.raises(InvalidInput) as refused:
        propose_plan(actor=agency.actor(), order=order, choice=Choice(codes, {}))
    assert set(refused.value.errors) == {f"reason-{extra.code}", f"reason-{agency.matters[1].code}"}
    reasons = {extra.code: "二期一并办理", agency.matters[1].code: "已在市级办理"}
    plan = propose_plan(actor=agency.actor(), order=order, choice=Choice(codes, reasons))
    assert [(row["code"], row["reason"]) for row in plan.content["added"]] == [(extra.code, "二期一并办理")]
    assert [row["code"] for row in plan.content["left_out"]] == [agency.matters[1].code]


def test_a_list_of_nothing_is_no_plan(agency: Agency) -> None:
    with pytest.raises(InvalidInput) as refused:
        propose_plan(actor=agency.actor(), order=agency.open(), choice=Choice(frozenset({"SC999"}), {}))
    assert list(refused.value.errors) == ["matters"]


def test_what_is_handed_in_already_is_not_planned_again(agency: Agency) -> None:
    draft = agency.hall.draft(agency.matters[0], project=agency.project)
    submit_application(actor=Actor(agency.owner), application=draft)
    plan = agency.propose(agency.open())
    assert [row["code"] for row in plan.content["matters"]] == [agency.matters[1].code]


def test_matters_outside_the_mandate_are_the_enterprises_own(agency: Agency) -> None:
    Mandate.objects.filter(pk=agency.mandate.pk).update(matters=[agency.matters[0].code])
    plan = agency.propose(agency.open())
    assert [row["covered"] for row in plan.content["matters"]] == [True, False]


def test_an_intention_has_a_list_too(agency: Agency) -> None:
    order = agency.open(project=None, intention="二期扩建厂房")
    code = agency.matters[0].code
    assert order.title == "二期扩建厂房"
    chosen = suggestion(candidates(order)).codes
    reasons = {} if code in chosen else {code: "拟建项目必办"}
    reasons |= dict.fromkeys(chosen - {code}, "暂不需要")
    plan = propose_plan(actor=agency.actor(), order=order, choice=Choice(frozenset({code}), reasons))
    assert [row["code"] for row in plan.content["matters"]] == [code]


def test_who_may_make_the_plan(agency: Agency) -> None:
    order = agency.open()
    choice = suggestion(candidates(order))
    refused = [Actor(agency.agent), Actor(agency.colleague), Actor(agency.owner), agency.actor(agency.hall.clerk)]
    for actor in refused:
        with pytest.raises(NotAllowed):
            propose_plan(actor=actor, order=order, choice=choice)
    other = make_mandate(agency.hall.enterprise, agency.colleague, agency.owner)
    with pytest.raises(NotAllowed):
        propose_plan(actor=Actor(agency.colleague, "x", other.pk), order=order, choice=choice)
    # The head may, in the agent's stead: a plan is the hall's own duty.
    assert propose_plan(actor=Actor(agency.head), order=order, choice=choice).made_by == agency.head


def test_nobody_plans_under_a_revoked_mandate(agency: Agency) -> None:
    order, actor = agency.open(), agency.actor()
    choice = suggestion(candidates(order))
    revoke_mandate(actor=Actor(agency.owner), mandate=agency.mandate, reason="自行办理")
    for one in (actor, Actor(agency.head)):
        with pytest.raises(NotAllowed) as refused:
            propose_plan(actor=one, order=order, choice=choice)
        assert refused.value.code == "mandate_revoked"


def test_agreeing_fixes_the_plan(agency: Agency) -> None:
    order = agency.proposed()
    plan = agree_to_plan(actor=Actor(agency.owner), order=order, number=1)
    assert (fresh(order).status, plan.agreed, plan.answered_by) == (S.AGREED, True, agency.owner)
    with pytest.raises(TransitionNotAllowed):
        agree_to_plan(actor=Actor(agency.owner), order=order, number=1)
    with pytest.raises(TransitionNotAllowed):
        agency.propose(order)


def test_only_the_enterprise_answers_and_only_what_it_has_read(agency: Agency) -> None:
    order = agency.proposed()
    for actor in (agency.actor(), Actor(agency.agent), agency.actor(agency.hall.clerk), Actor(agency.head)):
        with pytest.raises(NotAllowed):
            agree_to_plan(actor=actor, order=order, number=1)
        with pytest.raises(NotAllowed):
            ask_for_changes(actor=actor, order=order, words="提前")
    with pytest.raises(Stale):
        agree_to_plan(actor=Actor(agency.owner), order=order, number=2)


def test_changes_bring_a_new_day_and_a_new_plan_beside_the_old(agency: Agency) -> None:
    order = agency.proposed()
    first = order.clock_id
    with pytest.raises(InvalidInput):
        ask_for_changes(actor=Actor(agency.owner), order=order, words=" ")
    later = order.wanted_start + timedelta(days=30)
    ask_for_changes(actor=Actor(agency.owner), order=order, words="推迟一个月", wanted_start=later)
    order = fresh(order)
    assert (order.status, order.wanted_start, order.changes) == (S.OPEN, later, "推迟一个月")
    assert order.clock_id != first
    assert order.clock.is_open
    assert inbox(agency.agent)[-1] == "agency.changes_asked"
    assert agency.propose(order).number == 2
    assert list(order.plans.order_by("number").values_list("agreed", "changes")) == [(False, "推迟一个月"), (None, "")]


def test_an_agreed_plan_stays_on_record_when_another_is_asked_for(agency: Agency) -> None:
    order = agency.agreed()
    before = order.plans.get().content
    ask_for_changes(actor=Actor(agency.owner), order=order, words="增加消防")
    agency.propose(fresh(order))
    assert list(order.plans.order_by("number").values_list("agreed", flat=True)) == [True, None]
    assert order.plans.get(number=1).content == before


def test_finished_when_everything_is_delivered_and_not_before(agency: Agency) -> None:
    order = agency.agreed()
    with pytest.raises(InvalidInput):
        finish_order(actor=agency.actor(), order=order)
    for matter in agency.matters:
        draft = agency.hall.draft(matter, project=agency.project)
        (case,) = submit_application(actor=Actor(agency.owner), application=draft)
        issue_decision(actor=Actor(agency.hall.clerk), case=agency.hall.decided(case=case), way="online")
    assert set(Case.objects.values_list("status", flat=True)) == {"delivered"}
    assert finish_order(actor=agency.actor(), order=order).status == S.DONE


def test_closing_drops_the_duty(agency: Agency) -> None:
    order = agency.open()
    for actor in (Actor(agency.agent), Actor(make_user()), agency.actor(agency.hall.clerk), Actor(agency.head)):
        with pytest.raises(NotAllowed):
            close_order(actor=actor, order=order, reason="x")
    with pytest.raises(InvalidInput):
        close_order(actor=agency.actor(), order=order, reason=" ")
    closed = close_order(actor=agency.actor(), order=order, reason="企业改变计划")
    assert (closed.status, Clock.objects.get(pk=order.clock_id).outcome) == (S.CLOSED, "cancelled")
    assert inbox(agency.owner) == ["agency.closed"]
    with pytest.raises(TransitionNotAllowed):
        close_order(actor=agency.actor(), order=order, reason="再次")


def test_a_plain_member_asks_too(agency: Agency) -> None:
    member = make_user(name="办事员")
    make_membership(agency.hall.enterprise, member, role="member")
    wish = Wish(today() + LATER, agency.project)
    assert open_order(actor=Actor(member), mandate=agency.mandate, wish=wish).opened_by == member
