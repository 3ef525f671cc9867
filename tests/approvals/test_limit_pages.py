"""Special procedures and extensions through the real pages: who may, what moves, who sees it."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from approvals import services
from approvals.models import Case, Step
from deadlines import sweep
from deadlines.models import Clock, Extension, FiredRung, Stop
from notifications.models import Message
from tests.approvals.march import MONDAY, at, due, lights, told
from tests.approvals.scene import ONE_STEP, PARALLEL, Scene
from tests.clock import HallClock
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.deadlines import day
from tests.queries import CaptureQueriesContext

pytestmark = pytest.mark.django_db

REASON = "专家意见分歧较大，需补充论证"
BEGIN = {"ground": "expert_review", "reason": "方案专家评审", "planned_days": "5"}


@pytest.fixture(autouse=True)
def _march(hall_clock: HallClock) -> None:
    hall_clock.set(MONDAY)


@pytest.fixture
def reviewer(scene: Scene, client: Client) -> Client:
    client.force_login(scene.reviewer)
    return client


@pytest.fixture
def case(scene: Scene) -> Case:
    return scene.reviewing()


@pytest.fixture
def step(scene: Scene, case: Case) -> Step:
    return scene.step(case, "decide")


def url(step: Step, act: str = "") -> str:
    return reverse("approvals:step_limit", args=[step.pk, act]) if act else reverse("approvals:step", args=[step.pk])


def post(client: Client, step: Step, act: str, *, seen: str = "open", **values: Any) -> Any:
    prefix = {"ask": "extend"}.get(act, act)
    plain = {name: values.pop(name) for name in ("extension", "approve") if name in values}
    return client.post(url(step, act), {"seen": seen, **plain, **{f"{prefix}-{k}": v for k, v in values.items()}})


def rights(client: Client, step: Step) -> set[str]:
    context = client.get(url(step)).context["limit_rights"]
    return {name for name, may in context.items() if may}


def ask_and(scene: Scene, step: Step, *, approve: bool | None = None) -> Extension:
    extension = services.ask_more_time(actor=scene.act(scene.reviewer), step=step, amount=5, reason=REASON)
    if approve is not None:
        services.decide_more_time(actor=scene.act(scene.head), extension=extension, approve=approve, remark="见附件")
    return extension


# Special procedures


def test_begun_and_ended_on_the_page_the_dates_move(
    scene: Scene, reviewer: Client, case: Case, step: Step, hall_clock: HallClock
) -> None:
    assert rights(reviewer, step) == {"begin", "ask"}
    hall_clock.set(at("2025-03-05T15:00"))
    assert post(reviewer, step, "begin", **BEGIN)["Location"] == url(step)
    assert (lights(case), due(case)) == (["stopped", "stopped"], ("2025-03-17", "2025-03-24"))
    page = reviewer.get(url(step))
    assert rights(reviewer, step) == {"end", "ask"}
    assert (page.context["rights"]["propose"], page.context["own_stop"].reason) == (False, "方案专家评审")
    assert "方案专家评审" in page.content.decode()
    hall_clock.set(at("2025-03-06T15:00"))
    assert post(reviewer, step, "end")["Location"] == url(step)
    assert (lights(case), due(case)) == (["green", "green"], ("2025-03-11", "2025-03-18"))
    assert rights(reviewer, step) == {"begin", "ask"}
    assert reviewer.get(url(step)).context["rights"]["propose"]


def test_what_is_missing_is_said_at_its_field_with_the_form_open(reviewer: Client, step: Step) -> None:
    page = post(reviewer, step, "begin", planned_days="0", reason="评审")
    assert page.status_code == 400
    assert set(page.context["begin_form"].errors) == {"ground", "planned_days"}
    assert '<details class="confirm" open>' in page.content.decode()
    assert Stop.objects.count() == 0


def test_back_dating_wants_a_reason_and_says_so_at_the_field(
    reviewer: Client, case: Case, step: Step, hall_clock: HallClock
) -> None:
    hall_clock.set(at("2025-03-06T15:00"))
    page = post(reviewer, step, "begin", **BEGIN, starts_at="2025-03-04T09:00")
    assert (page.status_code, list(page.context["begin_form"].errors)) == (400, ["late_reason"])
    page = post(reviewer, step, "begin", **BEGIN, starts_at="2025-03-07T09:00", late_reason="x")
    assert (page.status_code, list(page.context["begin_form"].errors)) == (400, ["starts_at"])
    assert post(reviewer, step, "begin", **BEGIN, starts_at="2025-03-04T09:00", late_reason="漏登").status_code == 302
    assert Stop.objects.get().starts_at == at("2025-03-04T09:00")
    page = post(reviewer, step, "end", ends_at="2025-03-05T09:00")
    assert (page.status_code, list(page.context["end_form"].errors)) == (400, ["late_reason"])
    assert post(reviewer, step, "end", ends_at="2025-03-05T09:00", late_reason="漏登").status_code == 302
    assert due(case)[0] == "2025-03-11"


def test_a_page_that_is_out_of_date_is_told_and_the_words_survive(scene: Scene, reviewer: Client, step: Step) -> None:
    services.propose_decision(actor=scene.act(scene.reviewer), step=step, decision="granted")
    page = post(reviewer, step, "begin", **BEGIN)
    assert page.status_code == 409
    assert "方案专家评审" in page.content.decode()
    assert post(reviewer, step, "end", seen="proposed").status_code == 409
    assert post(reviewer, step, "propose").status_code == 404


def test_proposing_from_an_old_page_while_it_stands_still_is_refused(reviewer: Client, step: Step) -> None:
    post(reviewer, step, "begin", **BEGIN)
    address = reverse("approvals:step_act", args=[step.pk, "propose"])
    page = reviewer.post(address, {"propose-decision": "granted", "seen": "open"})
    assert page.status_code == 409
    assert Step.objects.get(pk=step.pk).status == "open"


@pytest.mark.parametrize("act", ["begin", "end", "ask", "decide", "withdraw", "revoke"])
def test_strangers_find_no_such_step_and_the_window_may_not(scene: Scene, client: Client, step: Step, act: str) -> None:
    extension = ask_and(scene, step)
    values = {"extension": extension.pk, "approve": "yes"}
    for stranger in (scene.reviewers["city"], make_post(make_user(), make_department(), Role.HEAD).user):
        client.force_login(stranger)
        assert post(client, step, act, **values).status_code == 404
    for outside in (scene.clerk, scene.owner, make_user()):
        client.force_login(outside)
        assert post(client, step, act, **values).status_code == 403
    client.logout()
    assert post(client, step, act, **values).status_code == 302
    assert (Stop.objects.count(), Extension.objects.get().status) == (0, "asked")


def test_an_approver_sees_the_state_but_no_forms(scene: Scene, client: Client, step: Step) -> None:
    client.force_login(scene.approver)
    assert rights(client, step) == set()
    assert post(client, step, "begin", **BEGIN).status_code == 403
    assert client.get(url(step, "begin"))["Location"] == url(step)


def test_an_overlong_stop_begun_on_the_page_reminds_and_escalates(
    scene: Scene, reviewer: Client, step: Step, hall_clock: HallClock
) -> None:
    director = make_post(make_user(), make_department(kind="hall"), Role.DIRECTOR).user
    post(reviewer, step, "begin", **{**BEGIN, "planned_days": "1"})
    sweep.run(at("2025-03-04T23:00"))
    assert FiredRung.objects.count() == 0
    hall_clock.set(at("2025-03-20T09:00"))
    sweep.run(at("2025-03-20T09:00"))
    for template, user in (
        ("clock.stop_overlong", scene.reviewer),
        ("clock.stop_escalate_head", scene.head),
        ("clock.stop_escalate_director", director),
    ):
        found = Message.objects.filter(template=template, channel="inapp")
        assert [message.recipient for message in found.filter(link=url(step))] == [user]
    page = reviewer.get(url(step))
    assert page.context["own_stop"].is_overlong()
    assert "alert-yellow" in page.content.decode()


# Extensions


def test_asked_approved_and_taken_back_on_the_pages(scene: Scene, reviewer: Client, case: Case, step: Step) -> None:
    page = reviewer.get(url(step))
    assert page.context["extend_form"]["amount"].value() == 10
    assert post(reviewer, step, "ask", amount="11", reason=REASON).context["extend_form"].errors.keys() == {"amount"}
    assert post(reviewer, step, "ask", amount="5", reason="").context["extend_form"].errors.keys() == {"reason"}
    assert post(reviewer, step, "ask", amount="5", reason=REASON).status_code == 302
    extension = Extension.objects.get()
    assert rights(reviewer, step) == {"begin", "withdraw"}
    assert post(reviewer, step, "decide", extension=extension.pk, approve="yes").status_code == 403
    reviewer.force_login(scene.head)
    assert rights(reviewer, step) == {"begin", "decide"}
    page = post(reviewer, step, "decide", extension=extension.pk, approve="no")
    assert (page.status_code, list(page.context["decide_form"].errors)) == (400, ["remark"])
    assert post(reviewer, step, "decide", extension=extension.pk, approve="yes").status_code == 302
    assert due(case) == ("2025-03-17", "2025-03-24")
    assert rights(reviewer, step) == {"begin", "revoke"}
    page = post(reviewer, step, "revoke", extension=extension.pk, remark="")
    assert (page.status_code, list(page.context["revoke_form"].errors)) == (400, ["remark"])
    assert post(reviewer, step, "revoke", extension=extension.pk, remark="已核实完毕").status_code == 302
    assert due(case) == ("2025-03-10", "2025-03-17")
    html = reviewer.get(url(step)).content.decode()
    # Three times: under the heading of the limits, in the history in place of the reason of the request, in the notice.
    assert html.count("已核实完毕") == 3
    assert len(told(scene.owner, "approvals.ext")) == 2


def test_a_question_without_an_answer_says_so(scene: Scene, reviewer: Client, step: Step) -> None:
    question = services.ask_window(actor=scene.act(scene.reviewer), step=step, text="原件?")
    page = reviewer.get(url(step)).content.decode()
    article = page.split(f'id="question-{question.pk}"')[1].split("</article>")[0]
    assert ("None" in article, "待答复" in article) == (False, True)


def test_withdrawn_by_the_asker_the_head_comes_too_late(scene: Scene, reviewer: Client, step: Step) -> None:
    extension = ask_and(scene, step)
    assert post(reviewer, step, "withdraw", extension=extension.pk).status_code == 302
    reviewer.force_login(scene.head)
    assert post(reviewer, step, "decide", extension=extension.pk, approve="yes").status_code == 409
    other = scene.step(scene.reviewing(), "decide")
    for wrong in (ask_and(scene, other).pk, 10**30, "x", ""):
        assert post(reviewer, step, "decide", extension=wrong, approve="yes").status_code == 404


def test_once_run_out_nothing_is_offered_and_nothing_goes_through(
    reviewer: Client, step: Step, hall_clock: HallClock
) -> None:
    hall_clock.set(at("2025-04-01T09:00"))
    assert rights(reviewer, step) == {"begin", "too_late"}
    assert post(reviewer, step, "ask", amount="5", reason=REASON).status_code == 409
    assert Extension.objects.count() == 0


def test_the_head_finds_what_waits_on_the_desk(scene: Scene, client: Client, step: Step) -> None:
    first = ask_and(scene, step)
    client.force_login(scene.head)
    page = client.get("/review/")
    assert [one.pk for one in page.context["requests"]] == [first.pk]
    assert f"/cases/{step.case.number}/#limit" in page.content.decode()
    assert client.get(f"/cases/{step.case.number}/")["Location"] == url(step)
    for other in (scene.reviewer, scene.approver, make_post(make_user(), make_department(), Role.HEAD).user):
        client.force_login(other)
        assert client.get("/review/").context["requests"] == []


# What it costs


def test_the_desk_costs_the_same_with_many_requests(scene: Scene, client: Client) -> None:
    matter = scene.matter(steps=ONE_STEP, papers=())
    client.force_login(scene.head)

    def cost(rows: int) -> int:
        while Extension.objects.count() < rows:
            (case,) = services.submit_application(actor=scene.act(scene.owner), application=scene.draft(matter))
            services.accept_case(actor=scene.act(scene.clerk), case=case, hand_over=True)
            ask_and(scene, scene.step(case, "decide"))
        with CaptureQueriesContext(connection) as captured:
            assert len(client.get("/review/").context["requests"]) == rows
        return len(captured)

    cost(1)
    assert cost(1) == cost(6)


@pytest.mark.parametrize("who", ["step", "firm", "desk", "leader", "public"])
def test_pages_cost_the_same_however_often_it_stood_still(
    scene: Scene, client: Client, case: Case, step: Step, hall_clock: HallClock, who: str
) -> None:
    leader = make_post(make_user(), make_department(kind="hall"), Role.LEADER).user
    people = {"step": scene.reviewer, "firm": scene.owner, "desk": scene.clerk, "leader": leader}
    if who in people:
        client.force_login(people[who])
    address = {
        "step": url(step), "firm": f"/cases/{case.number}/", "desk": f"/desk/cases/{case.number}/",
        "leader": f"/leader/cases/{case.number}/", "public": f"/query/?number={case.number}&code={case.query_code}",
    }[who]  # fmt: skip

    def stop_and_go(day: int) -> None:
        hall_clock.set(at(f"2025-03-{day:02d}T10:00"))
        services.begin_special_procedure(
            actor=scene.act(scene.reviewer), step=step, ground="hearing", reason="听证", planned_days=1
        )
        services.end_special_procedure(actor=scene.act(scene.reviewer), step=step)

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    stop_and_go(4)
    cost()
    one = cost()
    for number in (5, 6, 7):
        stop_and_go(number)
    assert cost() == one


# What the others see


def test_firm_window_leader_and_public_see_why_it_stands_still(
    scene: Scene, client: Client, case: Case, step: Step
) -> None:
    leader = make_post(make_user(), make_department(kind="hall"), Role.LEADER).user
    services.begin_special_procedure(
        actor=scene.act(scene.reviewer), step=step, ground="appraisal", reason="结构安全鉴定", planned_days=3
    )
    for user, address in (
        (scene.owner, f"/cases/{case.number}/"),
        (scene.clerk, f"/desk/cases/{case.number}/"),
        (leader, f"/leader/cases/{case.number}/"),
    ):
        client.force_login(user)
        page = client.get(address)
        assert [stop.ground for stop in page.context["standing"].running] == ["appraisal"]
        text = page.content.decode()
        assert "light-stopped" in text
        assert "结构安全鉴定" in text
        notes = [item.get("note") for item in page.context["steps"] if item.get("note")]
        assert len(notes) == 1
        assert "2025" in notes[0]
    client.logout()
    found = client.get("/query/", {"number": case.number, "code": case.query_code}).context["found"]
    assert (found.light, found.stopped_on.isoformat(), found.resumes_on.isoformat()) == (
        "stopped", "2025-03-03", "2025-03-06",
    )  # fmt: skip
    assert found.special == str(Stop.objects.get().get_ground_display())


def test_after_an_extension_they_see_how_much_and_why(scene: Scene, client: Client, case: Case, step: Step) -> None:
    extension = ask_and(scene, step)
    client.force_login(scene.owner)
    address = f"/cases/{case.number}/"
    # What is only asked for stays inside.
    assert REASON not in client.get(address).content.decode()
    services.decide_more_time(actor=scene.act(scene.head), extension=extension, approve=True)
    page = client.get(address)
    assert REASON in page.content.decode()
    assert [row["value"].count("5") > 0 for row in page.context["limits"]] == [True, True]
    found = client.get("/query/", {"number": case.number, "code": case.query_code}).context["found"]
    assert (found.extended, found.extension_reason, found.due_on.isoformat()) == (5, REASON, "2025-03-24")


def test_why_this_date_leaves_out_what_stood_still_and_counts_what_was_added(
    scene: Scene, client: Client, case: Case, step: Step, hall_clock: HallClock
) -> None:
    hall_clock.set(at("2025-03-05T15:00"))
    reviewer = scene.act(scene.reviewer)
    services.begin_special_procedure(actor=reviewer, step=step, ground="hearing", reason="听证", planned_days=5)
    hall_clock.set(at("2025-03-07T15:00"))
    services.end_special_procedure(actor=reviewer, step=step)
    ask_and(scene, step, approve=True)
    client.force_login(scene.owner)
    runs = client.get(f"/cases/{case.number}/").context["why"]["runs"]
    assert (due(case)[1], runs[-1].last.isoformat(), runs[-1].ends) == ("2025-03-26", "2025-03-26", True)
    (stopped,) = [run for run in runs if run.first == day("2025-03-06")]
    assert (stopped.last, stopped.text, stopped.counted) == (day("2025-03-07"), "特别程序：听证，不计", "")


def test_steps_of_other_departments_may_stand_still_too(scene: Scene, client: Client) -> None:
    case = scene.reviewing(steps=PARALLEL)
    services.begin_special_procedure(
        actor=scene.act(scene.reviewers["city"]), step=scene.step(case, "c"), ground="testing", reason="检测",
        planned_days=2,
    )  # fmt: skip
    client.force_login(scene.reviewer)
    page = client.get(url(scene.step(case, "a")))
    assert (page.context["own_stop"], page.context["rights"]["opinion"]) == (None, True)
    assert len(page.context["standing"].running) == 1
    assert Clock.objects.get(pk=Case.objects.get(pk=case.pk).clock_id).light() == "stopped"
