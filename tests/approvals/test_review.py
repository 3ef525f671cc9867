"""The departments' list and screen: who sees what, every act through the page, what is refused."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from approvals import services
from approvals.models import Opinion, Step
from common.time import now
from deadlines.models import Clock
from tests.approvals.scene import ONE_STEP, PARALLEL, Scene
from tests.factories.accounts import make_post, make_user
from tests.factories.files import PDF, PNG
from tests.queries import CaptureQueriesContext

pytestmark = pytest.mark.django_db

REVIEW = "/review/"


@pytest.fixture
def reviewer(scene: Scene, client: Client) -> Client:
    client.force_login(scene.reviewer)
    return client


def url(step: Step, act: str = "") -> str:
    return reverse("approvals:step_act", args=[step.pk, act]) if act else reverse("approvals:step", args=[step.pk])


def post(client: Client, step: Step, act: str, **values: Any) -> Any:
    prefix = {"send-back": "back"}.get(act, act)
    named = {f"{prefix}-{name}": value for name, value in values.items() if name != "seen"}
    return client.post(url(step, act), {**named, **({"seen": values["seen"]} if "seen" in values else {})})


def listed(client: Client, query: str = "") -> list[int]:
    return [step.pk for step in client.get(f"{REVIEW}{query}").context["page_obj"].object_list]


def counts(client: Client) -> dict[str, int]:
    return {item["url"].split("tab=")[1]: item["count"] for item in client.get(REVIEW).context["tabs"]}


# Who sees what


@pytest.mark.parametrize("who", ["owner", "clerk"])
def test_only_departments_have_the_list(scene: Scene, client: Client, who: str) -> None:
    client.force_login(getattr(scene, who))
    assert client.get(REVIEW).status_code == 403


def test_other_departments_and_firms_find_no_such_step(scene: Scene, client: Client) -> None:
    step = scene.step(scene.reviewing(), "decide")
    for stranger in (scene.reviewers["city"], scene.owner, make_user()):
        client.force_login(stranger)
        assert client.get(url(step)).status_code == 404
    client.force_login(scene.reviewers["city"])
    assert post(client, step, "take").status_code == 404
    client.logout()
    assert client.get(url(step)).status_code == 302


def test_nothing_reaches_the_department_before_the_hand_over(scene: Scene, reviewer: Client) -> None:
    step = scene.step(scene.accepted(), "decide")
    assert reviewer.get(url(step)).status_code == 404
    assert counts(reviewer) == {"open": 0, "mine": 0, "approval": 0, "done": 0}


def test_clerk_looks_but_does_not_act(scene: Scene, client: Client) -> None:
    step = scene.step(scene.reviewing(), "decide")
    client.force_login(scene.clerk)
    assert client.get(url(step)).status_code == 200
    assert post(client, step, "propose", decision="granted").status_code == 403


def test_unknown_act_is_not_found(scene: Scene, reviewer: Client) -> None:
    step = scene.step(scene.reviewing(), "decide")
    assert post(reviewer, step, "explode").status_code == 404
    assert reviewer.get(url(step, "take"))["Location"] == url(step)


# The list


def test_tabs_count_what_they_list(scene: Scene, reviewer: Client) -> None:
    case = scene.reviewing(steps=PARALLEL)
    services.complete_review(actor=scene.act(scene.reviewer), step=scene.step(case, "a"), agrees=True)
    taken = scene.step(scene.reviewing(), "decide")
    services.take_step(actor=scene.act(scene.reviewer), step=taken)
    scene.proposed()
    scene.step(scene.reviewing(), "decide")
    assert counts(reviewer) == {"open": 2, "mine": 2, "approval": 1, "done": 1}
    for tab, count in counts(reviewer).items():
        assert len(listed(reviewer, f"?tab={tab}")) == count


def test_the_most_urgent_comes_first_and_filters_narrow(scene: Scene, reviewer: Client) -> None:
    steps = [scene.step(scene.reviewing(), "decide") for _ in range(3)]
    for days, step in zip((2, -1, 1), steps, strict=True):
        Clock.objects.filter(pk=step.clock_id).update(
            due_at=now() + timedelta(days=days), lawful_due_at=now() + timedelta(days=9)
        )
    assert listed(reviewer) == [steps[1].pk, steps[2].pk, steps[0].pk]
    assert listed(reviewer, "?light=red") == [steps[1].pk]
    assert listed(reviewer, f"?q={steps[0].case.number}") == [steps[0].pk]
    assert listed(reviewer, f"?q={steps[2].case.project.name}") == [steps[2].pk]
    assert listed(reviewer, f"?matter={steps[0].case.matter_id}") == [steps[0].pk]


def test_fifty_rows_cost_what_one_costs(scene: Scene, reviewer: Client) -> None:
    matter = scene.matter(steps=ONE_STEP, papers=())

    def cost(rows: int) -> int:
        while matter.cases.count() < rows:
            (case,) = services.submit_application(actor=scene.act(scene.owner), application=scene.draft(matter))
            services.accept_case(actor=scene.act(scene.clerk), case=case, hand_over=True)
        with CaptureQueriesContext(connection) as captured:
            assert reviewer.get(REVIEW).status_code == 200
        return len(captured)

    cost(1)
    one = cost(1)
    assert cost(25) == one
    assert one <= 14


# Acts


def test_taking(scene: Scene, reviewer: Client) -> None:
    step = scene.step(scene.reviewing(), "decide")
    assert post(reviewer, step, "take")["Location"] == url(step)
    assert scene.step(step.case, "decide").handler == scene.reviewer
    reviewer.force_login(scene.head)
    assert post(reviewer, step, "take").status_code == 409


def test_opinion_with_several_files(scene: Scene, reviewer: Client) -> None:
    case = scene.reviewing(steps=PARALLEL)
    step = scene.step(case, "a")
    files = [SimpleUploadedFile("意见.pdf", PDF), SimpleUploadedFile("现场.png", PNG)]
    response = post(reviewer, step, "opinion", agrees="no", text="消防通道不足", attachments=files, seen="open")
    assert response["Location"] == REVIEW
    opinion = Opinion.objects.get(step=step)
    assert (opinion.kind, sorted(opinion.files.values_list("name", flat=True))) == ("object", ["意见.pdf", "现场.png"])
    screen = reviewer.get(url(scene.step(case, "a"))).content.decode()
    assert "消防通道不足" in screen
    assert "现场.png" in screen


def test_objection_without_reasons_and_wrong_files_are_told_at_the_field(scene: Scene, reviewer: Client) -> None:
    step = scene.step(scene.reviewing(steps=PARALLEL), "a")
    response = post(reviewer, step, "opinion", agrees="no", text="")
    assert (response.status_code, list(response.context["opinion_form"].errors)) == (400, ["text"])
    bad = SimpleUploadedFile("x.pdf", b"MZ not a pdf")
    response = post(reviewer, step, "opinion", agrees="no", text="写了很久的意见", attachments=[bad])
    assert (response.status_code, list(response.context["opinion_form"].errors)) == (400, ["attachments"])
    assert "写了很久的意见" in response.content.decode()
    assert not Opinion.objects.exists()
    assert post(reviewer, step, "opinion").status_code == 400


def test_propose_then_a_second_person_approves(scene: Scene, reviewer: Client) -> None:
    step = scene.step(scene.reviewing(), "decide")
    assert post(reviewer, step, "propose", decision="refused", reason="").status_code == 400
    response = post(reviewer, step, "propose", decision="refused", reason="不符合规划", seen="open")
    assert response["Location"] == REVIEW
    own = reviewer.get(url(step)).context["rights"]
    assert (own["own_proposal"], own["approve"]) == (True, False)
    assert post(reviewer, step, "approve", seen="proposed").status_code == 403
    reviewer.force_login(scene.approver)
    assert reviewer.get(url(step)).context["rights"]["approve"]
    assert post(reviewer, step, "approve", text="同意", seen="proposed").status_code == 302
    case = scene.fresh(step.case)
    assert (case.status, case.decision, case.decision_reason) == ("decided", "refused", "不符合规划")


def test_an_approver_who_proposed_sees_why_not(scene: Scene, reviewer: Client) -> None:
    make_post(scene.reviewer, scene.departments["lead"], Role.APPROVER)
    step = scene.proposed()
    text = reviewer.get(url(step)).content.decode()
    assert url(step, "approve") not in text
    assert "alert-yellow" in text


def test_sending_back_wants_words(scene: Scene, reviewer: Client) -> None:
    step = scene.proposed()
    reviewer.force_login(scene.approver)
    assert post(reviewer, step, "send-back", text="").status_code == 400
    assert post(reviewer, step, "send-back", text="请补充", seen="proposed")["Location"] == url(step)
    assert scene.step(step.case, "decide").status == "open"


def test_asking_the_window(scene: Scene, reviewer: Client) -> None:
    step = scene.step(scene.reviewing(), "decide")
    assert post(reviewer, step, "ask", text="").status_code == 400
    assert post(reviewer, step, "ask", text="请核对原件").status_code == 302
    assert "请核对原件" in reviewer.get(url(step)).content.decode()


def test_stale_page_is_told_and_the_words_survive(scene: Scene, reviewer: Client) -> None:
    case = scene.reviewing(steps=PARALLEL)
    step = scene.step(case, "a")
    services.complete_review(actor=scene.act(scene.head), step=step, agrees=True)
    response = post(reviewer, step, "opinion", agrees="no", text="写了很久的意见", seen="open")
    assert response.status_code == 409
    assert "写了很久的意见" in response.content.decode()
    assert Opinion.objects.count() == 1


def test_every_state_has_its_screen(scene: Scene, reviewer: Client) -> None:
    case = scene.reviewing(steps=PARALLEL)
    assert reviewer.get(url(scene.step(case, "decide"))).status_code == 200
    for step in (scene.proposed(), scene.step(scene.decided(), "decide")):
        assert reviewer.get(url(step)).status_code == 200
    services.withdraw_case(actor=scene.act(scene.owner), case=case)
    assert reviewer.get(url(scene.step(case, "a"))).status_code == 200


def test_case_address_leads_each_role_to_its_side(scene: Scene, client: Client) -> None:
    case = scene.reviewing(steps=PARALLEL)
    address = reverse("approvals:case", args=[case.number])
    client.force_login(scene.clerk)
    assert client.get(address)["Location"] == reverse("approvals:desk_case", args=[case.number])
    client.force_login(scene.reviewers["city"])
    assert client.get(address)["Location"] == url(scene.step(case, "c"))
    client.force_login(scene.owner)
    assert client.get(address).status_code == 200
