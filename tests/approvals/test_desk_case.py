"""The window's screen for a case: every act through the page, what is refused, what survives."""

import base64
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from approvals import services
from approvals.models import Case
from enterprises.models import Enterprise
from ledger.selectors import timeline
from tests.approvals.scene import PARALLEL, Scene
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.enterprises import make_credit_code
from tests.factories.files import PNG

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(scene: Scene, client: Client) -> Client:
    client.force_login(scene.clerk)
    return client


def url(case: Case, name: str = "case") -> str:
    return reverse(f"approvals:desk_{name}", args=[case.number])


def findings(case: Case, verdict: str = "complete", remark: str = "") -> dict[str, str]:
    values = {}
    for row in case.materials.all():
        values |= {f"verdict-{row.pk}": verdict, f"remark-{row.pk}": remark}
    return values


@pytest.mark.parametrize("status", Case.Status.values)
def test_every_status_has_its_screen(scene: Scene, clerk: Client, status: str) -> None:
    case = scene.in_state(status)
    response = clerk.get(url(case))
    assert response.status_code == 200
    assert case.number in response.content.decode()


def test_unknown_number_is_not_found(scene: Scene, clerk: Client) -> None:
    assert clerk.get("/desk/cases/BJ20260000000/").status_code == 404


@pytest.mark.parametrize("name", ["check", "not_accept", "hand_over", "issue", "sign", "national_code"])
def test_going_back_to_the_address_of_an_act_shows_the_case(scene: Scene, clerk: Client, name: str) -> None:
    case = scene.received()
    assert clerk.get(url(case, name))["Location"] == url(case)


def test_accept_and_hand_over_in_one_go(scene: Scene, clerk: Client) -> None:
    case = scene.received()
    response = clerk.post(url(case, "check"), {**findings(case), "seen": "received", "act": "hand_over"})
    assert (response.status_code, response["Location"]) == (302, url(case))
    assert scene.fresh(case).status == "reviewing"
    entry = timeline(case).get(act="case.accepted")
    assert (entry.actor, entry.on_behalf_of) == (scene.clerk, "")


def test_accept_then_hand_over(scene: Scene, clerk: Client) -> None:
    case = scene.received()
    clerk.post(url(case, "check"), {**findings(case), "seen": "received", "act": "accept"})
    assert scene.fresh(case).status == "accepted"
    clerk.post(url(case, "hand_over"), {"seen": "accepted"})
    assert scene.fresh(case).status == "reviewing"


def test_wrong_without_words_is_told_at_the_field_and_nothing_is_saved(scene: Scene, clerk: Client) -> None:
    case = scene.received()
    first, second, _third = case.materials.all()
    values = {f"verdict-{first.pk}": "wrong", f"verdict-{second.pk}": "wrong", f"remark-{second.pk}": "缺少公章"}
    response = clerk.post(url(case, "check"), {**values, "seen": "received"})
    assert response.status_code == 400
    form = response.context["check_form"]
    assert list(form.errors) == [f"remark-{first.pk}"]
    assert form[f"remark-{second.pk}"].value() == "缺少公章"
    assert "缺少公章" in response.content.decode()
    assert not case.materials.exclude(verdict="").exists()


def test_accepting_with_something_open_is_refused_and_findings_stay_typed(scene: Scene, clerk: Client) -> None:
    case = scene.received()
    first, second, third = case.materials.all()
    values = {f"verdict-{first.pk}": "complete", f"verdict-{second.pk}": "complete", "act": "hand_over"}
    response = clerk.post(url(case, "check"), {**values, "seen": "received"})
    assert response.status_code == 400
    assert list(response.context["check_form"].errors) == [f"verdict-{third.pk}"]
    assert response.context["check_form"][f"verdict-{first.pk}"].value() == "complete"
    assert scene.fresh(case).status == "received"


