"""Planning, making and missing visits; the clock through the real sweep."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
import time_machine

from accounts.actors import Actor
from accounts.models import Department, Post, Role, User
from common.errors import InvalidInput, NotAllowed, TransitionNotAllowed
from common.time import today
from deadlines import sweep
from deadlines.models import Clock, FiredRung
from enterprises.models import Enterprise, Request, Tier, Visit, VisitCadence
from enterprises.selectors import light_counts, turns_ahead
from enterprises.services import visits as service
from enterprises.services.planning import plan_visits
from enterprises.services.visits import Report, RequestNote
from enterprises.tasks import plan_visits_task
from enterprises.transitions import VISIT
from ledger.selectors import timeline
from notifications.models import Message
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.enterprises import make_enterprise, make_visit
from tests.queries import statements

pytestmark = pytest.mark.django_db

# A Monday in a year whose calendar is published; ten working days later is 2026-03-16.
START = datetime.fromisoformat("2026-03-02T09:00:00+08:00")
REPORT = Report(visited_on=date(2026, 3, 2), met="总经理周先生", summary="订单增长，用工紧张。")


@pytest.fixture(autouse=True)
def moment() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def key_firm(**fields: object) -> Enterprise:
    return make_enterprise(tier=Tier.KEY, created_at=START - timedelta(days=200), **fields)


def test_cadences_are_there_after_migrate() -> None:
    assert dict(VisitCadence.objects.values_list("tier", "months")) == {"key": 3, "above": 6, "small": 12}


def test_a_firm_whose_turn_has_come_gets_a_visit_with_a_clock(officer: User, service_office: Department) -> None:
    firm = key_firm()
    assert plan_visits() == 1
    visit = Visit.objects.select_related("clock").get()
    assert (visit.enterprise, visit.officer, visit.planned_on) == (firm, officer, date(2026, 3, 16))
    clock = visit.clock
    assert clock is not None
    assert (clock.kind, clock.subject, clock.handler_id, clock.role) == (
        "visit",
        ("enterprises.visit", visit.pk),
        officer.pk,
        "officer",
    )
    assert (clock.department_id, clock.due_at.date(), clock.light()) == (service_office.pk, date(2026, 3, 16), "green")
    assert [entry.act for entry in timeline(visit)] == ["visit.planned"]
    assert Message.objects.filter(recipient=officer, template="visit.assigned", channel="inapp").count() == 1


def test_planning_twice_plans_once(officer: User) -> None:
    key_firm()
    assert [plan_visits(), plan_visits(), plan_visits_task()] == [1, 0, 0]


@pytest.mark.parametrize(
    ("tier", "days_ago", "planned"),
    [("key", 91, 1), ("key", 70, 0), ("above", 182, 1), ("above", 120, 0), ("small", 364, 1), ("small", 300, 0)],
)
def test_turn_comes_by_tier_within_the_lead_time(officer: User, tier: str, days_ago: int, planned: int) -> None:
    firm = make_enterprise(tier=tier, created_at=START - timedelta(days=2000))
    make_visit(firm, officer, status="done", visited_on=today() - timedelta(days=days_ago))
    assert plan_visits() == planned


def test_cancelled_visit_counts_from_the_day_it_was_planned_for(officer: User) -> None:
    firm = key_firm()
    make_visit(firm, officer, status="cancelled", planned_on=today() - timedelta(days=1))
    assert plan_visits() == 0


def test_the_officer_who_came_last_comes_again_and_the_rest_is_shared_out(
    officer: User, service_office: Department
) -> None:
    other = make_user("other-officer")
    make_post(other, service_office, Role.OFFICER)
    known = key_firm()
    make_visit(known, other, status="done", visited_on=today() - timedelta(days=100))
    firms = [key_firm() for _ in range(5)]
    assert plan_visits() == 6
    assert Visit.objects.get(enterprise=known, status="planned").officer == other
    counts = sorted(Visit.objects.planned().filter(officer=user).count() for user in (officer, other))
    assert counts == [3, 3]
    assert Visit.objects.planned().filter(enterprise__in=firms).count() == 5


def test_without_officers_visits_wait_and_the_first_one_posted_gets_them(service_office: Department) -> None:
    key_firm()
    assert plan_visits() == 1
    visit = Visit.objects.get()
    assert visit.officer is None
    newcomer = make_user("newcomer")
    make_post(newcomer, service_office, Role.OFFICER)
    assert plan_visits() == 0
    visit.refresh_from_db()
    assert visit.officer == newcomer
    assert Clock.objects.get().handler == newcomer


def test_visits_of_an_officer_who_left_go_to_another(officer: User, service_office: Department) -> None:
    key_firm()
    plan_visits()
    Post.objects.filter(user=officer).update(ends_on=today() - timedelta(days=1))
    other = make_user("successor")
    make_post(other, service_office, Role.OFFICER)
    plan_visits()
    visit = Visit.objects.get()
    assert visit.officer == other
    assert [entry.act for entry in timeline(visit)] == ["visit.planned", "visit.assigned"]


def test_planning_takes_the_same_number_of_statements_for_one_and_for_fifty(officer: User) -> None:
    key_firm()
    one = statements(plan_visits)
    for _ in range(50):
        key_firm()
    assert statements(plan_visits) == one
    assert Visit.objects.planned().count() == 51


def test_turns_ahead_lists_what_is_not_planned_yet(officer: User) -> None:
    soon = make_enterprise(tier=Tier.KEY, created_at=START - timedelta(days=40))
    make_enterprise(tier=Tier.SMALL, created_at=START)
    planned = key_firm()
    make_visit(planned, officer)
    ahead = list(turns_ahead(days=92))
    assert [(row, row.due_on) for row in ahead] == [(soon, date(2026, 4, 21))]


def test_recording_stops_the_clock_and_keeps_the_requests(officer: User) -> None:
    firm = key_firm()
    plan_visits()
    visit = Visit.objects.get()
    notes = (RequestNote("people", "招聘焊工20名"), RequestNote("capital", "流动资金贷款"))
    done = service.record_visit(
        actor=Actor(officer), visit=visit, report=Report(today(), " 总经理 ", "运行平稳", notes)
    )
    assert (done.status, done.met, done.recorded_by) == ("done", "总经理", officer)
    assert list(Request.objects.values_list("enterprise", "connection", "text")) == [
        (firm.pk, "people", "招聘焊工20名"),
        (firm.pk, "capital", "流动资金贷款"),
    ]
    assert (Clock.objects.get().outcome, Clock.objects.get().breached_at) == ("met", None)
    assert [entry.act for entry in timeline(visit)] == ["visit.planned", "visit.recorded"]
    assert [entry.act for entry in timeline(firm)] == ["visit.recorded"]
    with pytest.raises(TransitionNotAllowed):
        service.record_visit(actor=Actor(officer), visit=visit, report=REPORT)


@pytest.mark.parametrize(
    ("report", "field"),
    [
        (Report(date(2026, 3, 3), "甲", "乙"), "visited_on"),
        (Report(date(2024, 3, 1), "甲", "乙"), "visited_on"),
        (Report(date(2026, 3, 2), " ", "乙"), "met"),
        (Report(date(2026, 3, 2), "甲", ""), "summary"),
        (Report(date(2026, 3, 2), "甲", "乙", (RequestNote("weather", "丙"),)), "requests"),
        (Report(date(2026, 3, 2), "甲", "乙", (RequestNote("law", " "),)), "requests"),
    ],
)
def test_wrong_record_is_told_at_its_field(officer: User, report: Report, field: str) -> None:
    visit = make_visit(key_firm(), officer)
    with pytest.raises(InvalidInput) as caught:
        service.record_visit(actor=Actor(officer), visit=visit, report=report)
    assert list(caught.value.errors) == [field]
    visit.refresh_from_db()
    assert visit.status == "planned"


def test_only_officers_write(stranger: User, clerk: User, officer: User) -> None:
    visit = make_visit(key_firm(), officer)
    for user in (stranger, clerk):
        for call in (
            lambda user=user: service.record_visit(actor=Actor(user), visit=visit, report=REPORT),
            lambda user=user: service.cancel_visit(actor=Actor(user), visit=visit, reason="无"),
            lambda user=user: service.add_visit(actor=Actor(user), enterprise=visit.enterprise, planned_on=today()),
        ):
            with pytest.raises(NotAllowed):
                call()
    assert not Visit.objects.visible_to(stranger).exists()
    assert not Visit.objects.visible_to(clerk).exists()


def test_extra_visit_is_due_on_its_day(officer: User) -> None:
    visit = service.add_visit(actor=Actor(officer), enterprise=key_firm(), planned_on=date(2026, 3, 6))
    clock = Clock.objects.get()
    assert (visit.officer, clock.due_at.date(), clock.promised) == (officer, date(2026, 3, 6), 4)
    assert not Message.objects.exists()


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2026, 3, 7), date(2026, 4, 6), date(2150, 1, 3)])
def test_extra_visit_on_an_impossible_day(officer: User, day: date) -> None:
    with pytest.raises(InvalidInput) as caught:
        service.add_visit(actor=Actor(officer), enterprise=key_firm(), planned_on=day)
    assert list(caught.value.errors) == ["planned_on"]


def test_second_planned_visit_is_refused(officer: User) -> None:
    firm = key_firm()
    plan_visits()
    with pytest.raises(InvalidInput) as caught:
        service.add_visit(actor=Actor(officer), enterprise=firm, planned_on=date(2026, 3, 6))
    assert list(caught.value.errors) == ["enterprise"]


def test_moving_stays_within_the_limit(officer: User, moment: time_machine.Traveller) -> None:
    key_firm()
    plan_visits()
    visit = Visit.objects.get()
    moved = service.move_visit(actor=Actor(officer), visit=visit, planned_on=date(2026, 3, 10))
    assert moved.planned_on == date(2026, 3, 10)
    with pytest.raises(InvalidInput) as caught:
        service.move_visit(actor=Actor(officer), visit=visit, planned_on=date(2026, 3, 17))
    assert list(caught.value.errors) == ["planned_on"]
    moment.move_to(START + timedelta(days=21))
    late = service.move_visit(actor=Actor(officer), visit=visit, planned_on=date(2026, 3, 25))
    assert late.clock is not None
    assert (late.planned_on, late.clock.light()) == (date(2026, 3, 25), "red")


def test_assigning_moves_the_duty(officer: User, service_office: Department) -> None:
    key_firm()
    plan_visits()
    other = make_user("other-officer")
    make_post(other, service_office, Role.OFFICER)
    visit = service.assign_visit(actor=Actor(officer), visit=Visit.objects.get(), officer=other)
    assert (visit.officer, Clock.objects.get().handler) == (other, other)
    assert Message.objects.filter(recipient=other, template="visit.assigned").exists()
    with pytest.raises(InvalidInput):
        service.assign_visit(actor=Actor(officer), visit=visit, officer=make_user())


def test_calling_off_needs_a_reason_and_cancels_the_clock(officer: User) -> None:
    key_firm()
    plan_visits()
    visit = Visit.objects.get()
    with pytest.raises(InvalidInput):
        service.cancel_visit(actor=Actor(officer), visit=visit, reason="")
    service.cancel_visit(actor=Actor(officer), visit=visit, reason="企业停产检修")
    assert Clock.objects.get().outcome == "cancelled"
    assert plan_visits() == 0


@pytest.mark.parametrize("status", Visit.Status.values)
@pytest.mark.parametrize("act", VISIT.act_names)
def test_every_pair_of_the_table(officer: User, status: str, act: str) -> None:
    visited_on = today() if status == "done" else None
    visit = make_visit(key_firm(), officer, status=status, **({"visited_on": visited_on} if visited_on else {}))
    actor = Actor(officer)
    call = {
        "assign": lambda: service.assign_visit(actor=actor, visit=visit, officer=officer),
        "move": lambda: service.move_visit(actor=actor, visit=visit, planned_on=date(2026, 3, 4)),
        "record": lambda: service.record_visit(actor=actor, visit=visit, report=REPORT),
        "cancel": lambda: service.cancel_visit(actor=actor, visit=visit, reason="无"),
    }[act]
    if VISIT.allows(status, act):
        assert call().status == VISIT.next(Visit.Status(status), act)
    else:
        with pytest.raises(TransitionNotAllowed):
            call()


def test_missed_visit_reminds_goes_red_and_climbs_each_once(
    officer: User, service_office: Department, moment: time_machine.Traveller
) -> None:
    head, director = make_user("head"), make_user("director")
    make_post(head, service_office, Role.HEAD)
    make_post(director, make_department(kind=Department.Kind.HALL), Role.DIRECTOR)
    firm = key_firm()
    plan_visits()
    visit = Visit.objects.get()
    for day in ("13", "16", "17", "18", "19", "20", "27"):
        moment.move_to(datetime.fromisoformat(f"2026-03-{day}T10:00:00+08:00"))
        sweep.run()
        sweep.run()
    assert list(FiredRung.objects.values_list("code", flat=True)) == [
        "warn",
        "overdue",
        "escalate_head",
        "escalate_director",
    ]
    inapp = Message.objects.filter(channel="inapp", template__startswith="clock.")
    assert sorted(inapp.values_list("recipient__username", "template")) == [
        ("director", "clock.escalate_director"),
        ("head", "clock.escalate_head"),
        ("officer", "clock.overdue"),
        ("officer", "clock.warn"),
    ]
    assert light_counts(Visit.objects.all()) == {"open": 1, "red": 1, "yellow": 0, "green": 0, "done": 0}
    service.record_visit(actor=Actor(officer), visit=visit, report=Report(today(), "副总", "迟到的走访"))
    clock = Clock.objects.get()
    assert (clock.outcome, clock.breached_at is not None) == ("late", True)
    assert [entry.act for entry in timeline(visit)][-1] == "visit.recorded"
    assert plan_visits() == 0
    moment.move_to(datetime.fromisoformat("2026-06-15T09:00:00+08:00"))
    assert plan_visits() == 1
    assert Visit.objects.planned().get().enterprise == firm
