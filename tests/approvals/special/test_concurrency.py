"""Two at once, on real connections: an objection in the last moment, two clerks who issue together."""

import time
from datetime import timedelta

import pytest

from approvals import services
from approvals.models import Case, Objection
from common.time import now
from deadlines.models import Clock
from ledger.models import Entry
from tests.approvals.scene import Scene, make_scene
from tests.approvals.special.test_public_notice import STRANGER
from tests.approvals.special.test_together import decide_all, setup
from tests.approvals.test_concurrency import at_once, winners

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 6


@pytest.fixture
def hall(transactional_db: None) -> Scene:
    return make_scene()


def test_an_objection_in_the_last_moment_holds_the_case_or_is_refused(hall: Scene) -> None:
    """Never both: an objection that was taken down and a case that went on as if there were none."""
    outcomes = set()
    for turn in range(ROUNDS):
        case = hall.published()
        ends = now() + timedelta(seconds=0.4)
        Clock.objects.filter(pk=case.clock_id).update(due_at=ends, lawful_due_at=ends)
        notice = case.public_notice

        def close(case: Case = case, ends=ends) -> None:
            while now() <= ends:
                time.sleep(0.01)
            services.close_notice(case_id=case.pk)

        def object_to(notice=notice, ends=ends, turn: int = turn) -> Objection:
            while now() < ends + timedelta(milliseconds=4 * (turn - ROUNDS // 2)):
                time.sleep(0.001)
            return services.object_to_notice(notice=notice, **STRANGER)

        results = at_once([close, object_to])
        winners(results)
        taken = Objection.objects.filter(notice=notice).count()
        services.close_notice(case_id=case.pk)
        outcomes.add((hall.fresh(case).status, taken))
    assert outcomes <= {("published", 1), ("reviewing", 0)}


def test_two_departments_people_settle_one_objection(hall: Scene) -> None:
    case = hall.published()
    objection = services.object_to_notice(notice=case.public_notice, **STRANGER)
    results = at_once(
        [
            lambda: services.settle_objection(
                actor=hall.act(hall.reviewer), objection=objection, upheld=True, answer="异议成立"
            ),
            lambda: services.settle_objection(
                actor=hall.act(hall.head), objection=objection, upheld=False, answer="债务已清偿"
            ),
        ]
    )
    (winner,) = winners(results)
    objection.refresh_from_db()
    assert objection.status == winner.status
    assert hall.fresh(case).status == ("not_accepted" if winner.status == "upheld" else "published")


def test_two_workers_close_one_notice(hall: Scene) -> None:
    case = hall.published()
    past = now() - timedelta(seconds=1)
    Clock.objects.filter(pk=case.clock_id).update(due_at=past, lawful_due_at=past)
    at_once([lambda: services.close_notice(case_id=case.pk)] * 3)
    assert Entry.objects.filter(act="case.accepted").count() == 1
    assert Clock.objects.open().filter(subject_id=case.pk, kind="decision").count() == 1


def test_two_clerks_issue_together_once(hall: Scene) -> None:
    cases = decide_all(hall, setup(hall))
    application = cases[0].application
    results = at_once(
        [
            lambda who=who: services.issue_together(actor=hall.act(who), application=application, way="counter")
            for who in (hall.clerk, hall.colleague)
        ]
    )
    assert len(winners(results)) == 1
    assert Entry.objects.filter(act="case.issued").count() == 3


def test_issuing_while_the_last_one_is_decided(hall: Scene) -> None:
    """Whoever is first, none is issued twice and none is forgotten."""
    cases = decide_all(hall, setup(hall), but=1)
    step = hall.proposed(case=hall.fresh(cases[2]))
    application = cases[0].application
    results = at_once(
        [
            lambda: services.issue_together(
                actor=hall.act(hall.clerk), application=application, way="counter", reason="先行送达"
            ),
            lambda: services.approve_proposal(actor=hall.act(hall.approver), step=step),
        ]
    )
    assert len(winners(results)) == 2
    left = Case.objects.filter(status="decided").count()
    assert (left, Case.objects.filter(status="issued").count()) in {(1, 2), (0, 3)}