def test_correction_shows_everything_before_it_goes_out(scene: Scene, clerk: Client) -> None:
    case = scene.received()
    values = findings(case, "wrong", "缺少公章")
    response = clerk.post(url(case, "check"), {**values, "seen": "received", "act": "correct"})
    assert response["Location"] == url(case, "correction")
    preview = clerk.get(url(case, "correction"))
    assert preview.content.decode().count("缺少公章") >= 3
    sent = clerk.post(url(case, "correction"), {"items": "另缺委托书\n\n  另缺身份证明 ", "seen": "received"})
    assert sent["Location"] == url(case)
    notice = case.notices.get()
    assert [item["text"] for item in notice.items] == ["缺少公章"] * 3 + ["另缺委托书", "另缺身份证明"]
    assert clerk.get(url(case, "correction"))["Location"] == url(case)


def test_empty_correction_is_refused(scene: Scene, clerk: Client) -> None:
    case = scene.received()
    response = clerk.post(url(case, "correction"), {"items": "", "seen": "received"})
    assert (response.status_code, list(response.context["form"].errors)) == (400, ["items"])


def test_second_notice_asks_for_its_reason(scene: Scene, clerk: Client) -> None:
    case = scene.correcting()
    listed = case.notices.get().items[0]["material"]
    scene.add_file(case.application.materials.get(pk=listed))
    services.resubmit_case(actor=scene.act(scene.owner), case=case)
    response = clerk.post(url(case, "correction"), {"items": "又缺一项", "reason_again": " ", "seen": "received"})
    assert (response.status_code, list(response.context["form"].errors)) == (400, ["reason_again"])
    assert response.context["form"]["items"].value() == "又缺一项"
    clerk.post(url(case, "correction"), {"items": "又缺一项", "reason_again": "新材料矛盾", "seen": "received"})
    assert case.notices.count() == 2


def test_not_accepting_tells_why(scene: Scene, clerk: Client) -> None:
    case = scene.received()
    assert clerk.post(url(case, "not_accept"), {"reason": "", "seen": "received"}).status_code == 400
    clerk.post(url(case, "not_accept"), {"reason": "不属于本机关职权范围", "seen": "received"})
    assert scene.fresh(case).not_accepted_reason == "不属于本机关职权范围"


def test_stale_page_is_told_and_the_words_survive(scene: Scene, clerk: Client) -> None:
    case = scene.received()
    scene.mark_complete(case)
    services.accept_case(actor=scene.act(scene.colleague), case=case)
    response = clerk.post(url(case, "not_accept"), {"reason": "写了很久的理由", "seen": "received"})
    assert response.status_code == 409
    assert "写了很久的理由" in response.content.decode()
    assert scene.fresh(case).status == "accepted"
    response = clerk.post(url(case, "correction"), {"items": "写了很久的清单", "seen": "received"})
    assert response.status_code == 409
    assert "写了很久的清单" in response.content.decode()
    stale = {**findings(case, "wrong", "写了很久的意见"), "seen": "received"}
    response = clerk.post(url(case, "check"), stale)
    assert response.status_code == 409
    assert "写了很久的意见" in response.content.decode()


def test_second_press_of_accept_is_stale(scene: Scene, clerk: Client) -> None:
    case = scene.received()
    values = {**findings(case), "seen": "received", "act": "hand_over"}
    assert clerk.post(url(case, "check"), values).status_code == 302
    assert clerk.post(url(case, "check"), values).status_code == 409


def test_national_code_is_entered_at_the_window(scene: Scene, clerk: Client) -> None:
    case = scene.received(needs_project_code=True)
    assert "code_form" in clerk.get(url(case)).context
    response = clerk.post(url(case, "check"), {**findings(case), "seen": "received", "act": "accept"})
    assert response.status_code == 400
    assert clerk.post(url(case, "national_code"), {"national_code": "123"}).status_code == 400
    assert clerk.post(url(case, "national_code"), {"national_code": "2511-130300-04-01-123456"}).status_code == 302
    clerk.post(url(case, "check"), {**findings(case), "seen": "received", "act": "accept"})
    assert scene.fresh(case).status == "accepted"


