"""Two people at once, on real connections in real threads: one wins, the other is told, nothing is lost."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from approvals import services
from approvals.models import Application, Case, Step
from common.errors import HallError, Stale, TransitionNotAllowed
from common.time import now
from deadlines.models import Clock
from ledger.models import Entry
from ledger.selectors import first_break
from tests.approvals.scene import PARALLEL, Scene, make_scene

pytestmark = pytest.mark.django_db(transaction=True)

CASES = 30
LATE = (Stale, TransitionNotAllowed)


@pytest.fixture
def hall(transactional_db: None) -> Scene:
    return make_scene()


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run every act in a thread of its own, all released by one barrier; results or the refusals."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=20)
            return act()
        except HallError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def winners(results: Sequence[Any]) -> list[Any]:
    """Those that were not refused; a refusal is always one that says that somebody was faster."""
    assert all(isinstance(one, LATE) for one in results if isinstance(one, Exception)), results
    return [one for one in results if not isinstance(one, Exception)]


def test_three_branches_finished_at_once_open_the_join_once(hall: Scene) -> None:
    """Locking only the own step left 27 of 60 joins unopened; locking case and steps in order none."""
    matter = hall.matter(steps=PARALLEL)
    for _ in range(CASES):
        (case,) = services.submit_application(actor=hall.act(hall.owner), application=hall.draft(matter))
        hall.mark_complete(case)
        services.accept_case(actor=hall.act(hall.clerk), case=case, hand_over=True)
        branches = [("a", "lead"), ("b", "planning"), ("c", "city")]
        acts = [
            lambda code=code, who=who, case=case: services.complete_review(
                actor=hall.act(hall.reviewers[who]), step=hall.step(case, code), agrees=True
            )
            for code, who in branches
        ]
        assert len(winners(at_once(acts))) == 3
    joins = Step.objects.filter(code="decide")
    assert joins.filter(status="open").count() == CASES
    opened = Entry.objects.filter(act="step.opened", data__step="decide")
    assert opened.count() == CASES
    assert opened.values("subject_id").distinct().count() == CASES
    assert Clock.objects.open().filter(kind="step").count() == CASES
    assert first_break() is None


def test_accepting_and_refusing_at_once(hall: Scene) -> None:
    for _ in range(5):
        case = hall.received()
        hall.mark_complete(case)
        results = at_once(
            [
                lambda case=case: services.accept_case(actor=hall.act(hall.clerk), case=case, seen="received"),
                lambda case=case: services.not_accept_case(
                    actor=hall.act(hall.colleague), case=case, reason="不属于本机关职权范围", seen="received"
                ),
                lambda case=case: services.send_correction(
                    actor=hall.act(hall.colleague), case=case, items=[{"text": "缺"}], seen="received"
                ),
            ]
        )
        assert len(winners(results)) == 1
        # Received, the one act that won, and its paper.
        assert Entry.objects.filter(subject_type="approvals.case", subject_id=case.pk).count() == 3
        expected = {"accepted": 1, "not_accepted": 0, "correcting": 0}[hall.fresh(case).status]
        assert Clock.objects.open().filter(subject_id=case.pk).count() == expected


def test_double_click_submits_once(hall: Scene) -> None:
    application = hall.draft(hall.matter(), hall.matter())
    acts = [
        lambda: services.submit_application(
            actor=hall.act(hall.owner), application=Application.objects.get(pk=application.pk)
        )
    ] * 4
    results = winners(at_once(acts))
    assert len(results) == 4
    assert len({tuple(case.pk for case in cases) for cases in results}) == 1
    assert Case.objects.count() == 2


def test_two_approvers_decide_once(hall: Scene) -> None:
    step = hall.proposed()
    results = at_once(
        [
            lambda: services.approve_proposal(actor=hall.act(hall.approver), step=step, seen="proposed"),
            lambda: services.approve_proposal(actor=hall.act(hall.head), step=step, seen="proposed"),
        ]
    )
    assert len(winners(results)) == 1
    assert Entry.objects.filter(act="case.decided").count() == 1
    assert Clock.objects.open().filter(kind="delivery").count() == 1


def test_approving_and_sending_back_at_once(hall: Scene) -> None:
    step = hall.proposed()
    results = at_once(
        [
            lambda: services.approve_proposal(actor=hall.act(hall.approver), step=step, seen="proposed"),
            lambda: services.send_back(actor=hall.act(hall.head), step=step, text="再看", seen="proposed"),
        ]
    )
    assert len(winners(results)) == 1
    assert hall.step(step.case, "decide").status in ("done", "open")


def test_two_colleagues_take_one_step(hall: Scene) -> None:
    step = hall.step(hall.reviewing(), "decide")
    results = at_once(
        [
            lambda: services.take_step(actor=hall.act(hall.reviewer), step=step),
            lambda: services.take_step(actor=hall.act(hall.head), step=step),
        ]
    )
    (winner,) = winners(results)
    assert hall.step(step.case, "decide").handler == winner.handler


def test_the_lapse_of_time_and_a_clerk_at_once(hall: Scene) -> None:
    """Whoever is first, the case is accepted once and has one running duty."""
    for _ in range(5):
        case = hall.received()
        hall.mark_complete(case)
        past = now() - timedelta(days=1)
        # A case that nobody touched for a week, without moving the clock of all threads.
        Clock.objects.filter(pk=case.clock_id).update(due_at=past, lawful_due_at=past)
        results = at_once(
            [
                lambda case=case: services.deem_accepted(case_id=case.pk),
                lambda case=case: services.deem_accepted(case_id=case.pk),
                lambda case=case: services.accept_case(actor=hall.act(hall.clerk), case=case, seen="received"),
            ]
        )
        assert len([one for one in winners(results) if one is not None]) == 1
        accepted = Entry.objects.filter(subject_id=case.pk, act__in=["case.accepted", "case.deemed_accepted"])
        assert accepted.count() == 1
        assert Clock.objects.open().filter(subject_id=case.pk).count() == 1


def test_withdrawing_while_a_step_is_completed(hall: Scene) -> None:
    """Either order is fine; a half-withdrawn case is not."""
    for _ in range(5):
        case = hall.reviewing(steps=PARALLEL)
        results = at_once(
            [
                lambda case=case: services.withdraw_case(actor=hall.act(hall.owner), case=case),
                lambda case=case: services.complete_review(
                    actor=hall.act(hall.reviewer), step=hall.step(case, "a"), agrees=True
                ),
            ]
        )
        assert not isinstance(results[0], Exception)
        assert hall.fresh(case).status == "withdrawn"
        assert set(case.steps.values_list("status", flat=True)) <= {"done", "cancelled"}
        assert not Clock.objects.open().filter(subject_id=case.pk).exists()


def test_two_clerks_answer_one_question(hall: Scene) -> None:
    step = hall.step(hall.reviewing(), "decide")
    question = services.ask_window(actor=hall.act(hall.reviewer), step=step, text="原件?")
    results = at_once(
        [
            lambda: services.answer_question(actor=hall.act(hall.clerk), question=question, answer="一"),
            lambda: services.answer_question(actor=hall.act(hall.colleague), question=question, answer="二"),
        ]
    )
    (winner,) = winners(results)
    question.refresh_from_db()
    assert question.answer == winner.answer
