"""Who held a case on which days: cases played by the real services through days that are past."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import Department, Role, User
from approvals import holding, services
from approvals.holding import HoldingView
from approvals.models import Case
from common.time import pretend
from deadlines import calendars, sweep
from deadlines import services as deadlines
from deadlines.models import Clock, ClockKind
from tests.approvals.scene import PARALLEL, Scene, make_scene
from tests.factories.accounts import make_department, make_post, make_user
from tests.queries import statements

pytestmark = pytest.mark.django_db

ZONE = ZoneInfo("Asia/Shanghai")


def on(text: str) -> AbstractContextManager[None]:
    """March 2025 begins on a Saturday: the 3rd, 10th, 17th and 24th are Mondays."""
    return pretend(datetime.fromisoformat(f"2025-{text}").replace(tzinfo=ZONE))


@pytest.fixture
def scene(db: None) -> Scene:
    """The scene as of the days that these cases are played in."""
    with on("03-01T09:00"):
        return make_scene()


@contextmanager
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def correct(scene: Scene, case: Case) -> None:
    """A notice for one paper."""
    row = case.materials.all()[0]
    services.check_materials(actor=scene.act(scene.clerk), case=case, findings={row.pk: ("wrong", "缺少公章")})
    again = "补充材料又缺页" if case.notices.exists() else ""
    services.send_correction(actor=scene.act(scene.clerk), case=case, reason_again=again)


def answer(scene: Scene, case: Case) -> None:
    scene.add_file(case.materials.all()[0].material)
    services.resubmit_case(actor=scene.act(scene.owner), case=case)


def accept(scene: Scene, case: Case, *, hand_over: bool = False) -> None:
    scene.mark_complete(case)
    services.accept_case(actor=scene.act(scene.clerk), case=case, hand_over=hand_over)


def complete(scene: Scene, case: Case, code: str, department: str) -> None:
    step = scene.step(case, code)
    services.complete_review(actor=scene.act(scene.reviewers[department]), step=step, agrees=True, text="同意")


def view(case: Case) -> HoldingView:
    fresh = Case.objects.select_related("window").get(pk=case.pk)
    return holding.view_of(fresh, holding.clocks_of(fresh))


def sums(case: Case) -> dict[str, int]:
    fresh = Case.objects.select_related("window").get(pk=case.pk)
    held = holding.case_holding(fresh)
    story = holding.story_of(fresh)
    first, last = (moment.astimezone(ZONE).date() for moment in (story.start, story.end))
    assert sum(held.by_category.values()) == len(held.days) == calendars.current().count(first, last)
    return held.by_category


@pytest.fixture
def played(scene: Scene) -> Case:
    """Corrected twice, accepted, reviewed in parallel with a special procedure, decided and delivered."""
    with on("03-03T10:00"):
        case = scene.received(steps=PARALLEL)
    with on("03-04T10:00"):  # window: 4
        correct(scene, case)
    with on("03-07T10:00"):  # applicant: 5, 6, 7
        answer(scene, case)
    with on("03-10T10:00"):  # window: 10
        correct(scene, case)
    with on("03-11T10:00"):  # applicant: 11
        answer(scene, case)
    with on("03-12T10:00"):  # window: 12
        accept(scene, case)
    with on("03-13T10:00"):  # window: 13
        services.hand_over_case(actor=scene.act(scene.clerk), case=case)
    with on("03-14T10:00"):  # a, b, c in parallel: 14
        services.take_step(actor=scene.act(scene.reviewers["planning"]), step=scene.step(case, "b"))
        complete(scene, case, "a", "lead")
        deadlines.stop_clock(
            actor=scene.act(scene.reviewers["planning"]), clock_id=scene.step(case, "b").clock_id,
            ground="expert_review", reason="方案评审", planned_days=2,
        )  # fmt: skip
    with on("03-18T10:00"):  # special: 17, 18
        deadlines.resume_clock(
            actor=scene.act(scene.reviewers["planning"]), clock_id=scene.step(case, "b").clock_id
        )  # fmt: skip
        complete(scene, case, "c", "city")
    with on("03-20T10:00"):  # b alone: 19, 20
        complete(scene, case, "b", "planning")
    with on("03-24T10:00"):  # lead decides: 21, 24
        step = scene.step(case, "decide")
        services.propose_decision(actor=scene.act(scene.reviewer), step=step, decision="granted")
        services.approve_proposal(actor=scene.act(scene.approver), step=scene.step(case, "decide"))
    with on("03-26T10:00"):  # window: 25, 26
        services.issue_decision(actor=scene.act(scene.clerk), case=scene.fresh(case), way="online")
    return scene.fresh(case)


def test_every_day_of_a_whole_way(scene: Scene, played: Case) -> None:
    assert sums(played) == {"window": 6, "applicant": 4, "department": 5, "special": 2}
    with english():
        shown = view(played)
    assert (shown.total, shown.ended) == (17, True)
    assert [(share.label, share.days) for share in shown.shares] == [
        ("Applicant", 4), ("Window", 6), ("Departments", 5), ("Special procedure", 2),
    ]  # fmt: skip
    names = {code: Department.objects.get(code=code).name_en for code in ("lead", "planning", "city")}
    departments, special = shown.shares[2], shown.shares[3]
    # A day in parallel is one of each department.
    assert {part.label: part.days for part in departments.parts} == {
        names["lead"]: 3, names["planning"]: 3, names["city"]: 1,
    }  # fmt: skip
    assert [(part.label, part.days) for part in special.parts] == [("Expert review", 2)]


def test_only_people_who_had_taken_it_are_named(scene: Scene, played: Case) -> None:
    people = {share.label: share.days for share in view(played).people}
    # The clerk from the first notice on, without what lay with the applicant: 10, 12, 13, 25, 26;
    # the reviewer of "planning" from taking the step on, without the special procedure: 19, 20.
    assert people == {str(scene.clerk): 5, str(scene.reviewers["planning"]): 2}


def test_no_queries_per_step_or_notice(scene: Scene, played: Case) -> None:
    with on("03-03T10:00"):
        quiet = Case.objects.select_related("window").get(pk=scene.received().pk)
    busy = Case.objects.select_related("window").get(pk=played.pk)
    assert statements(lambda: holding.case_holding(quiet)) == statements(lambda: holding.case_holding(busy)) == 6


def test_a_case_that_waits_counts_up_to_now(scene: Scene) -> None:
    with on("03-03T10:00"):
        case = scene.received()
    with on("03-03T15:00"):
        assert sums(case) == {}
        assert view(case).total == 0
    with on("03-04T10:00"):
        correct(scene, case)
    with on("03-12T10:00"):
        assert sums(case) == {"window": 1, "applicant": 6}


def test_deemed_acceptance_moves_nobodys_days(scene: Scene) -> None:
    with on("03-03T10:00"):
        case = scene.received()
    with on("03-12T10:00"):
        sweep.run()
        case = scene.fresh(case)
        assert case.deemed_accepted
        assert case.accepted_at.astimezone(ZONE).date().isoformat() == "2025-03-03"
    with on("03-14T10:00"):
        services.hand_over_case(actor=scene.act(scene.clerk), case=case)
    with on("03-18T10:00"):
        # 4–14 March at the window, 17 and 18 in the department.
        assert sums(case) == {"window": 9, "department": 2}


@pytest.mark.parametrize("how", ["withdrawn", "not accepted"])
def test_an_early_end_stops_the_count(scene: Scene, how: str) -> None:
    with on("03-03T10:00"):
        case = scene.received()
    if how == "withdrawn":
        with on("03-05T10:00"):
            correct(scene, case)
        with on("03-07T10:00"):
            services.withdraw_case(actor=scene.act(scene.owner), case=case)
        expected = {"window": 2, "applicant": 2}
    else:
        with on("03-07T10:00"):
            services.not_accept_case(actor=scene.act(scene.clerk), case=case, reason="不属于本机关职权范围")
        expected = {"window": 4}
    with on("03-20T10:00"):
        assert sums(case) == expected
        assert view(case).ended


def test_steps_called_off_end_with_the_case(scene: Scene) -> None:
    with on("03-03T10:00"):
        case = scene.received(steps=PARALLEL)
        accept(scene, case, hand_over=True)
    with on("03-05T10:00"):
        services.withdraw_case(actor=scene.act(scene.owner), case=case)
    with on("03-20T10:00"):
        assert sums(case) == {"department": 2}


def test_a_proposal_sent_back_is_on_the_same_desk_again(scene: Scene) -> None:
    with on("03-03T10:00"):
        case = scene.received()
        accept(scene, case, hand_over=True)
        services.take_step(actor=scene.act(scene.reviewer), step=scene.step(case, "decide"))
    with on("03-05T10:00"):  # reviewer: 4, 5
        services.propose_decision(
            actor=scene.act(scene.reviewer), step=scene.step(case, "decide"), decision="granted"
        )  # fmt: skip
    with on("03-07T10:00"):  # waits for approval: 6, 7
        services.send_back(actor=scene.act(scene.approver), step=scene.step(case, "decide"), text="请补充依据")
    with on("03-11T10:00"):  # reviewer: 10, 11
        assert {one.label: one.days for one in view(case).people} == {str(scene.reviewer): 4}
        assert sums(case) == {"department": 6}


def test_a_breach_stays_and_says_who_held_the_case(scene: Scene) -> None:
    with on("03-03T10:00"):
        case = scene.received()
        accept(scene, case)
    with on("03-11T10:00"):  # window: 4–11 of the ten promised days
        services.hand_over_case(actor=scene.act(scene.clerk), case=case)
    with on("03-24T10:00"):
        step = scene.step(case, "decide")
        services.propose_decision(actor=scene.act(scene.reviewer), step=step, decision="granted")
        services.approve_proposal(actor=scene.act(scene.approver), step=scene.step(case, "decide"))
        services.issue_decision(actor=scene.act(scene.clerk), case=scene.fresh(case), way="online")
    with on("04-15T10:00"), english():
        shown = view(case)
    found = {breach.clock.kind: breach for breach in shown.breaches}
    assert set(found) == {ClockKind.DECISION, ClockKind.STEP}
    decision = found[ClockKind.DECISION]
    assert decision.at.astimezone(ZONE).date().isoformat() == "2025-03-17"
    lead = scene.departments["lead"].name_en
    assert [(run.dates, run.days, run.label, run.holders) for run in decision.runs] == [
        ("4–11 March", 6, "Window", ""), ("12–17 March", 4, "Departments", lead),
    ]  # fmt: skip
    assert [(share.label, share.days) for share in decision.shares] == [("Window", 6), ("Departments", 4)]


def test_a_late_step_is_not_excused_by_the_special_procedure_of_another(scene: Scene) -> None:
    with on("03-03T10:00"):
        case = scene.received(steps=PARALLEL)
        accept(scene, case, hand_over=True)
    stopped, late = scene.step(case, "b"), scene.step(case, "a")
    with on("03-04T10:00"):
        deadlines.stop_clock(
            actor=scene.act(scene.reviewers["planning"]), clock_id=stopped.clock_id, ground="hearing", reason="听证",
            planned_days=9,
        )  # fmt: skip
    with on("03-20T10:00"), english():
        found = {breach.clock.pk: breach for breach in view(case).breaches}
    assert stopped.clock_id not in found
    (run,) = found[late.clock_id].runs
    assert (run.label, run.holders, run.days) == ("Departments", late.department.name_en, late.days)


def test_a_breach_shows_before_the_sweep_has_stamped_it(scene: Scene) -> None:
    with on("03-03T10:00"):
        case = scene.received()
    with on("03-04T10:00"):
        assert view(case).breaches == []
    with on("03-05T10:00"), english():
        (breach,) = view(case).breaches
        assert breach.clock.breached_at is None
        assert [(run.dates, run.days, run.label) for run in breach.runs] == [("4 March", 1, "Window")]


@pytest.fixture
def leader(scene: Scene) -> User:
    user = make_user(name="主任吴")
    make_post(user, make_department("office", kind=Department.Kind.HALL), Role.LEADER)
    return user


def test_pages_show_it(client: Client, scene: Scene, played: Case, leader: User) -> None:
    for user, url in ((leader, f"/leader/cases/{played.number}/"), (scene.clerk, f"/desk/cases/{played.number}/")):
        client.force_login(user)
        text = client.get(url).content.decode()
        for words in ("各方用时", "合计 17 个工作日", "专家评审", "为什么是这一天"):
            assert words in text, words


def test_links_to_the_day_by_day_page(client: Client, scene: Scene, leader: User) -> None:
    with on("03-03T10:00"):
        case = scene.reviewing()
    step = scene.step(case, "decide")
    client.force_login(scene.reviewer)
    text = client.get(f"/review/steps/{step.pk}/").content.decode()
    assert f"/clocks/{step.clock_id}/" in text
    assert f"/clocks/{case.clock_id}/" in text
    client.force_login(leader)
    assert f"/clocks/{step.clock_id}/" in client.get("/leader/overdue/").content.decode()


def test_the_pages_cost_the_same_for_many_steps(client: Client, scene: Scene, leader: User) -> None:
    one, many = scene.reviewing(), scene.reviewing(steps=PARALLEL)
    client.force_login(leader)
    client.get(f"/leader/cases/{one.number}/")
    costs = {statements(lambda case=case: client.get(f"/leader/cases/{case.number}/")) for case in (one, many)}
    assert len(costs) == 1


def test_the_applicant_reads_the_short_table(client: Client, scene: Scene) -> None:
    with on("03-03T10:00"):
        case = scene.reviewing()
    with on("03-05T10:00"):
        deadlines.stop_clock(
            actor=scene.act(scene.reviewer), clock_id=case.clock_id, ground="hearing", reason="听证", planned_days=3
        )
    client.force_login(scene.owner)
    with on("03-06T10:00"):
        text = client.get(f"/cases/{case.number}/").content.decode()
    for words in ("3月4日–5日", "第 1–2 天", "特别程序：听证，不计", "时限已停止计算", "自 2025-03-05 起停止计时"):
        assert words in text, words
    # The departments' own affairs stay inside.
    assert "/clocks/" not in text
    assert client.get(f"/clocks/{case.clock_id}/").status_code == 404


def test_who_sees_which_clocks_of_a_case(scene: Scene) -> None:
    case = scene.reviewing(steps=PARALLEL)
    received = scene.received()
    mine = Clock.objects.of_subject("approvals.case", case.pk)
    assert mine.count() == 5

    def kinds(user: User, case: Case) -> list[str]:
        seen = Clock.objects.visible_to(user).of_subject("approvals.case", case.pk)
        return sorted(seen.values_list("kind", flat=True))

    def inside(user: User, case: Case) -> int:
        return Clock.objects.visible_inside_to(user).of_subject("approvals.case", case.pk).count()

    main, everything = ["acceptance", "decision"], ["acceptance", "decision", "step", "step", "step"]
    outsider = make_user()
    make_post(outsider, make_department(), Role.REVIEWER)
    assert (kinds(scene.owner, case), inside(scene.owner, case)) == (main, 0)
    for user in (scene.clerk, *scene.reviewers.values(), scene.approver, scene.head):
        assert (kinds(user, case), inside(user, case)) == (everything, 5)
    for user in (make_user(), outsider):
        assert (kinds(user, case), inside(user, case)) == ([], 0)
    # What the window has not handed over is no department's affair.
    assert kinds(scene.reviewer, received) == []
    assert kinds(scene.owner, received) == ["acceptance"]
