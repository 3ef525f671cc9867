"""Whose days they were when a duty changed hands: leave and return, reassignment, people of one name."""

from collections.abc import Sequence
from datetime import date

import pytest

from accounts.actors import Actor
from accounts.models import Department, Role, User
from approvals import holding, services
from approvals.models import Case
from deadlines import services as duties
from tests.approvals.scene import Scene, make_scene
from tests.approvals.test_holding import accept, answer, correct, on, sums, view
from tests.factories.accounts import make_post, make_user
from tests.queries import statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(db: None) -> Scene:
    with on("03-01T09:00"):
        return make_scene()


def post(scene: Scene, name: str, role: str = Role.REVIEWER, department: Department | None = None) -> User:
    user = make_user(name=name)
    make_post(user, department or scene.departments["lead"], role, starts_on=date(2025, 1, 1))
    return user


def people(case: Case) -> list[tuple[str, int]]:
    """What the page shows, after looking that it agrees with the sums of the whole."""
    held, shown = sums(case), view(case)
    assert sum(share.days for share in shown.people) <= held.get("window", 0) + held.get("department", 0)
    return [(share.label, share.days) for share in shown.people]


def taken(scene: Scene, by: User) -> Case:
    """Received and handed over on Monday 3 March, taken at once."""
    with on("03-03T10:00"):
        case = scene.received()
        accept(scene, case, hand_over=True)
        services.take_step(actor=scene.act(by), step=scene.step(case, "decide"))
    return case


def away(user: User, substitute: User, first: str, last: str) -> None:
    duties.enter_absence(
        actor=Actor(user), user=user, substitute=substitute, starts_on=date.fromisoformat(f"2025-{first}"),
        ends_on=date.fromisoformat(f"2025-{last}"), kind="annual",
    )  # fmt: skip


def stand_ins(moments: Sequence[str]) -> list[tuple[int, int, int]]:
    found = []
    for moment in moments:
        with on(moment):
            done = duties.run_stand_ins()
            found.append((len(done.handed), len(done.returned), len(done.fallen)))
    return found


def give(scene: Scene, case: Case, to: User | None, moment: str, *, clock: object = None) -> None:
    with on(moment):
        duties.hand_over(
            actor=Actor.system(), clock_id=clock or scene.step(case, "decide").clock_id,
            to_user_id=to.pk if to else None, cause="reassignment", note="改派",
        )  # fmt: skip


def test_leave_lends_whole_days_and_gives_them_back(scene: Scene) -> None:
    substitute = post(scene, "顶岗王")
    case = taken(scene, scene.reviewer)
    with on("03-05T15:00"):
        away(scene.reviewer, substitute, "03-06", "03-11")
    assert stand_ins(["03-06T00:10", "03-11T10:00", "03-12T00:10"]) == [(1, 0, 0), (0, 0, 0), (0, 1, 0)]
    with on("03-14T10:00"):
        # 4, 5 · 6, 7, 10, 11 · 12, 13, 14
        assert people(case) == [(str(scene.reviewer), 5), ("顶岗王", 4)]
        assert sums(case) == {"department": 9}


def test_who_comes_back_earlier_has_his_own_days_from_the_next_one(scene: Scene) -> None:
    substitute = post(scene, "顶岗王")
    case = taken(scene, scene.reviewer)
    with on("03-06T09:00"):
        away(scene.reviewer, substitute, "03-06", "03-14")
        duties.run_stand_ins()
    with on("03-10T14:00"):
        duties.end_absence_early(actor=Actor(scene.reviewer), absence=scene.reviewer.absences.get())
        duties.run_stand_ins()
    with on("03-12T10:00"):
        # 4, 5 · 6, 7, 10 · 11, 12
        assert people(case) == [(str(scene.reviewer), 4), ("顶岗王", 3)]


def test_a_reassigned_day_is_that_of_whoever_had_it_in_the_morning(scene: Scene) -> None:
    second = post(scene, "审核乙")
    case = taken(scene, scene.reviewer)
    give(scene, case, second, "03-06T15:00")
    with on("03-10T10:00"):
        assert people(case) == [(str(scene.reviewer), 3), ("审核乙", 2)]
    give(scene, case, None, "03-10T15:00")
    with on("03-12T10:00"):
        # Back with the post: nobody's by name, still the department's.
        assert people(case) == [(str(scene.reviewer), 3), ("审核乙", 2)]
        assert sums(case) == {"department": 7}


