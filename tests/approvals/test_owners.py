"""Duties of cases and steps change hands: the page's own row and the clock agree, whoever comes first."""

import re
from collections.abc import Callable

import pytest
from django.db import connection

from accounts.actors import Actor
from accounts.models import Role, User
from approvals import services
from approvals.models import Case, Step
from common.errors import HallError, NotAllowed, Stale
from common.time import today
from deadlines import services as duties
from deadlines.models import Clock, Handover
from ledger.models import Entry
from ledger.selectors import first_break
from tests.approvals.scene import PARALLEL, Scene, make_scene
from tests.approvals.test_concurrency import at_once
from tests.factories.absences import make_absence
from tests.factories.accounts import make_department, make_post, make_user
from tests.queries import CaptureQueriesContext


@pytest.fixture
def director(db: None) -> User:
    user = make_user(name="大厅主任")
    make_post(user, make_department("hall", kind="hall"), Role.DIRECTOR)
    return user


def make_reviewer(scene: Scene, role: str = Role.REVIEWER, code: str = "lead") -> User:
    user = make_user()
    make_post(user, scene.departments[code], role)
    return user


def give(director: User, clock_id: object, to: User | None) -> Handover:
    return duties.hand_over(
        actor=Actor(director), clock_id=clock_id, to_user_id=to.pk if to else None, cause="reassignment", note="改派"
    )


def owner_and_clock(row: Case | Step) -> tuple[User | None, User | None]:
    fresh = type(row).objects.select_related("clock__handler").get(pk=row.pk)
    return (fresh.clerk if isinstance(fresh, Case) else fresh.handler), fresh.clock.handler


@pytest.mark.parametrize("status", ["received", "decided", "issued"])
def test_window_duties_go_to_another_clerk(scene: Scene, director: User, status: str) -> None:
    case = scene.in_state(status)
    give(director, case.clock_id, scene.colleague)
    assert owner_and_clock(case) == (scene.colleague, scene.colleague)
    give(director, case.clock_id, None)
    assert owner_and_clock(case) == (None, None)
    assert Entry.objects.of("approvals.case", case.pk).filter(act="clock.handed_over").count() == 2
    for wrong in (scene.reviewer, scene.head, scene.owner):
        with pytest.raises(HallError):
            give(director, case.clock_id, wrong)
    assert owner_and_clock(case) == (None, None)


def test_a_decision_reminds_somebody_else_and_the_clerk_stays(scene: Scene, director: User) -> None:
    case = scene.reviewing()
    give(director, case.clock_id, scene.reviewer)
    assert owner_and_clock(case) == (scene.clerk, scene.reviewer)
    with pytest.raises(HallError):
        give(director, case.clock_id, scene.colleague)


def test_a_step_goes_to_a_reviewer_or_the_head_of_its_department(scene: Scene, director: User) -> None:
    step = scene.step(scene.reviewing(steps=PARALLEL), "a")
    second = make_reviewer(scene)
    for one in (second, scene.head):
        give(director, step.clock_id, one)
        assert owner_and_clock(step) == (one, one)
    for wrong in (scene.approver, scene.reviewers["city"], scene.clerk):
        with pytest.raises(HallError):
            give(director, step.clock_id, wrong)
    assert owner_and_clock(step) == (scene.head, scene.head)
    services.complete_review(actor=Actor(second), step=step, agrees=True)
    with pytest.raises(Stale):
        give(director, step.clock_id, second)


def locked_by(act: Callable[[], object]) -> list[str]:
    """Tables in the order in which ``act`` locks rows of them."""
    with CaptureQueriesContext(connection) as seen:
        act()
    found = [re.search(r'FOR (?:NO KEY )?UPDATE OF "(\w+)"', query["sql"]) for query in seen.captured_queries]
    return [match[1] for match in found if match]


def test_case_then_steps_then_clock_are_locked_like_everywhere(scene: Scene, director: User) -> None:
    case = scene.reviewing(steps=PARALLEL)
    step = scene.step(case, "a")
    assert locked_by(lambda: give(director, step.clock_id, scene.head)) == [
        "approvals_case", "approvals_step", "deadlines_clock",
    ]  # fmt: skip
    for clock_id, to in ((case.clock_id, scene.head), (scene.received().clock_id, scene.colleague)):
        found = locked_by(lambda clock_id=clock_id, to=to: give(director, clock_id, to))
        assert found == ["approvals_case", "deadlines_clock"]


def test_a_proposal_stays_the_proposers_and_the_new_handler_may_approve(scene: Scene, director: User) -> None:
    step = scene.proposed()
    services.send_back(actor=Actor(scene.approver), step=step, text="再核")
    services.propose_decision(actor=Actor(scene.reviewer), step=step, decision="granted")
    give(director, step.clock_id, scene.head)
    step.refresh_from_db()
    assert (step.handler, step.proposed_by, step.status) == (scene.head, scene.reviewer, "proposed")
    with pytest.raises(NotAllowed):
        services.approve_proposal(actor=Actor(scene.reviewer), step=step)
    services.approve_proposal(actor=Actor(scene.head), step=step)


