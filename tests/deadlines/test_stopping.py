"""Special procedures: time stands still, what is left is kept, and what surrounds a clock stops with it."""

from contextlib import AbstractContextManager
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from accounts.actors import Actor
from accounts.models import Role
from common.errors import InvalidInput, Stale, TransitionNotAllowed
from common.time import pretend
from deadlines import services, sweep
from deadlines.explaining import Agreement, explain_clock
from deadlines.models import Clock, ClockKind, FiredRung, Stop
from ledger.selectors import first_break, timeline
from notifications.models import Message
from tests.deadlines.conftest import Office
from tests.factories.deadlines import make_clock
from tests.queries import statements

ZONE = ZoneInfo("Asia/Shanghai")
# A Monday; five working days later is Monday 2025-03-10.
START = datetime(2025, 3, 3, 10, 0, tzinfo=ZONE)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def on(text: str) -> AbstractContextManager[None]:
    return pretend(at(text))


def due(clock: Clock) -> str:
    clock.refresh_from_db()
    return clock.due_at.astimezone(ZONE).date().isoformat()


def fired(clock: Clock) -> list[str]:
    return list(FiredRung.objects.filter(clock=clock).order_by("id").values_list("code", flat=True))


def told(template: str) -> set[str]:
    return set(Message.objects.filter(template=template, channel="inapp").values_list("recipient__username", flat=True))


@pytest.fixture
def clock(office: Office) -> Clock:
    return make_clock(department=office.department, role=Role.REVIEWER, starts_at=START, promised=5, lawful=20)


@pytest.fixture
def reviewer(office: Office) -> Actor:
    return Actor(office.reviewer)


def stop(actor: Actor, clock: Clock, **changes: object) -> Stop:
    given = {"ground": "expert_review", "reason": "方案专家评审", "planned_days": 5, **changes}
    return services.stop_clock(actor=actor, clock_id=clock.pk, **given)


def test_what_was_left_at_the_stop_is_left_when_it_goes_on(clock: Clock, reviewer: Actor) -> None:
    with on("2025-03-05T15:00"):
        stop(reviewer, clock)
        # Three of five days are left; the forecast counts them from the planned end, 12 March.
        assert (due(clock), clock.light(), clock.days_left()) == ("2025-03-17", "stopped", 3)
    with on("2025-03-27T09:00"):
        assert (clock.light(), clock.days_left()) == ("stopped", 3)
        services.resume_clock(actor=reviewer, clock_id=clock.pk)
        assert (due(clock), clock.light(), clock.days_left()) == ("2025-04-01", "green", 3)
        assert (clock.stopped_at, clock.resumes_at) == (None, None)
    assert clock.lawful_due_at is not None
    assert clock.lawful_due_at.astimezone(ZONE).date().isoformat() == "2025-04-23"


def test_a_clock_can_be_stopped_several_times(clock: Clock, reviewer: Actor) -> None:
    for begins, ends in (("2025-03-04T10:00", "2025-03-06T10:00"), ("2025-03-07T10:00", "2025-03-11T10:00")):
        with on(begins):
            stop(reviewer, clock, ground="hearing")
        with on(ends):
            services.resume_clock(actor=reviewer, clock_id=clock.pk)
    # 4, 7, then 12, 13, 14 March.
    assert due(clock) == "2025-03-14"
    assert list(clock.stops.values_list("ordinal", "ground")) == [(1, "hearing"), (2, "hearing")]


def test_the_rows_in_the_database_agree_with_the_light(clock: Clock, reviewer: Actor) -> None:
    with on("2025-03-05T15:00"):
        stop(reviewer, clock)
    for moment in ("2025-03-05T16:00", "2025-06-01T09:00"):
        assert Clock.objects.with_light(at(moment)).get().shown_light == "stopped"
        assert [light for light in ("green", "yellow", "red", "stopped", "done")
                if Clock.objects.in_light(light, at(moment)).exists()] == ["stopped"]  # fmt: skip