def test_question_is_answered_on_the_screen(scene: Scene, clerk: Client) -> None:
    case = scene.reviewing(steps=PARALLEL)
    questions = [
        services.ask_window(actor=scene.act(scene.reviewer), step=scene.step(case, "a"), text=text) for text in "一二"
    ]
    field = f"question-{questions[1].pk}-answer"
    address = reverse("approvals:desk_answer", args=[questions[1].pk])
    response = clerk.post(address, {field: ""})
    assert response.status_code == 400
    assert [bool(form.errors) for _question, form in response.context["questions"]] == [False, True]
    assert clerk.post(address, {field: "已核实"}).status_code == 302
    assert clerk.post(address, {field: "再答"}).status_code == 409
    questions[1].refresh_from_db()
    assert questions[1].answer == "已核实"


def test_issue_online_delivers(scene: Scene, clerk: Client) -> None:
    case = scene.decided()
    assert clerk.post(url(case, "issue"), {"seen": "decided"}).status_code == 400
    clerk.post(url(case, "issue"), {"way": "online", "seen": "decided"})
    assert scene.fresh(case).status == "delivered"


def sign(client: Client, case: Case, **values: Any) -> Any:
    return client.post(url(case, "sign"), {"signed_name": "赵六", "seen": "issued", **values})


def test_counter_wants_name_and_signature(scene: Scene, clerk: Client) -> None:
    case = scene.issued()
    response = sign(clerk, case, signed_name="")
    assert response.status_code == 400
    assert set(response.context["sign_form"].errors) == {"signed_name", "signature"}


def test_counter_takes_a_drawn_signature(scene: Scene, clerk: Client) -> None:
    case = scene.issued()
    drawn = "data:image/png;base64," + base64.b64encode(PNG).decode()
    assert sign(clerk, case, signature=drawn).status_code == 302
    delivery = scene.fresh(case).delivery
    assert (delivery.signed_name, delivery.signature.content_type) == ("赵六", "image/png")
    assert clerk.get(url(case)).status_code == 200


def test_counter_takes_a_photo(scene: Scene, clerk: Client) -> None:
    case = scene.issued()
    photo = SimpleUploadedFile("receipt.png", PNG, content_type="image/png")
    assert sign(clerk, case, signature_file=photo).status_code == 302
    assert scene.fresh(case).status == "delivered"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"signature": "data:text/html;base64,PGI+"}, "signature"),
        ({"signature": "data:image/png;base64,!!!"}, "signature"),
        ({"signature_file": SimpleUploadedFile("x.png", b"MZ not a picture")}, "signature_file"),
    ],
)
def test_counter_refuses_what_is_no_signature(scene: Scene, clerk: Client, values: Any, field: str) -> None:
    case = scene.issued()
    response = sign(clerk, case, **values)
    assert (response.status_code, list(response.context["sign_form"].errors)) == (400, [field])
    assert response.context["sign_form"]["signed_name"].value() == "赵六"


# Walk-in


def test_walk_in_by_code_leads_straight_to_the_firm(scene: Scene, clerk: Client) -> None:
    project = scene.project()
    firm = reverse("approvals:walk_in_firm", args=[scene.enterprise.pk])
    response = clerk.get(reverse("approvals:walk_in"), {"q": scene.enterprise.credit_code.lower()})
    assert response["Location"] == firm
    assert reverse("approvals:project", args=[project.pk]) in clerk.get(firm).content.decode()


def test_walk_in_by_name_offers_what_fits(scene: Scene, clerk: Client) -> None:
    response = clerk.get(reverse("approvals:walk_in"), {"q": scene.enterprise.name[:6]})
    assert [firm.pk for firm in response.context["found"]] == [scene.enterprise.pk]


