"""Figures against rows counted by hand, on both sides of every condition."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.actors import Actor
from common.time import now, today
from dashboards import caselist, figures, overdue
from dashboards.periods import month_after, period
from dashboards.scope import Scope, scope_of
from deadlines.models import Clock
from projects.models import Project, Stage
from supervision.services import answer_rating, rate_case
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.deadlines import make_clock
from tests.factories.supervision import make_rating

pytestmark = pytest.mark.django_db
HALL = Scope()
SECOND = timedelta(seconds=1)


def test_lights_change_at_their_moments(scene):
    case = scene.received()
    clock = case.clock
    names = HALL.names()

    def lights(at):
        (row,) = figures.cases_by_light(HALL, names, at).rows
        return row.green, row.yellow, row.red

    assert lights(clock.warn_at - SECOND) == (1, 0, 0)
    assert lights(clock.warn_at) == (0, 1, 0)
    assert lights(clock.due_at) == (0, 1, 0)
    assert lights(clock.due_at + SECOND) == (0, 0, 1)


def test_unfinished_cases_are_counted_and_finished_ones_not(scene):
    for status in ("received", "correcting", "accepted", "reviewing", "decided", "issued"):
        scene.in_state(status)
    for status in ("delivered", "not_accepted", "withdrawn"):
        scene.in_state(status)
    table = figures.cases_by_light(HALL, HALL.names(), now())
    (row,) = table.rows
    assert row.department == scene.departments["lead"]
    assert row.total == 6
    assert row.waiting == 1  # the one that waits for a correction has no clock
    assert table.total.total == 6


def test_every_figure_agrees_with_its_list(scene):
    for status in ("received", "received", "correcting", "reviewing", "decided", "delivered"):
        scene.in_state(status)
    late = scene.reviewing()
    Clock.objects.filter(pk=late.clock_id).update(
        starts_at=now() - timedelta(days=40), warn_at=now() - timedelta(days=10), due_at=now() - timedelta(days=9)
    )
    at = now()
    (row,) = figures.cases_by_light(HALL, HALL.names(), at).rows
    for light in ("green", "yellow", "red"):
        listed = caselist.filtered(HALL, {"light": light, "department": row.department}, at)
        assert listed.count() == getattr(row, light)
    assert caselist.filtered(HALL, {"light": "none"}, at).count() == row.waiting == 1
    assert caselist.filtered(HALL, {"state": "open"}, at).count() == row.total == 6
    scene.in_state("waiting")
    assert caselist.filtered(HALL, {"state": "finished"}, at).count() == 1
    assert list(caselist.filtered(HALL, {"light": "red"}, at)) == [late]


def test_on_time_rate_counts_met_and_late_within_the_period(scene):
    names = HALL.names()
    month = period("month", today())
    start, end = month.span
    department = scene.departments["city"]

    def ended(moment, outcome):
        clock = make_clock(department=department)
        Clock.objects.filter(pk=clock.pk).update(
            finished_at=moment, outcome=outcome, next_rung_at=None, starts_at=moment - timedelta(days=3)
        )

    ended(start, "met")
    ended(end - SECOND, "met")
    ended(start + timedelta(days=1), "late")
    ended(start - SECOND, "late")  # the month before
    ended(end, "met")  # the month after
    ended(start, "cancelled")  # neither kept nor broken
    make_clock(department=department)  # still open
    table = figures.on_time(HALL, names, month)
    (row,) = table.rows
    assert (row.department, row.met, row.late, row.finished) == (department, 2, 1, 3)
    assert round(row.rate, 1) == Decimal("66.7")
    assert table.total.finished == 3


def test_rate_of_nothing_is_no_rate(scene):
    table = figures.on_time(HALL, HALL.names(), period("month", today()))
    assert table.rows == []
    assert table.total.rate is None


def test_projects_and_money_by_stage(scene):
    scene.project(total_investment=5000)
    scene.project(total_investment=Decimal("120000.50"))
    scene.project(stage=Stage.CONSTRUCTION, total_investment=300)
    scene.project(status=Project.Status.WITHDRAWN, total_investment=999999)
    Project.objects.create(
        enterprise=scene.enterprise,
        name="草稿",
        total_investment=7,
        created_by=scene.owner,
        created_at=now(),
        saved_at=now(),
    )
    table = figures.projects_by_stage(HALL)
    assert [(row.stage, row.projects, row.investment) for row in table.rows] == [
        ("land", 2, Decimal("125000.50")),
        ("design", 0, Decimal(0)),
        ("construction", 1, Decimal(300)),
        ("completion", 0, Decimal(0)),
        ("production", 0, Decimal(0)),
    ]
    assert (table.projects, table.investment) == (3, Decimal("125300.50"))


def test_overdue_names_who_and_how_late(scene, hall_clock):
    case = scene.reviewing()
    step = scene.step(case, "decide")
    Clock.objects.filter(pk=step.clock_id).update(handler=scene.reviewer)
    make_clock(department=scene.departments["city"], promised=90, lawful=90)  # not yet due
    hall_clock.travel(days=40)
    at = now()
    by_whom = figures.overdue_by_handler(HALL, HALL.names(), at)
    lead = scene.departments["lead"]
    assert {(row.department, row.handler, row.count) for row in by_whom} == {
        (lead, scene.reviewer.name, 1),  # the step
        (lead, "", 1),  # the decision as a whole, which nobody in particular holds
    }
    rows = overdue.rows(figures.overdue_duties(HALL, at), at)
    assert [row.clock.due_at for row in rows] == sorted(row.clock.due_at for row in rows)
    assert {row.case for row in rows} == {case}
    assert {row.url for row in rows} == {f"/leader/cases/{case.number}/"}
    assert all(row.days_late == -row.clock.days_left(at) > 0 for row in rows)


def test_due_today_is_not_overdue(scene):
    clock = make_clock(department=scene.departments["city"])
    assert list(figures.overdue_duties(HALL, clock.due_at)) == []
    assert list(figures.overdue_duties(HALL, clock.due_at + SECOND)) == [clock]


def test_ratings_by_grade_and_waiting(scene):
    owner = Actor(scene.owner)
    rate_case(actor=owner, case=scene.delivered(), grade=1)
    rate_case(actor=owner, case=scene.delivered(), grade=3)
    rate_case(actor=owner, case=scene.delivered(), grade=4)
    answered = rate_case(actor=owner, case=scene.delivered(), grade=5)
    answer_rating(actor=Actor(scene.clerk), rating=answered, answer="已办", called_back_on=today())
    month = period("month", today())
    make_rating(scene.delivered(), scene.owner, 1, rated_at=month.span[0] - SECOND)
    found = figures.ratings(HALL, month, now())
    assert [row.count for row in found.rows] == [1, 0, 1, 1, 1]
    assert (found.total, found.good, found.waiting, found.overdue) == (4, 2, 1, 0)
    assert figures.ratings(HALL, month, now() + timedelta(days=30)).overdue == 1


def test_trend_has_twelve_months_and_puts_each_case_in_its_own(scene):
    this, last, old = scene.received(), scene.accepted(), scene.received()
    day = today()
    first = month_after(day, -11)
    for case, moment in (
        (this, period("month", day).span[0]),
        (last, period("month", day).span[0] - SECOND),
        (old, period("month", first).span[0] - SECOND),
    ):
        type(case).objects.filter(pk=case.pk).update(received_at=moment)
    rows = figures.trend(HALL, day).rows
    assert [row.month for row in rows] == [month_after(first, offset) for offset in range(12)]
    assert [row.received for row in rows] == [0] * 10 + [1, 1]
    assert [row.accepted for row in rows] == [0] * 11 + [1]
    assert sum(row.decided for row in rows) == 0


def test_head_sees_own_cases_once_handed_over(scene):
    scene.received()  # nobody handed it over yet
    mine = scene.reviewing()
    scope = scope_of(scene.head)
    assert scope.departments == (scene.departments["lead"].pk,)
    assert list(scope.cases()) == [mine]
    assert [row.department for row in figures.cases_by_light(scope, scope.names(), now()).rows] == [
        scene.departments["lead"]
    ]
    assert figures.projects_by_stage(scope).projects == 1
    other = make_user()
    make_post(other, make_department(), "head")
    foreign = scope_of(other)
    assert foreign.cases().count() == 0
    assert figures.cases_by_light(foreign, foreign.names(), now()).rows == []
    assert figures.projects_by_stage(foreign).projects == 0
    assert foreign.clocks().count() == 0


@pytest.mark.parametrize("role", ["leader", "director", "supervisor"])
def test_leaders_see_the_whole_hall(role, db):
    user = make_user()
    make_post(user, make_department(), role)
    assert scope_of(user) == HALL


@pytest.mark.parametrize("role", ["clerk", "reviewer", "approver", "agent", "officer", "editor", "administrator"])
def test_others_see_no_overview(role, db):
    user = make_user()
    assert scope_of(user) is None
    make_post(user, make_department(), role)
    assert scope_of(user) is None