def test_a_limit_that_had_passed_stays_passed(clock: Clock, reviewer: Actor) -> None:
    with on("2025-03-12T09:00"):
        stop(reviewer, clock)
        assert (due(clock), clock.light()) == ("2025-03-10", "red")
        assert clock.breached_at == clock.due_at
    with on("2025-03-20T09:00"):
        services.resume_clock(actor=reviewer, clock_id=clock.pk)
    assert due(clock) == "2025-03-10"
    assert Clock.objects.in_light("red", at("2025-03-20T10:00")).count() == 1
    # The lawful limit had not passed: it moves.
    assert clock.lawful_due_at is not None
    assert clock.lawful_due_at.astimezone(ZONE).date().isoformat() == "2025-04-09"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ground": "holiday"}, "ground"),
        ({"reason": "  "}, "reason"),
        ({"planned_days": 0}, "planned_days"),
        ({"planned_days": 9000}, "planned_days"),
        ({"starts_at": at("2025-03-05T15:01")}, "starts_at"),
        ({"starts_at": at("2025-03-03T09:59"), "late_reason": "x"}, "starts_at"),
        ({"starts_at": at("2025-03-04T10:00")}, "late_reason"),
    ],
)
def test_a_stop_that_the_law_does_not_know_is_refused_at_its_field(
    clock: Clock, reviewer: Actor, changes: dict[str, object], field: str
) -> None:
    with on("2025-03-05T15:00"), pytest.raises(InvalidInput) as caught:
        stop(reviewer, clock, **changes)
    assert list(caught.value.errors) == [field]
    assert due(clock) == "2025-03-10"


def test_a_stop_may_be_entered_late_with_a_reason_and_never_before_the_last_one(clock: Clock, reviewer: Actor) -> None:
    with on("2025-03-07T15:00"):
        stop(reviewer, clock, starts_at=at("2025-03-04T09:00"), late_reason="通知当日系统维护")
        services.resume_clock(
            actor=reviewer, clock_id=clock.pk, ends_at=at("2025-03-06T09:00"), late_reason="结论昨日送达"
        )
        assert due(clock) == "2025-03-12"
        with pytest.raises(InvalidInput) as caught:
            stop(reviewer, clock, starts_at=at("2025-03-05T09:00"), late_reason="补录")
    assert list(caught.value.errors) == ["starts_at"]


@pytest.mark.parametrize(
    ("ends", "late", "field"),
    [
        ("2025-03-05T14:59", "x", "ends_at"),
        ("2025-03-08T15:00", "x", "ends_at"),
        ("2025-03-06T09:00", "", "late_reason"),
    ],
)
def test_a_stop_ends_within_its_own_time(clock: Clock, reviewer: Actor, ends: str, late: str, field: str) -> None:
    with on("2025-03-05T15:00"):
        stop(reviewer, clock)
    with on("2025-03-07T15:00"), pytest.raises(InvalidInput) as caught:
        services.resume_clock(actor=reviewer, clock_id=clock.pk, ends_at=at(ends), late_reason=late)
    assert list(caught.value.errors) == [field]


def test_what_cannot_be_stopped_or_resumed_says_so(clock: Clock, reviewer: Actor) -> None:
    acceptance = make_clock(kind=ClockKind.ACCEPTANCE, starts_at=START)
    with on("2025-03-04T09:00"):
        with pytest.raises(TransitionNotAllowed):
            stop(reviewer, acceptance)
        with pytest.raises(TransitionNotAllowed):
            services.resume_clock(actor=reviewer, clock_id=clock.pk)
        stop(reviewer, clock)
        with pytest.raises(TransitionNotAllowed):
            stop(reviewer, clock)
        services.finish_many(clock_ids=[clock.pk])
        with pytest.raises(Stale):
            services.resume_clock(actor=reviewer, clock_id=clock.pk)


def test_the_database_refuses_two_stops_at_once(clock: Clock, reviewer: Actor) -> None:
    with on("2025-03-05T15:00"):
        first = stop(reviewer, clock)
    second = {**{f.attname: getattr(first, f.attname) for f in Stop._meta.fields if f.name != "id"}, "ordinal": 2}
    with pytest.raises(IntegrityError, match="stops_do_not_overlap"), transaction.atomic():
        Stop.objects.create(**second)


def test_no_rung_of_the_limit_fires_while_it_stands_still(clock: Clock, reviewer: Actor) -> None:
    with on("2025-03-05T15:00"):
        stop(reviewer, clock)
    assert sweep.run(at("2025-03-12T23:59:59")).fired == 0