def test_the_only_approver_is_given_no_deciding_step(scene: Scene, director: User) -> None:
    """He would propose, and nobody could approve: four eyes."""
    step = scene.step(scene.reviewing(), "decide")
    scene.approver.posts.all().delete()
    with pytest.raises(NotAllowed):
        give(director, step.clock_id, scene.head)
    assert owner_and_clock(step) == (None, None)
    review = scene.step(scene.reviewing(steps=PARALLEL), "a")
    give(director, review.clock_id, scene.head)


def test_a_clock_that_the_case_has_left_moves_nothing(scene: Scene, director: User) -> None:
    case = scene.received()
    old = case.clock_id
    scene.mark_complete(case)
    services.accept_case(actor=Actor(scene.clerk), case=case)
    # As if somebody had finished the case's part but not the clock: the subject has the last word.
    Clock.objects.filter(pk=old).update(finished_at=None, outcome="")
    with pytest.raises(Stale):
        give(director, old, scene.colleague)
    assert Case.objects.get(pk=case.pk).clerk == scene.clerk


def test_a_substitute_finds_the_step_as_his_and_gives_it_back(scene: Scene) -> None:
    substitute = make_reviewer(scene)
    case = scene.reviewing(steps=PARALLEL)
    step = services.take_step(actor=Actor(scene.reviewer), step=scene.step(case, "a"))
    absence = duties.enter_absence(
        actor=Actor(scene.reviewer), user=scene.reviewer, substitute=substitute,
        starts_on=today(), ends_on=today(), kind="sick",
    )  # fmt: skip
    duties.run_stand_ins()
    assert owner_and_clock(step) == (substitute, substitute)
    duties.cancel_absence(actor=Actor(scene.head), absence=absence)
    duties.run_stand_ins()
    assert owner_and_clock(step) == (scene.reviewer, scene.reviewer)


@pytest.mark.django_db(transaction=True)
def test_reassigned_while_it_is_being_done() -> None:
    """Two connections: each step ends either done or reassigned first and done then, never half of each."""
    scene = make_scene()
    second = make_reviewer(scene)
    steps = [scene.step(scene.reviewing(steps=PARALLEL), "a") for _ in range(10)]
    ids = [step.clock_id for step in steps]
    for step in steps:
        result, outcomes = at_once(
            [
                lambda step=step: services.complete_review(actor=Actor(scene.reviewer), step=step, agrees=True),
                lambda step=step: duties.reassign_many(
                    actor=Actor(User.objects.get(pk=scene.head.pk)), clock_ids=[step.clock_id],
                    to_user_id=second.pk, note="改派", held_by=None,
                ),
            ]
        )  # fmt: skip
        assert isinstance(result, Step)
        assert [row.result for row in outcomes] in (["done"], ["refused"])
        fresh = Step.objects.get(pk=step.pk)
        assert (fresh.status, fresh.handler) == ("done", scene.reviewer)
        handed = Handover.objects.filter(clock=step.clock_id).count()
        assert handed == (outcomes[0].result == "done")
    assert Clock.objects.open().filter(pk__in=ids).count() == 0
    assert first_break() is None


@pytest.mark.django_db(transaction=True)
def test_two_heads_reassign_at_once() -> None:
    scene = make_scene()
    first, second = make_reviewer(scene), make_reviewer(scene)
    step = scene.step(scene.reviewing(steps=PARALLEL), "a")
    results = at_once(
        [
            lambda one=one: duties.reassign_many(
                actor=Actor(User.objects.get(pk=scene.head.pk)), clock_ids=[step.clock_id],
                to_user_id=one.pk, note="改派", held_by=None,
            )
            for one in (first, second)
        ]
    )  # fmt: skip
    assert sorted(rows[0].result for rows in results) == ["done", "refused"]
    assert Handover.objects.count() == 1
    handler, of_clock = owner_and_clock(step)
    assert handler == of_clock


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_hand_each_duty_over_once() -> None:
    scene = make_scene()
    substitute = make_reviewer(scene)
    steps = [scene.step(scene.reviewing(steps=PARALLEL), "a") for _ in range(8)]
    for step in steps:
        services.take_step(actor=Actor(scene.reviewer), step=step)
    make_absence(scene.reviewer, substitute)
    results = at_once([duties.run_stand_ins, duties.run_stand_ins, duties.run_stand_ins])
    assert sum(len(one.handed) for one in results) == len(steps)
    assert sum(len(one.fallen) for one in results) == 0
    assert Handover.objects.count() == len(steps)
    assert {owner_and_clock(step) for step in steps} == {(substitute, substitute)}