def test_walk_in_registers_an_unknown_firm(scene: Scene, clerk: Client) -> None:
    code = make_credit_code(4711)
    found = clerk.get(reverse("approvals:walk_in"), {"q": code}).content.decode()
    register = reverse("approvals:walk_in_register")
    assert f"{register}?q={code}" in found
    values = {"credit_code": code, "name": "新来有限公司", "legal_representative": "钱七"}
    response = clerk.post(register, {**values, "credit_code": code[:-1] + "0"})
    assert (response.status_code, list(response.context["form"].errors)) == (400, ["credit_code"])
    response = clerk.post(register, values)
    firm = Enterprise.objects.get(credit_code=code)
    assert response["Location"] == reverse("approvals:walk_in_firm", args=[firm.pk])
    assert timeline(firm).get(act="enterprise.registered").actor == scene.clerk
    assert clerk.post(register, values).status_code in (400, 409)


def test_draft_begun_at_the_window_is_found_again(scene: Scene, clerk: Client) -> None:
    project = scene.project()
    response = clerk.post(reverse("approvals:apply", args=[project.pk]))
    draft = project.applications.get()
    assert response["Location"] == reverse("approvals:matters", args=[draft.pk])
    assert (draft.channel, draft.created_by) == ("window", scene.clerk)
    again = clerk.get(reverse("approvals:walk_in")).content.decode()
    assert reverse("approvals:application", args=[draft.pk]) in again


# For the applicant who stands at the window


def test_corrections_are_taken_in_at_the_window(scene: Scene, clerk: Client) -> None:
    case = scene.correcting()
    correct = reverse("approvals:correct", args=[case.number])
    assert correct in clerk.get(url(case)).content.decode()
    assert clerk.get(correct).status_code == 200
    scene.add_file(case.application.materials.get(pk=case.notices.get().items[0]["material"]))
    assert clerk.post(correct, {"remark": "窗口补交", "seen": "correcting"}).status_code == 302
    entry = timeline(case).get(act="case.resubmitted")
    assert (entry.actor, entry.on_behalf_of) == (scene.clerk, scene.enterprise.name)


def test_withdrawal_is_recorded_as_done_for_the_firm(scene: Scene, clerk: Client) -> None:
    case = scene.received()
    withdraw = reverse("approvals:withdraw", args=[case.number])
    assert withdraw in clerk.get(url(case)).content.decode()
    clerk.post(withdraw, {"reason": "书面申请撤回", "seen": "received"})
    assert scene.fresh(case).status == "withdrawn"
    assert timeline(case).get(act="case.withdrawn").on_behalf_of == scene.enterprise.name
    assert withdraw not in clerk.get(url(case)).content.decode()


def test_ids_on_the_screen_are_single(scene: Scene, clerk: Client) -> None:
    for status in Case.Status.values:
        ids = re.findall(r'\bid="([^"]+)"', clerk.get(url(scene.in_state(status))).content.decode())
        assert len(ids) == len(set(ids)), status


def test_a_head_sees_what_he_is_told_of_before_it_reaches_his_department(scene: Scene, client: Client) -> None:
    """The window's head from receipt on, the lead department's from acceptance on; no other head."""
    heads = {}
    case = scene.received()
    for name, department in (("window", case.window), ("lead", case.department), ("other", make_department())):
        heads[name] = make_user(f"{name}-head")
        make_post(heads[name], department, Role.HEAD)

    def seen() -> list[str]:
        return [name for name, head in heads.items() if Case.objects.visible_to(head).filter(pk=case.pk).exists()]

    assert seen() == ["window"]
    scene.mark_complete(case)
    services.accept_case(actor=scene.act(scene.clerk), case=case)
    assert seen() == ["window", "lead"]
    client.force_login(heads["window"])
    assert client.get(f"/leader/cases/{case.number}/").status_code == 200
    client.force_login(heads["other"])
    assert client.get(f"/leader/cases/{case.number}/").status_code == 404
