"""Joint review: one session, one set of opinions."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Role
from approvals import services
from approvals.models import Case, Opinion, ReviewSession, Step
from common.errors import InvalidInput, NotAllowed, Stale, TransitionNotAllowed
from common.time import now
from documents.models import Document
from tests.approvals.scene import Scene
from tests.approvals.session_scene import KIND, called, speak, together
from tests.factories.accounts import make_department, make_post, make_user
from tests.queries import statements

pytestmark = pytest.mark.django_db
__all__ = ["together"]


def test_calling_asks_every_department_once(scene: Scene, together: list[Case]) -> None:
    session = called(scene, together)
    assert [case.pk for case in session.cases.order_by("pk")] == [case.pk for case in together]
    asked = list(session.opinions.values_list("department__code", "agrees"))
    assert sorted(asked) == [("city", None), ("lead", None), ("planning", None)]


def test_one_of_a_kind_is_open_at_a_time(scene: Scene, together: list[Case]) -> None:
    called(scene, together)
    with pytest.raises(Stale):
        called(scene, together)


def test_one_case_alone_is_no_joint_review(scene: Scene, together: list[Case]) -> None:
    services.withdraw_case(actor=scene.act(scene.owner), case=together[0])
    with pytest.raises(InvalidInput) as wrong:
        called(scene, together)
    assert list(wrong.value.errors) == ["cases"]


def test_never_in_the_past(scene: Scene, together: list[Case]) -> None:
    with pytest.raises(InvalidInput) as wrong:
        services.call_session(
            actor=scene.act(scene.reviewer), application=together[0].application, code=KIND,
            meets_at=now() - timedelta(hours=1),
        )  # fmt: skip
    assert list(wrong.value.errors) == ["meets_at"]


def test_a_consulted_department_cannot_call(scene: Scene, together: list[Case]) -> None:
    with pytest.raises(NotAllowed):
        services.call_session(actor=scene.act(scene.reviewers["city"]), application=together[0].application, code=KIND)


def test_reviews_inside_are_not_done_alone(scene: Scene, together: list[Case]) -> None:
    session = called(scene, together)
    step = scene.step(together[0], "b")
    with pytest.raises(TransitionNotAllowed):
        services.complete_review(actor=scene.act(scene.reviewers["planning"]), step=step, agrees=True)
    services.cancel_session(actor=scene.act(scene.reviewer), session=session, reason="改期")
    services.complete_review(actor=scene.act(scene.reviewers["planning"]), step=step, agrees=True)
    assert scene.step(together[0], "b").status == Step.Status.DONE


def test_closing_gives_each_opinion_to_every_review(scene: Scene, together: list[Case]) -> None:
    session = called(scene, together)
    speak(scene, session, "lead")
    speak(scene, session, "planning", text="红线退让满足要求")
    speak(scene, session, "city", agrees=False, text="消防车道宽度不足")
    services.close_session(actor=scene.act(scene.reviewer), session=session, summary="修改后实施")
    for case in together:
        statuses = dict(case.steps.values_list("code", "status"))
        assert statuses == {"a": "done", "b": "done", "c": "done", "decide": "open"}
        said = Opinion.objects.filter(step__case=case).order_by("step__position").values_list("kind", "text", "author")
        assert list(said) == [
            ("agree", "", scene.reviewers["lead"].pk),
            ("agree", "红线退让满足要求", scene.reviewers["planning"].pk),
            ("object", "消防车道宽度不足", scene.reviewers["city"].pk),
        ]
    paper = Document.objects.get(kind="approvals.session_opinion")
    assert paper.data["points"] == [
        "lead局：同意。", "planning局：同意。红线退让满足要求", "city局：不同意。消防车道宽度不足",
    ]  # fmt: skip


def test_an_opinion_may_change_until_the_end(scene: Scene, together: list[Case]) -> None:
    session = called(scene, together)
    speak(scene, session, "city", agrees=False, text="图纸不全")
    speak(scene, session, "city")
    assert list(session.opinions.filter(department__code="city").values_list("agrees", "text")) == [(True, "")]


def test_nobody_closes_while_a_department_is_silent(scene: Scene, together: list[Case]) -> None:
    session = called(scene, together)
    speak(scene, session, "lead")
    with pytest.raises(InvalidInput) as wrong:
        services.close_session(actor=scene.act(scene.reviewer), session=session, summary="同意")
    assert list(wrong.value.errors) == ["opinions"]
    assert ReviewSession.objects.get().status == ReviewSession.Status.OPEN


def test_only_the_lead_closes_and_only_once(scene: Scene, together: list[Case]) -> None:
    session = called(scene, together)
    for code in scene.departments:
        speak(scene, session, code)
    with pytest.raises(NotAllowed):
        services.close_session(actor=scene.act(scene.reviewers["city"]), session=session, summary="同意")
    services.close_session(actor=scene.act(scene.reviewer), session=session, summary="同意")
    with pytest.raises(Stale):
        services.close_session(actor=scene.act(scene.reviewer), session=session, summary="同意")
    with pytest.raises(Stale):
        speak(scene, session, "city")


def test_a_case_that_was_withdrawn_meanwhile_stops_nobody(scene: Scene, together: list[Case]) -> None:
    session = called(scene, together)
    for code in scene.departments:
        speak(scene, session, code)
    services.withdraw_case(actor=scene.act(scene.owner), case=together[1])
    services.close_session(actor=scene.act(scene.reviewer), session=session, summary="同意")
    assert scene.step(together[0], "decide").status == Step.Status.OPEN
    assert set(together[1].steps.values_list("status", flat=True)) == {Step.Status.CANCELLED}


# Pages


def page(client: Client, user: object, address: str) -> object:
    client.force_login(user)
    return client.get(address)


def test_from_the_board_to_the_closed_session(scene: Scene, together: list[Case], client: Client) -> None:
    board = f"/applications/{together[0].application_id}/board/"
    assert f"/sessions/{KIND}/" in page(client, scene.reviewer, board).content.decode()
    response = client.post(f"/applications/{together[0].application_id}/sessions/{KIND}/", {"place": "三楼会议室"})
    session = ReviewSession.objects.get()
    assert (response.status_code, response.url) == (302, f"/sessions/{session.pk}/")
    for code, department in scene.departments.items():
        client.force_login(scene.reviewers[code])
        name = f"opinion-{department.pk}"
        client.post(f"{response.url}opinions/{department.pk}/", {f"{name}-agrees": "yes", f"{name}-text": ""})
    client.force_login(scene.reviewer)
    client.post(f"{response.url}close/", {"summary": "同意通过"})
    text = client.get(response.url).content.decode()
    assert "同意通过" in text
    assert ReviewSession.objects.get().status == ReviewSession.Status.CLOSED


def test_an_objection_without_words_comes_back(scene: Scene, together: list[Case], client: Client) -> None:
    session = called(scene, together)
    department = scene.departments["city"]
    client.force_login(scene.reviewers["city"])
    response = client.post(
        f"/sessions/{session.pk}/opinions/{department.pk}/", {f"opinion-{department.pk}-agrees": "no"}
    )
    assert response.status_code == 400
    assert session.opinions.get(department=department).agrees is None


def test_strangers_and_firms_find_nothing(scene: Scene, together: list[Case], client: Client) -> None:
    session = called(scene, together)
    assert page(client, scene.owner, f"/sessions/{session.pk}/").status_code == 403
    stranger = make_user()
    make_post(stranger, make_department("elsewhere"), Role.REVIEWER)
    assert page(client, stranger, f"/sessions/{session.pk}/").status_code == 404
    assert page(client, stranger, f"/applications/{together[0].application_id}/board/").status_code == 404


def test_the_board_costs_the_same_for_many_cases(scene: Scene, client: Client) -> None:
    few = services.submit_application(actor=scene.act(scene.owner), application=scene.draft(scene.matter()))
    many = services.submit_application(
        actor=scene.act(scene.owner), application=scene.draft(*(scene.matter() for _ in range(6)))
    )
    client.force_login(scene.clerk)
    counts = [
        statements(lambda cases=cases: client.get(f"/applications/{cases[0].application_id}/board/"))
        for cases in (few, many)
    ]
    assert counts[0] == counts[1]
