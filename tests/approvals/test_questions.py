"""A department's question to the window has a limit of its own: four working hours, on the hall's opening hours."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from accounts.models import Department, Role, User
from approvals import services
from approvals.models import Case, WindowQuestion
from common.errors import HallError, Stale
from deadlines import services as duties
from deadlines import sweep
from deadlines.models import Clock, ClockKind, FiredRung
from notifications.models import Message
from tests.approvals.scene import PARALLEL, Scene, make_scene
from tests.approvals.test_holding import ZONE, accept, on
from tests.factories.accounts import make_department, make_post, make_user
from tests.queries import statements

pytestmark = pytest.mark.django_db

DESK = reverse("approvals:desk")


@pytest.fixture
def scene(db: None) -> Scene:
    with on("03-01T09:00"):
        return make_scene()


@pytest.fixture
def director(db: None) -> User:
    user = make_user(name="大厅主任")
    make_post(user, make_department("hall", kind=Department.Kind.HALL), Role.DIRECTOR, starts_on=date(2025, 1, 1))
    return user


@pytest.fixture
def case(scene: Scene) -> Case:
    with on("03-03T10:00"):
        case = scene.received(steps=PARALLEL)
        accept(scene, case, hand_over=True)
    return scene.fresh(case)


def ask(scene: Scene, case: Case, code: str = "a", text: str = "请核对原件") -> WindowQuestion:
    reviewer = {"a": "lead", "b": "planning", "c": "city", "decide": "lead"}[code]
    return services.ask_window(
        actor=scene.act(scene.reviewers[reviewer]), step=scene.step(case, code), text=text
    )  # fmt: skip


def clock_of(question: WindowQuestion) -> Clock:
    fresh = WindowQuestion.objects.select_related("clock").get(pk=question.pk)
    assert fresh.clock is not None
    return fresh.clock


def told(template: str, link: str) -> set[str]:
    rows = Message.objects.filter(template=template, channel="inapp", link=link)
    return {str(row.recipient) for row in rows}


def test_asked_on_friday_at_four_it_is_due_on_monday_at_eleven(
    client: Client, scene: Scene, case: Case, director: User
) -> None:
    """From the real view to the real sweep. The hall is open until 17:30 and from 8:30: an hour and a half, two and
    a half."""
    step = scene.step(case, "b")
    client.force_login(scene.reviewers["planning"])
    with on("03-07T16:00"):
        answer = client.post(reverse("approvals:step_act", args=[step.pk, "ask"]), {"ask-text": "请核对原件"})
    assert answer.status_code == 302
    question = WindowQuestion.objects.get(step=step)
    clock = clock_of(question)
    assert (clock.kind, clock.unit, clock.promised, clock.lawful) == ("internal_question", "workhour", 4, None)
    assert (clock.subject, clock.department, clock.role, clock.handler) == (
        ("approvals.case", case.pk), scene.window, "clerk", scene.clerk,
    )  # fmt: skip
    assert clock.due_at == datetime(2025, 3, 10, 11, 0, tzinfo=ZONE)
    assert clock.link == f"/desk/cases/{case.number}/#question-{question.pk}"

    def swept(moment: str) -> list[str]:
        with on(moment):
            sweep.run()
        return list(FiredRung.objects.filter(clock=clock).order_by("id").values_list("code", flat=True))

    assert swept("03-10T09:59") == []
    assert swept("03-10T10:00") == ["warn"]
    assert swept("03-10T11:00") == ["warn"]
    assert swept("03-10T11:01") == ["warn", "overdue"]
    assert told("clock.overdue", clock.link) == {str(scene.clerk)}
    client.force_login(scene.clerk)
    with on("03-10T14:00"):
        text = client.get(f"/desk/cases/{case.number}/").content.decode()
        article = text.split(f'id="question-{question.pk}"')[1].split("</article>")[0]
        assert "light-red" in article
        assert "2025年3月10日 11:00" in article
        sent = client.post(
            reverse("approvals:desk_answer", args=[question.pk]), {f"question-{question.pk}-answer": "已核对"}
        )  # fmt: skip
    assert sent.status_code == 302
    clock.refresh_from_db()
    assert (clock.outcome, clock.breached_at) == ("late", clock.due_at)
    assert clock.finished_at == datetime(2025, 3, 10, 14, 0, tzinfo=ZONE)
    assert swept("03-20T10:00") == ["warn", "overdue"]


def test_answered_in_time(scene: Scene, case: Case) -> None:
    with on("03-04T09:00"):
        question = ask(scene, case)
    with on("03-04T11:00"):
        services.answer_question(actor=scene.act(scene.clerk), question=question, answer="已核对")
    assert (clock_of(question).outcome, clock_of(question).breached_at) == ("met", None)


def complete(scene: Scene, case: Case) -> None:
    """The step that asked."""
    services.complete_review(actor=scene.act(scene.reviewer), step=scene.step(case, "a"), agrees=True, text="同意")


def withdraw(scene: Scene, case: Case) -> None:
    services.withdraw_case(actor=scene.act(scene.owner), case=case)


@pytest.mark.parametrize(("act", "left"), [(complete, {"b"}), (withdraw, set())])
def test_it_falls_away_with_the_step_that_asked(
    scene: Scene, case: Case, act: Callable[[Scene, Case], None], left: set[str]
) -> None:
    with on("03-04T09:00"):
        asked = {code: ask(scene, case, code) for code in ("a", "b")}
        answered = ask(scene, case, "a")
        services.answer_question(actor=scene.act(scene.clerk), question=answered, answer="已核对")
    with on("03-04T10:00"):
        act(scene, case)
    assert {code for code, question in asked.items() if clock_of(question).is_open} == left
    outcomes = {code: clock_of(question).outcome for code, question in asked.items() if code not in left}
    assert set(outcomes.values()) == {"cancelled"}
    assert clock_of(answered).outcome == "met"


def test_what_was_late_stays_late_when_it_falls_away(scene: Scene, case: Case) -> None:
    with on("03-04T09:00"):
        question = ask(scene, case)
    with on("03-05T10:00"):
        complete(scene, case)
    clock = clock_of(question)
    assert (clock.outcome, clock.breached_at) == ("cancelled", clock.due_at)


def test_it_falls_away_with_the_decision_and_not_with_the_proposal(scene: Scene) -> None:
    with on("03-03T10:00"):
        case = scene.received()
        accept(scene, case, hand_over=True)
        question = ask(scene, case, "decide")
        services.propose_decision(actor=scene.act(scene.reviewer), step=scene.step(case, "decide"), decision="granted")
        assert clock_of(question).is_open
        services.approve_proposal(actor=scene.act(scene.approver), step=scene.step(case, "decide"))
    assert clock_of(question).outcome == "cancelled"


def test_it_falls_away_with_a_department_deemed_to_agree(scene: Scene) -> None:
    steps = [{**PARALLEL[0], "silence": "agree"}, {**PARALLEL[3], "needs": ["a"]}]
    source = {"law": "行政许可法", "articles": [45]}
    with on("03-03T10:00"):
        case = scene.received(steps=[{**steps[0], "silence_source": source}, steps[1]])
        accept(scene, case, hand_over=True)
    with on("03-05T17:00"):
        question = ask(scene, case)
    with on("03-06T00:10"):
        sweep.run()
    assert scene.step(case, "a").status == "done"
    assert clock_of(question).outcome == "cancelled"


def test_it_is_handed_on_and_the_clerk_of_the_case_stays(scene: Scene, case: Case, director: User) -> None:
    with on("03-04T09:00"):
        question = ask(scene, case)

        def give(to: User | None) -> None:
            duties.hand_over(
                actor=Actor(director), clock_id=clock_of(question).pk, to_user_id=to.pk if to else None,
                cause="reassignment", note="改派",
            )  # fmt: skip

        give(scene.colleague)
        assert (clock_of(question).handler, scene.fresh(case).clerk) == (scene.colleague, scene.clerk)
        elsewhere = make_user()
        make_post(elsewhere, make_department(kind=Department.Kind.WINDOW), Role.CLERK, starts_on=date(2025, 1, 1))
        give(elsewhere)
        give(None)
        assert clock_of(question).handler is None
        with pytest.raises(HallError):
            give(scene.reviewer)
        services.answer_question(actor=scene.act(scene.clerk), question=question, answer="已核对")
        with pytest.raises(Stale):
            give(scene.colleague)


def test_the_tab_shows_the_light_of_the_answer_the_most_urgent_first(client: Client, scene: Scene, case: Case) -> None:
    with on("03-03T10:00"):
        other = scene.received(steps=PARALLEL)
        accept(scene, other, hand_over=True)
    with on("03-04T09:00"):
        first = ask(scene, other)
    with on("03-04T10:00"):
        ask(scene, case, "b")
        later = ask(scene, other, "b")
    client.force_login(scene.clerk)

    def rows(moment: str) -> list[tuple[int, object]]:
        with on(moment):
            found = client.get(f"{DESK}?tab=questions").context["rows"]
        return [(row.pk, clock) for row, clock in found]

    assert [pk for pk, _clock in rows("03-04T11:00")] == [other.pk, case.pk]
    assert rows("03-04T11:00")[0][1] == clock_of(first)
    with on("03-04T11:30"):
        services.answer_question(actor=scene.act(scene.clerk), question=first, answer="已核对")
    assert dict(rows("03-04T11:40"))[other.pk] == clock_of(later)
    # Nobody waits for an answer to a step that is over.
    with on("03-04T14:00"):
        services.complete_review(
            actor=scene.act(scene.reviewers["planning"]), step=scene.step(case, "b"), agrees=True, text="同意"
        )
    assert [pk for pk, _clock in rows("03-04T14:10")] == [other.pk]


def test_the_tab_and_the_pages_cost_the_same_for_many_questions(client: Client, scene: Scene, case: Case) -> None:
    client.force_login(scene.clerk)
    urls = [f"{DESK}?tab=questions", f"/desk/cases/{case.number}/"]
    ask(scene, case)
    few = [statements(lambda url=url: client.get(url)) for url in urls for _ in range(2)][1::2]
    for code in ("a", "b", "c"):
        ask(scene, case, code)
    other = scene.reviewing(steps=PARALLEL)
    ask(scene, other, "c")
    assert [statements(lambda url=url: client.get(url)) for url in urls] == few


def test_who_sees_it(client: Client, scene: Scene, case: Case) -> None:
    with on("03-04T09:00"):
        clock = clock_of(ask(scene, case))
        leader = make_user()
        make_post(leader, make_department(kind=Department.Kind.HALL), Role.LEADER, starts_on=date(2025, 1, 1))
    for user, status in ((scene.clerk, 200), (scene.reviewers["city"], 200), (leader, 200), (scene.owner, 404)):
        client.force_login(user)
        assert client.get(f"/clocks/{clock.pk}/").status_code == status
    client.force_login(leader)
    with on("03-04T10:00"):
        text = client.get(f"/leader/cases/{case.number}/").content.decode()
    assert "向窗口询问" in text
    assert "2025年3月4日 14:30" in text
    assert Clock.objects.visible_to(scene.owner).filter(kind=ClockKind.INTERNAL_QUESTION).count() == 0