def test_an_overlong_stop_reminds_and_escalates_each_time_anew(clock: Clock, reviewer: Actor) -> None:
    with on("2025-03-05T15:00"):
        stop(reviewer, clock, planned_days=1)
    for moment, code in (
        ("2025-03-07T00:00", "stop_overlong.1"),
        ("2025-03-12T00:00", "stop_escalate_head.1"),
        ("2025-03-21T00:00", "stop_escalate_director.1"),
    ):
        assert sweep.run(at(moment)).fired == 1
        assert fired(clock)[-1] == code
    assert (told("clock.stop_overlong"), told("clock.stop_escalate_head"), told("clock.stop_escalate_director")) == (
        {"reviewer"}, {"head"}, {"director"},
    )  # fmt: skip
    message = Message.objects.filter(template="clock.stop_overlong", channel="inapp").get()
    assert "2025-03-06" in message.text.body
    with on("2025-03-21T09:00"):
        services.resume_clock(actor=reviewer, clock_id=clock.pk)
    with on("2025-03-24T09:00"):
        stop(reviewer, clock, planned_days=1)
    sweep.run(at("2025-03-26T00:00"))
    assert fired(clock)[-1] == "stop_overlong.2"


def test_rungs_that_fired_before_a_stop_do_not_fire_again_after_it(clock: Clock, reviewer: Actor) -> None:
    sweep.run(at("2025-03-07T08:00"))
    with on("2025-03-07T15:00"):
        stop(reviewer, clock)
    with on("2025-03-18T15:00"):
        services.resume_clock(actor=reviewer, clock_id=clock.pk)
    assert due(clock) == "2025-03-19"
    sweep.run(at("2025-03-30T08:00"))
    assert fired(clock) == ["warn", "overdue", "escalate_head", "escalate_director"]
    assert Message.objects.filter(template="clock.warn", channel="inapp").count() == 1


@pytest.mark.parametrize(("moment", "outcome"), [("2025-03-05T15:00", "met"), ("2025-03-12T15:00", "late")])
def test_a_duty_done_while_it_stands_still_is_done_as_of_its_stop(
    clock: Clock, reviewer: Actor, moment: str, outcome: str
) -> None:
    with on(moment):
        stop(reviewer, clock)
    with on("2025-06-05T15:00"):
        services.finish_many(clock_ids=[clock.pk])
    clock.refresh_from_db()
    assert (clock.outcome, clock.stopped_at, clock.light()) == (outcome, None, "done")
    assert clock.stops.get().ends_at == at("2025-06-05T15:00")


@pytest.mark.parametrize(
    ("done", "promised", "lawful"),
    [
        # Three of five and eighteen of twenty days were left at the stop; they count from its real end.
        ("2025-03-07T15:00", "2025-03-12", "2025-04-02"),
        ("2025-03-27T09:00", "2025-04-01", "2025-04-23"),
    ],
)
def test_dates_of_a_duty_done_while_it_stands_still_follow_the_stop_as_it_ended(
    clock: Clock, reviewer: Actor, done: str, promised: str, lawful: str
) -> None:
    with on("2025-03-05T15:00"):
        stop(reviewer, clock)
        assert due(clock) == "2025-03-17"
    with on(done):
        services.finish_many(clock_ids=[clock.pk])
        clock.refresh_from_db()
        dates = [moment.astimezone(ZONE).date().isoformat() for moment in (clock.due_at, clock.lawful_due_at)]
        assert dates == [promised, lawful]
        assert (clock.outcome, clock.breached_at, clock.lawful_breached_at) == ("met", None, None)
        explanation = explain_clock(clock)
    assert explanation.agreement == Agreement.AGREES
    assert explanation.counted == (clock.due_at, clock.lawful_due_at)
    assert explanation.stops[-1].ends_at == at(done)


def test_what_was_late_when_it_stopped_stays_late_with_its_dates(clock: Clock, reviewer: Actor) -> None:
    with on("2025-03-12T15:00"):
        stop(reviewer, clock)
    with on("2025-03-13T15:00"):
        services.finish_many(clock_ids=[clock.pk])
    assert (due(clock), clock.outcome, clock.breached_at) == ("2025-03-10", "late", clock.due_at)
    assert explain_clock(clock).agreement == Agreement.AGREES


def test_finishing_costs_one_statement_where_nothing_stands_still(clock: Clock, reviewer: Actor) -> None:
    others = [make_clock(starts_at=START) for _ in range(3)]
    with on("2025-03-04T10:00"):
        stop(reviewer, clock)
        services.resume_clock(actor=reviewer, clock_id=clock.pk)
        assert statements(lambda: services.finish_many(clock_ids=[one.pk for one in (*others, clock)])) == 1


