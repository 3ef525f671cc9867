"""Extensions: asked by the handler, approved by the right rank, once, never too late."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from accounts.actors import Actor
from accounts.models import Role
from common.errors import InvalidInput, NotAllowed, Stale, TransitionNotAllowed
from common.time import pretend
from deadlines import services, sweep
from deadlines.models import Clock, ClockKind, Extension, FiredRung
from ledger.selectors import timeline
from tests.deadlines.conftest import Office
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.deadlines import make_clock

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2025, 3, 3, 10, 0, tzinfo=ZONE)


def on(text: str) -> AbstractContextManager[None]:
    return pretend(datetime.fromisoformat(text).replace(tzinfo=ZONE))


def days(clock: Clock) -> tuple[str, str]:
    clock.refresh_from_db()
    assert clock.lawful_due_at is not None
    promised, lawful = (m.astimezone(ZONE).date().isoformat() for m in (clock.due_at, clock.lawful_due_at))
    return promised, lawful


@pytest.fixture
def clock(office: Office) -> Clock:
    return make_clock(
        kind=ClockKind.DECISION, department=office.department, role=Role.REVIEWER, starts_at=START,
        promised=5, lawful=20, extension_cap=10, extension_rank=Role.HEAD,
    )  # fmt: skip


@pytest.fixture
def reviewer(office: Office) -> Actor:
    return Actor(office.reviewer)


@pytest.fixture
def head(office: Office) -> Actor:
    return Actor(office.head)


def ask(actor: Actor, clock: Clock, **changes: Any) -> Extension:
    given = {"amount": 10, "reason": "案情复杂", **changes}
    return services.ask_extension(actor=actor, clock_id=clock.pk, **given)


def test_approval_moves_both_limits_by_the_amount(clock: Clock, reviewer: Actor, head: Actor) -> None:
    with on("2025-03-05T10:00"):
        extension = ask(reviewer, clock, amount=6)
        assert days(clock) == ("2025-03-10", "2025-03-31")
        services.decide_extension(actor=head, extension_id=extension.pk, approve=True)
    assert days(clock) == ("2025-03-18", "2025-04-09")
    assert (clock.extended, clock.days_left(datetime(2025, 3, 18, 9, tzinfo=ZONE))) == (6, 0)
    assert [entry.act for entry in timeline(clock.subject)] == ["clock.extension_asked", "clock.extended"]


def test_a_case_in_joint_handling_is_not_extended_beyond_it(
    clock: Clock, office: Office, reviewer: Actor, head: Actor
) -> None:
    joint = make_clock(kind=ClockKind.JOINT, starts_at=START, promised=12, lawful=12)
    services.put_inside(clock_ids=[clock.pk], outer_id=joint.pk, actor=reviewer)
    before = days(clock)
    with on("2025-03-05T10:00"):
        too_long = ask(reviewer, clock, amount=8)
        with pytest.raises(TransitionNotAllowed):
            services.decide_extension(actor=head, extension_id=too_long.pk, approve=True)
        assert days(clock) == before
        services.withdraw_extension(actor=reviewer, extension_id=too_long.pk)
        fitting = ask(reviewer, clock, amount=7)
        services.decide_extension(actor=head, extension_id=fitting.pk, approve=True)
    assert days(clock)[0] == joint.due_at.astimezone(ZONE).date().isoformat()


def test_the_rank_gets_a_duty_of_four_working_hours(clock: Clock, reviewer: Actor, head: Actor) -> None:
    with on("2025-03-05T16:30"):
        extension = ask(reviewer, clock)
    duty = Clock.objects.get(kind=ClockKind.EXTENSION)
    assert (duty.role, duty.department_id, duty.unit) == (Role.HEAD, clock.department_id, "workhour")
    # One hour on Wednesday until 17:30, then three from 8:30 on Thursday.
    assert duty.due_at.astimezone(ZONE).isoformat()[:16] == "2025-03-06T11:30"
    with on("2025-03-06T10:00"):
        services.decide_extension(actor=head, extension_id=extension.pk, approve=False, remark="可按期办结")
    duty.refresh_from_db()
    assert (duty.outcome, extension.duty_id) == ("met", duty.pk)
    assert days(clock) == ("2025-03-10", "2025-03-31")


@pytest.mark.parametrize(
    ("changes", "field"), [({"amount": 11}, "amount"), ({"amount": 0}, "amount"), ({"reason": " "}, "reason")]
)
def test_what_may_not_be_asked_is_refused_at_its_field(
    clock: Clock, reviewer: Actor, changes: dict[str, object], field: str
) -> None:
    with on("2025-03-05T10:00"), pytest.raises(InvalidInput) as caught:
        ask(reviewer, clock, **changes)
    assert list(caught.value.errors) == [field]


def test_only_whose_duty_it_is_may_ask(clock: Clock, office: Office) -> None:
    stranger = make_user("stranger")
    make_post(stranger, make_department(), Role.REVIEWER)
    with on("2025-03-05T10:00"):
        for actor in (Actor(stranger), Actor(office.head), Actor.system()):
            with pytest.raises(NotAllowed):
                ask(actor, clock)


def test_only_the_right_rank_decides_and_never_on_its_own_request(
    clock: Clock, office: Office, reviewer: Actor
) -> None:
    leader, other_head = make_user("leader"), make_user("other-head")
    make_post(leader, office.hall, Role.LEADER)
    make_post(other_head, make_department(), Role.HEAD)
    make_post(office.head, office.department, Role.REVIEWER)
    with on("2025-03-05T10:00"):
        extension = ask(Actor(office.head), clock)
        for user in (office.reviewer, other_head, leader, office.head):
            with pytest.raises(NotAllowed):
                services.decide_extension(actor=Actor(user), extension_id=extension.pk, approve=True)
    assert Extension.objects.get().status == "asked"


def test_the_government_head_decides_on_joint_handling(office: Office, reviewer: Actor, head: Actor) -> None:
    leader = make_user("leader")
    make_post(leader, office.hall, Role.LEADER)
    joint = make_clock(
        kind=ClockKind.JOINT, department=office.department, role=Role.REVIEWER, starts_at=START,
        promised=45, lawful=45, extension_cap=15, extension_rank=Role.LEADER,
    )  # fmt: skip
    with on("2025-03-05T10:00"):
        with pytest.raises(InvalidInput):
            ask(reviewer, joint, amount=16)
        extension = ask(reviewer, joint, amount=15)
        with pytest.raises(NotAllowed):
            services.decide_extension(actor=head, extension_id=extension.pk, approve=True)
        services.decide_extension(actor=Actor(leader), extension_id=extension.pk, approve=True)
    joint.refresh_from_db()
    assert joint.extended == 15


def test_once_only(clock: Clock, reviewer: Actor, head: Actor) -> None:
    with on("2025-03-05T10:00"):
        refused = ask(reviewer, clock)
        with pytest.raises(TransitionNotAllowed):
            ask(reviewer, clock)
        services.decide_extension(actor=head, extension_id=refused.pk, approve=False, remark="理由不足")
        withdrawn = ask(reviewer, clock)
        services.withdraw_extension(actor=reviewer, extension_id=withdrawn.pk)
        approved = ask(reviewer, clock)
        services.decide_extension(actor=head, extension_id=approved.pk, approve=True)
        with pytest.raises(TransitionNotAllowed):
            ask(reviewer, clock)
        with pytest.raises(Stale):
            services.decide_extension(actor=head, extension_id=approved.pk, approve=True)
    copy = {f.attname: getattr(approved, f.attname) for f in Extension._meta.fields if f.name != "id"}
    with pytest.raises(IntegrityError, match="extended_once"), transaction.atomic():
        Extension.objects.create(**{**copy, "status": "approved"})
    assert Clock.objects.filter(kind=ClockKind.EXTENSION, finished_at=None).count() == 0


def test_a_limit_that_has_run_out_can_neither_be_asked_nor_approved(clock: Clock, reviewer: Actor, head: Actor) -> None:
    with on("2025-03-31T10:00"):
        # The promised limit has passed, the lawful one has not: it may be extended, and the breach stays.
        extension = ask(reviewer, clock)
    with on("2025-04-01T00:30"), pytest.raises(TransitionNotAllowed):
        services.decide_extension(actor=head, extension_id=extension.pk, approve=True)
    services.withdraw_extension(actor=reviewer, extension_id=extension.pk)
    with on("2025-04-01T00:30"), pytest.raises(TransitionNotAllowed):
        ask(reviewer, clock)
    assert days(clock) == ("2025-03-10", "2025-03-31")


def test_a_promise_already_broken_stays_broken(clock: Clock, reviewer: Actor, head: Actor) -> None:
    was_due = clock.due_at
    with on("2025-03-12T10:00"):
        extension = ask(reviewer, clock)
        services.decide_extension(actor=head, extension_id=extension.pk, approve=True)
        assert clock.light() == "red"
        clock.refresh_from_db()
        assert (clock.light(), clock.breached_at) == ("green", was_due)


def test_a_revoked_extension_gives_the_dates_back(clock: Clock, reviewer: Actor, head: Actor) -> None:
    before = days(clock)
    with on("2025-03-05T10:00"):
        extension = ask(reviewer, clock)
        services.decide_extension(actor=head, extension_id=extension.pk, approve=True)
        with pytest.raises(InvalidInput):
            services.revoke_extension(actor=head, extension_id=extension.pk, remark=" ")
        services.revoke_extension(actor=head, extension_id=extension.pk, remark="情况有变")
    assert (days(clock), clock.extended) == (before, 0)
    with on("2025-03-05T11:00"), pytest.raises(TransitionNotAllowed):
        ask(reviewer, clock)


def test_an_extension_that_is_being_used_cannot_be_revoked(clock: Clock, reviewer: Actor, head: Actor) -> None:
    with on("2025-03-05T10:00"):
        extension = ask(reviewer, clock)
        services.decide_extension(actor=head, extension_id=extension.pk, approve=True)
    extended = days(clock)
    with on("2025-03-11T10:00"), pytest.raises(TransitionNotAllowed):
        services.revoke_extension(actor=head, extension_id=extension.pk, remark="情况有变")
    assert (days(clock), Extension.objects.get().status) == (extended, "approved")


def test_the_step_that_asked_gets_the_days_too(clock: Clock, reviewer: Actor, head: Actor, office: Office) -> None:
    step = make_clock(
        department=office.department, role=Role.REVIEWER, starts_at=START, promised=3, lawful=3,
        parent_id=clock.pk, extension_cap=10,
    )  # fmt: skip
    with on("2025-03-05T10:00"):
        with pytest.raises(TransitionNotAllowed):
            ask(reviewer, step)
        extension = ask(reviewer, clock, inner_id=step.pk, amount=2)
        services.decide_extension(actor=head, extension_id=extension.pk, approve=True)
    assert (days(step), days(clock)[0]) == (("2025-03-10", "2025-03-10"), "2025-03-12")


def test_rungs_ahead_move_and_those_sent_are_not_repeated(clock: Clock, reviewer: Actor, head: Actor) -> None:
    sweep.run(datetime(2025, 3, 7, 8, tzinfo=ZONE))
    with on("2025-03-07T10:00"):
        extension = ask(reviewer, clock)
        services.decide_extension(actor=head, extension_id=extension.pk, approve=True)
    assert days(clock)[0] == "2025-03-24"
    assert sweep.run(datetime(2025, 3, 24, 8, tzinfo=ZONE)).fired == 0
    sweep.run(datetime(2025, 3, 25, 8, tzinfo=ZONE))
    fired = FiredRung.objects.filter(clock=clock).order_by("id")
    assert list(fired.values_list("code", flat=True)) == ["warn", "overdue"]


def test_requests_of_duties_that_end_are_dropped(clock: Clock, reviewer: Actor) -> None:
    with on("2025-03-05T10:00"):
        ask(reviewer, clock)
        services.finish_many(clock_ids=[clock.pk])
        assert services.drop_requests(clock_ids=[clock.pk], actor=reviewer) == 1
    assert Extension.objects.get().status == "withdrawn"
    assert Clock.objects.open().count() == 0