def test_what_nobody_had_taken_counts_from_being_given(scene: Scene) -> None:
    with on("03-03T10:00"):
        case = scene.received()
        accept(scene, case, hand_over=True)
    give(scene, case, scene.reviewer, "03-05T10:00")
    with on("03-07T10:00"):
        assert people(case) == [(str(scene.reviewer), 2)]


def test_two_people_of_one_name_stay_two(scene: Scene) -> None:
    second = post(scene, str(scene.reviewer))
    case = taken(scene, scene.reviewer)
    give(scene, case, second, "03-05T15:00")
    with on("03-10T10:00"):
        assert people(case) == [(str(scene.reviewer), 3), (str(scene.reviewer), 2)]


def test_a_proposal_that_waits_is_on_nobodys_desk_and_comes_back_to_the_receiver(scene: Scene) -> None:
    second = post(scene, "审核乙")
    case = taken(scene, scene.reviewer)
    step = scene.step(case, "decide")
    with on("03-05T10:00"):  # 4, 5
        services.propose_decision(actor=scene.act(scene.reviewer), step=step, decision="granted")
    give(scene, case, second, "03-06T10:00")
    with on("03-07T10:00"):
        services.send_back(actor=scene.act(scene.approver), step=step, text="请补充依据")
    with on("03-11T10:00"):  # 10, 11
        assert people(case) == [(str(scene.reviewer), 2), ("审核乙", 2)]
        assert sums(case) == {"department": 6}


def test_the_clerk_is_followed_in_both_duties_of_the_window(scene: Scene) -> None:
    with on("03-03T10:00"):
        case = scene.received()
    with on("03-04T10:00"):
        correct(scene, case)
    with on("03-05T10:00"):  # applicant: 5
        answer(scene, case)
    give(scene, case, scene.colleague, "03-06T15:00", clock=scene.fresh(case).clock_id)  # clerk: 6
    with on("03-10T10:00"):  # colleague: 7, 10
        accept(scene, case, hand_over=True)
        services.propose_decision(actor=scene.act(scene.reviewer), step=scene.step(case, "decide"), decision="granted")
        services.approve_proposal(actor=scene.act(scene.approver), step=scene.step(case, "decide"))
    give(scene, case, scene.clerk, "03-11T15:00", clock=scene.fresh(case).clock_id)  # colleague: 11
    with on("03-13T10:00"):  # clerk: 12, 13
        assert people(case) == [("窗口孙", 3), ("窗口钱", 3)]
        assert sums(case) == {"window": 7, "applicant": 1}


def test_who_is_reminded_of_the_decision_is_not_the_clerk(scene: Scene) -> None:
    with on("03-03T10:00"):
        case = scene.received()
        accept(scene, case)
    give(scene, case, scene.reviewer, "03-04T10:00", clock=scene.fresh(case).clock_id)
    with on("03-06T10:00"):
        assert people(case) == [(str(scene.clerk), 3)]


def test_as_many_queries_however_often_it_was_passed_on(scene: Scene) -> None:
    quiet, busy = taken(scene, scene.reviewer), taken(scene, scene.reviewer)
    one, two = post(scene, "审核乙"), post(scene, "审核丙")
    for moment, to in (("03-05T10:00", one), ("03-06T10:00", two), ("03-07T10:00", scene.reviewer)):
        give(scene, busy, to, moment)
    with on("03-10T10:00"):
        rows = [Case.objects.select_related("window").get(pk=case.pk) for case in (quiet, busy)]
        costs = [statements(lambda row=row: holding.view_of(row, [])) for row in rows]
    assert costs == [6, 6]


def test_hand_overs_of_another_case_are_left_out(scene: Scene) -> None:
    second = post(scene, "审核乙")
    case, other = taken(scene, scene.reviewer), taken(scene, scene.reviewer)
    give(scene, other, second, "03-05T10:00")
    with on("03-07T10:00"):
        assert people(case) == [(str(scene.reviewer), 4)]