def test_stopping_and_going_on_is_on_record(clock: Clock, reviewer: Actor) -> None:
    with on("2025-03-05T15:00"):
        stop(reviewer, clock)
    with on("2025-03-07T15:00"):
        services.resume_clock(actor=reviewer, clock_id=clock.pk)
    entries = list(timeline(clock.subject))
    assert [entry.act for entry in entries] == ["clock.stopped", "clock.resumed"]
    begun = [entries[0].data[name][:13] for name in ("ground", "planned_until", "due_to")]
    assert begun == ["expert_review", "2025-03-12T23", "2025-03-17T15"]
    assert first_break() is None


class TestInnerClocks:
    """A step inside a decision inside a joint handling."""

    @pytest.fixture
    def outer(self, office: Office) -> Clock:
        return make_clock(kind=ClockKind.DECISION, starts_at=START, promised=10, lawful=20, subject=("tests.thing", 7))

    def inner(self, outer: Clock, **fields: object) -> Clock:
        return make_clock(starts_at=START, promised=5, lawful=5, parent_id=outer.pk, subject=outer.subject, **fields)

    def test_the_outer_clock_stands_still_while_any_inner_one_does(self, outer: Clock, reviewer: Actor) -> None:
        outermost = make_clock(kind=ClockKind.JOINT, starts_at=START, promised=45, lawful=45)
        Clock.objects.filter(pk=outer.pk).update(parent=outermost)
        first, second, third = self.inner(outer), self.inner(outer), self.inner(outer)
        with on("2025-03-04T10:00"):
            stop(reviewer, first, planned_days=3)
        with on("2025-03-06T10:00"):
            stop(reviewer, second, planned_days=5)
        outer.refresh_from_db()
        assert (outer.stopped_at, outer.resumes_at) == (at("2025-03-04T10:00"), at("2025-03-13T23:59:59.999999"))
        with on("2025-03-07T10:00"):
            services.resume_clock(actor=reviewer, clock_id=first.pk)
        outer.refresh_from_db()
        assert outer.light(at("2025-03-07T11:00")) == "stopped"
        with on("2025-03-11T10:00"):
            services.resume_clock(actor=reviewer, clock_id=second.pk)
        # Stood still from 5 to 11 March, five working days.
        assert (due(outer), due(outermost), due(third)) == ("2025-03-24", "2025-05-15", "2025-03-10")
        assert outer.stopped_at is None

    def test_it_goes_on_when_the_inner_duty_is_done(self, outer: Clock, reviewer: Actor) -> None:
        step = self.inner(outer)
        with on("2025-03-04T10:00"):
            stop(reviewer, step)
        with on("2025-03-06T10:00"):
            services.finish_many(clock_ids=[step.pk])
        assert (due(outer), outer.stopped_at) == ("2025-03-19", None)
        assert (due(step), step.light()) == ("2025-03-12", "done")

    def test_what_ends_together_is_settled_together(self, outer: Clock, reviewer: Actor) -> None:
        stopped, running = self.inner(outer), self.inner(outer)
        with on("2025-03-04T10:00"):
            stop(reviewer, stopped, planned_days=9)
        with on("2025-03-06T10:00"):
            services.cancel_many(clock_ids=[outer.pk, stopped.pk, running.pk])
        assert [due(clock) for clock in (outer, stopped, running)] == ["2025-03-19", "2025-03-12", "2025-03-10"]
        assert {clock.outcome for clock in (outer, stopped, running)} == {"cancelled"}
        for clock in (outer, stopped, running):
            assert explain_clock(clock).agreement == Agreement.AGREES

    def test_an_outer_duty_that_ends_alone_is_still_explained(self, outer: Clock, reviewer: Actor) -> None:
        step = self.inner(outer)
        with on("2025-03-04T10:00"):
            stop(reviewer, step, planned_days=3)
        forecast = due(outer)
        with on("2025-03-05T10:00"):
            services.finish_many(clock_ids=[outer.pk])
        with on("2025-03-20T10:00"):
            services.resume_clock(actor=reviewer, clock_id=step.pk)
        assert due(outer) == forecast
        assert explain_clock(outer).agreement == Agreement.AGREES
