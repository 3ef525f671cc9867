"""The agent's day through the real sweep, and whose it becomes: absent, left, mandate over, order moved."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.actors import Actor
from accounts.models import Department, Post, Role
from agency.models import AgencyLimit, AgencyOrder
from agency.services import move_to_successor, name_successor, settle
from agency.tasks import settle_task
from common.errors import InvalidInput, NotAllowed, Stale
from common.time import pretend, today
from deadlines import sweep
from deadlines.models import FiredRung, Rung
from deadlines.seed import seed as seed_rungs
from deadlines.services import hand_over, run_stand_ins
from enterprises.models import Mandate
from enterprises.services.mandates import revoke_mandate
from ledger.models import Entry
from notifications.models import Message
from tests.agency.scene import Agency, fresh, make_agency
from tests.factories.absences import make_absence
from tests.factories.accounts import make_post, make_user

pytestmark = pytest.mark.django_db
S = AgencyOrder.Status


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def letters(prefix: str) -> list[tuple[str, str]]:
    rows = Message.objects.filter(channel="inapp", template__startswith=prefix).order_by("id")
    return list(rows.values_list("template", "recipient__name"))


def test_a_plan_that_does_not_come_is_asked_for_and_told_to_the_head() -> None:
    seed_rungs()
    with pretend(at("2026-03-06T16:00")):  # a Friday
        agency = make_agency()
        order = agency.open()
    assert order.clock.due_at.astimezone(ZoneInfo("Asia/Shanghai")).date().isoformat() == "2026-03-09"
    sweep.run(at("2026-03-10T08:00"))
    codes = set(FiredRung.objects.values_list("code", flat=True))
    assert codes == {"warn", "overdue", "escalate_head"}
    assert sorted(letters("clock.")) == [
        ("clock.escalate_head", "代办中心主任"), ("clock.overdue", "孙代办"), ("clock.warn", "孙代办"),
    ]  # fmt: skip
    sweep.run(at("2026-03-10T09:00"))
    assert FiredRung.objects.count() == 3


def test_the_limit_is_data(agency: Agency) -> None:
    AgencyLimit.objects.update(workdays=3)
    assert agency.open().clock.promised == 3
    assert Rung.objects.filter(kind="agency_plan", code="escalate_head").exists()


def test_who_stands_in_makes_the_plan_but_acts_for_nobody(agency: Agency) -> None:
    order = agency.open()
    make_absence(agency.agent, agency.colleague)
    run_stand_ins()
    order = fresh(order)
    assert order.clock.handler == agency.colleague
    assert AgencyOrder.objects.visible_to(agency.colleague).get() == order
    agency.propose(order, Actor(agency.colleague))
    assert fresh(order).status == S.PROPOSED
    # With the duty the sight is gone.
    assert not AgencyOrder.objects.visible_to(agency.colleague).exists()


def test_a_plan_goes_to_agents_of_the_centre_and_to_nobody_else(agency: Agency) -> None:
    order = agency.open()

    def give(user):
        hand_over(actor=Actor.system(), clock_id=order.clock_id, to_user_id=user.pk, cause="reassignment")

    for user in (agency.of_street, agency.hall.clerk):
        with pytest.raises(InvalidInput):
            give(user)
    give(agency.head)
    agency.propose(fresh(order))
    with pytest.raises(Stale):
        give(agency.colleague)


def test_a_revoked_mandate_closes_its_orders_and_ends_its_helpers_on_record(agency: Agency) -> None:
    orders = [agency.open(), agency.agreed(project=agency.hall.project())]
    helper = agency.join()
    revoke_mandate(actor=Actor(agency.owner), mandate=agency.mandate, reason="自行办理")
    helper.refresh_from_db()
    assert helper.removed_at is not None
    for order in map(fresh, orders):
        assert (order.status, order.end_reason) == (S.CLOSED, "自行办理")
        assert order.clock is None or not order.clock.is_open
        entry = Entry.objects.of("agency.agencyorder", order.pk).last()
        assert (entry.act, entry.actor) == ("agency.closed", agency.owner)
    assert ("agency.mandate_ended", agency.agent.name) in letters("agency.")
    assert ("helper.mandate_ended", agency.of_street.name) in letters("helper.")


def test_an_agent_who_lays_the_mandate_down_closes_them_too(agency: Agency) -> None:
    order = agency.open()
    revoke_mandate(actor=Actor(agency.agent), mandate=agency.mandate, reason="岗位调整")
    assert fresh(order).status == S.CLOSED
    assert ("agency.mandate_ended", agency.owner.name) in letters("agency.")


def test_a_mandate_that_runs_out_closes_its_orders(agency: Agency) -> None:
    order = agency.open()
    assert settle() == 0
    Mandate.objects.update(starts_on=today() - timedelta(days=9), ends_on=today() - timedelta(days=1))
    assert not AgencyOrder.objects.visible_to(agency.agent).exists()
    assert settle_task() == 1
    order = fresh(order)
    assert (order.status, order.clock.outcome) == (S.CLOSED, "cancelled")
    assert Entry.objects.of("agency.agencyorder", order.pk).last().actor is None
    assert settle() == 0


@pytest.mark.parametrize("stage", ["open", "proposed", "agreed"])
def test_an_agent_who_leaves_leaves_his_orders_to_the_head(agency: Agency, stage: str) -> None:
    order = getattr(agency, stage)()
    Post.objects.filter(user=agency.agent).update(ends_on=today() - timedelta(days=1))
    # Whichever task comes first.
    run_stand_ins()
    assert settle() == 1
    order = fresh(order)
    assert order.clock.is_open
    assert order.clock.handler == agency.head
    assert order.orphaned_at is not None
    assert letters("agency.agent_left") == [
        ("agency.agent_left_head", agency.head.name), ("agency.agent_left", agency.owner.name),
    ]  # fmt: skip
    assert (settle(), len(letters("agency.agent_left"))) == (0, 2)


def test_without_a_head_it_is_the_posts_and_the_alarm_reaches_the_administrators(agency: Agency) -> None:
    order = agency.open()
    Post.objects.filter(user=agency.head).delete()
    Post.objects.filter(user=agency.agent).delete()
    settle()
    order = fresh(order)
    assert (order.clock.is_open, order.clock.handler, order.clock.role) == (True, None, Role.AGENT)


def test_an_agent_who_comes_back_has_them_again(agency: Agency) -> None:
    order = agency.agreed()
    Post.objects.filter(user=agency.agent).update(ends_on=today() - timedelta(days=1))
    settle()
    Post.objects.filter(user=agency.agent).update(ends_on=None)
    assert settle() == 1
    order = fresh(order)
    assert (order.orphaned_at, order.clock.is_open) == (None, False)


def test_another_agent_comes_only_by_a_new_mandate(agency: Agency) -> None:
    order = agency.open()
    head, owner = Actor(agency.head), Actor(agency.owner)
    for actor in (owner, agency.actor(), Actor(agency.colleague), Actor(agency.hall.head)):
        with pytest.raises(NotAllowed):
            name_successor(actor=actor, order=order, agent=agency.colleague, reason="工作量过大")
    for agent, reason, field in (
        (agency.hall.clerk, "x", "agent"), (agency.agent, "x", "agent"), (agency.colleague, " ", "reason"),
    ):  # fmt: skip
        with pytest.raises(InvalidInput) as refused:
            name_successor(actor=head, order=order, agent=agent, reason=reason)
        assert list(refused.value.errors) == [field]
    with pytest.raises(Stale):
        move_to_successor(actor=owner, order=order, agent_id=agency.colleague.pk)
    name_successor(actor=head, order=order, agent=agency.colleague, reason="工作量过大")
    assert fresh(order).mandate == agency.mandate
    assert letters("agency.successor") == [("agency.successor_named", agency.owner.name)]
    with pytest.raises(NotAllowed):
        move_to_successor(actor=head, order=order, agent_id=agency.colleague.pk)
    with pytest.raises(Stale):
        move_to_successor(actor=owner, order=order, agent_id=agency.agent.pk)
    moved = fresh(move_to_successor(actor=owner, order=order, agent_id=agency.colleague.pk))
    assert (moved.mandate.agent, moved.status, moved.clock.handler) == (agency.colleague, S.OPEN, agency.colleague)
    agency.mandate.refresh_from_db()
    assert agency.mandate.revoke_reason == "工作量过大"
    assert not AgencyOrder.objects.visible_to(agency.agent).exists()


def test_the_old_mandate_stays_where_another_order_runs_under_it(agency: Agency) -> None:
    order, other = agency.agreed(), agency.open(project=agency.hall.project())
    name_successor(actor=Actor(agency.head), order=order, agent=agency.colleague, reason="分担")
    move_to_successor(actor=Actor(agency.owner), order=order, agent_id=agency.colleague.pk)
    agency.mandate.refresh_from_db()
    assert agency.mandate.is_valid
    assert (fresh(order).status, fresh(other).status) == (S.AGREED, S.OPEN)


def test_an_orphan_finds_a_new_agent(agency: Agency) -> None:
    order = agency.agreed()
    Post.objects.filter(user=agency.agent).delete()
    settle()
    name_successor(actor=Actor(agency.head), order=fresh(order), agent=agency.colleague, reason="原代办员调离")
    assert not fresh(order).clock.is_open
    moved = move_to_successor(actor=Actor(agency.owner), order=order, agent_id=agency.colleague.pk)
    assert (moved.orphaned_at, moved.mandate.agent) == (None, agency.colleague)


def test_a_head_of_another_department_has_no_say(agency: Agency) -> None:
    order = agency.open()
    stranger = make_user()
    make_post(stranger, Department.objects.get(code="street-bay"), Role.HEAD)
    assert not AgencyOrder.objects.visible_to(stranger).exists()
    with pytest.raises(NotAllowed):
        name_successor(actor=Actor(stranger), order=order, agent=agency.colleague, reason="x")
