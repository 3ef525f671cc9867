"""Two at once on real connections: one wins, the other is told, nothing happens twice."""

from datetime import timedelta

import pytest

from accounts.models import Role
from approvals import services
from approvals.models import Application, Commitment, Deferral, DeferralBar
from common.errors import InvalidInput, Stale, TransitionNotAllowed
from common.time import end_of_day, now, pretend, today
from deadlines.models import Clock, ClockKind
from documents.models import Document
from ledger.selectors import first_break
from tests.approvals.scene import Scene, make_scene
from tests.approvals.test_concurrency import at_once
from tests.factories.accounts import make_post, make_user

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 4


@pytest.fixture
def hall(transactional_db: None) -> Scene:
    return make_scene()


def test_two_submissions_sign_once(hall: Scene) -> None:
    draft = hall.draft(hall.matter(), hall.matter(), skip=["funding"])
    hall.later(draft)
    signature = hall.signature(draft)
    at_once(
        [
            lambda: services.submit_application(
                actor=hall.act(hall.owner), application=Application.objects.get(pk=draft.pk), signature=signature
            )
        ]
        * 4
    )
    assert (Commitment.objects.count(), Deferral.objects.count(), Document.objects.count()) == (1, 2, 1)


def test_handing_in_against_expiry(hall: Scene) -> None:
    """The one acts at the last moment of the day, the other right after it: never both, never neither."""
    for _ in range(ROUNDS):
        DeferralBar.objects.update(lifted_at=now(), lifted_by=hall.clerk, lift_reason="测试")
        case = hall.reviewing(hall.promised())
        row = Deferral.objects.get(case=case)
        end = end_of_day(row.promised_on)
        with pretend(end):
            hall.add_file(row.material.material)

        def hand_in(row=row, end=end):
            with pretend(end):
                return services.hand_in_paper(actor=hall.act(hall.owner), deferral=row)

        def fail(case=case, end=end):
            with pretend(end + timedelta(seconds=1)):
                return services.fail_deferral(case_id=case.pk)

        results = at_once([hand_in, fail])
        row.refresh_from_db()
        case = hall.fresh(case)
        if case.status == "terminated":
            assert isinstance(results[0], Stale | TransitionNotAllowed)
            assert (row.status, row.handed_in_at) == ("failed", None)
        else:
            assert results[1] is None
            assert (row.status, row.handed_in_at, case.status) == ("open", end, "reviewing")
    assert first_break() is None


def test_expiry_by_several_sweeps_at_once(hall: Scene) -> None:
    case = hall.reviewing(hall.promised())
    row = Deferral.objects.get(case=case)
    moment = end_of_day(row.promised_on) + timedelta(seconds=1)

    def fail():
        with pretend(moment):
            return services.fail_deferral(case_id=case.pk)

    results = at_once([fail] * 4)
    assert sum(one is not None for one in results) == 1
    assert (DeferralBar.objects.count(), Document.objects.filter(kind="approvals.termination").count()) == (1, 1)


def test_two_cases_of_a_firm_fail_at_once(hall: Scene) -> None:
    cases = hall.submit_promised(hall.matter(), hall.matter())
    for case in cases:
        hall.reviewing(case)
    moment = end_of_day(Deferral.objects.all()[0].promised_on) + timedelta(seconds=1)

    def fail(pk: int):
        with pretend(moment):
            return services.fail_deferral(case_id=pk)

    at_once([lambda case=case: fail(case.pk) for case in cases])
    assert [hall.fresh(case).status for case in cases] == ["terminated", "terminated"]
    assert DeferralBar.objects.count() == 1


def test_deciding_against_filling(hall: Scene) -> None:
    """Whichever comes first: a granted case with nothing left to follow has its delivery clock, once."""
    for _ in range(ROUNDS):
        step = hall.proposed(case=hall.promised())
        row = hall.hand_in(Deferral.objects.get(case=step.case))
        results = at_once(
            [
                lambda step=step: services.approve_proposal(actor=hall.act(hall.approver), step=step),
                lambda row=row: services.confirm_paper(actor=hall.act(hall.clerk), deferral=row),
            ]
        )
        assert not [one for one in results if isinstance(one, Exception)]
        case = hall.fresh(step.case)
        assert case.clock is not None
        assert (case.status, case.clock.kind) == ("decided", ClockKind.DELIVERY)
        assert Clock.objects.open().filter(subject_id=case.pk).count() == 1


def test_lifting_twice(hall: Scene) -> None:
    hall.terminated()
    bar = DeferralBar.objects.get()
    director = make_user()
    make_post(director, hall.window, Role.DIRECTOR, starts_on=today())
    results = at_once(
        [lambda n=n: services.lift_bar(actor=hall.act(director), bar=bar, reason=f"理由{n}") for n in range(3)]
    )
    assert sum(isinstance(one, Stale) for one in results) == 2
    assert not any(isinstance(one, InvalidInput) for one in results)
