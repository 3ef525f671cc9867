"""The pages: public site, window, departments, applicant, leaders. What a stranger sees, and what not."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Role
from approvals import services
from approvals.models import Application, Case, LaterCheck, Matter, Objection, PublicNotice
from approvals.services.committing import to_sign
from approvals.services.drafting import start_application
from approvals.views import applying
from common.time import now, today
from content import limiter
from tests.approvals.scene import COMMITMENT, NOTICE, PARALLEL, Scene
from tests.approvals.special.test_commitment import draft_of, find, granted, sign
from tests.approvals.special.test_public_notice import STRANGER, object_to
from tests.approvals.special.test_together import decide_all, issue, setup
from tests.clients import signed_in
from tests.factories.accounts import make_department, make_post, make_user
from tests.queries import statements

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh(empty_cache: None) -> None:
    """Counters of the throttle begin at nothing."""


@pytest.fixture
def case(scene: Scene) -> Case:
    return scene.published()


def leader() -> Any:
    user = make_user()
    make_post(user, make_department(), Role.LEADER)
    return user


def page_of(case: Case) -> str:
    return case.public_notice.get_absolute_url()


def close(case: Case) -> None:
    PublicNotice.objects.filter(case=case).update(closed_at=now())


def test_a_visitor_finds_the_notice_from_the_menu(client, case):
    # The front page reads what is offered, and the matters of the scene have no full content.
    Matter.objects.update(is_active=False)
    menu = client.get("/").content.decode()
    assert 'href="/public-notices/"' in menu
    listed = client.get("/public-notices/")
    assert page_of(case) in listed.content.decode()
    page = client.get(page_of(case))
    text = page.content.decode()
    assert case.enterprise.name in text
    assert 'class="segno"' in text
    assert "X-Robots-Tag" not in page.headers


@pytest.mark.parametrize(
    ("query", "found"), [("", 1), ("?state=open", 1), ("?state=closed", 0), ("?q=没有的企业", 0), ("?q=有限公司", 1)]
)
def test_the_list_is_narrowed_down(client, case, query, found):
    assert client.get(f"/public-notices/{query}").context["count"] == found


def test_lists_cost_the_same_for_many(client, scene, case):
    object_to(case)
    duties = signed_in(scene.reviewer)
    addresses = [(client, "/public-notices/"), (client, "/api/v1/public-notices/"), (duties, "/review/objections/")]
    checks = ["/review/later-checks/"]
    granted(scene)
    for one, address in [*addresses, (duties, checks[0])]:
        one.get(address)
    before = [statements(lambda one=one, a=a: one.get(a)) for one, a in [*addresses, (duties, checks[0])]]
    for _ in range(4):
        object_to(scene.published())
        granted(scene)
    after = [statements(lambda one=one, a=a: one.get(a)) for one, a in [*addresses, (duties, checks[0])]]
    assert before == after


def test_a_stranger_objects_and_keeps_a_receipt(client, scene, case):
    sent = client.post(page_of(case), STRANGER)
    objection = Objection.objects.get()
    assert sent["Location"] == f"/public-notices/objections/{objection.number}/{objection.code}/"
    receipt = client.get(sent["Location"])
    assert (receipt.status_code, receipt.headers["X-Robots-Tag"]) == (200, "noindex")
    assert STRANGER["text"] in receipt.content.decode()
    assert client.get(f"/public-notices/objections/{objection.number}/22222222/").status_code == 404
    settled = services.settle_objection(
        actor=scene.act(scene.reviewer), objection=objection, upheld=False, answer="货款已结清，见转账凭证。"
    )
    assert settled.answer in client.get(sent["Location"]).content.decode()


def test_nothing_personal_on_public_pages_or_the_firms(client, scene, case):
    object_to(case)
    pages = [
        client.get(page_of(case)), client.get("/public-notices/"), client.get("/api/v1/public-notices/"),
        client.get(f"/api/v1/public-notices/{case.public_notice.pk}/"),
        signed_in(scene.owner).get(f"/cases/{case.number}/"),
    ]  # fmt: skip
    for page in pages:
        assert page.status_code == 200
        assert [word for word in STRANGER.values() if word in page.content.decode()] == []
    assert pages[3].json()["objections"] == 1


def test_an_incomplete_objection_keeps_what_was_typed(client, case):
    page = client.post(page_of(case), {**STRANGER, "contact": ""})
    assert (page.status_code, STRANGER["text"] in page.content.decode()) == (400, True)
    assert not Objection.objects.exists()


def test_too_many_from_one_address(client, case):
    answers = [client.post(page_of(case), STRANGER, REMOTE_ADDR="203.0.113.9").status_code for _ in range(6)]
    assert answers == [302] * 5 + [429]
    assert client.post(page_of(case), STRANGER, REMOTE_ADDR="203.0.113.10").status_code == 302


def test_too_many_to_one_notice(client, case, monkeypatch):
    monkeypatch.setattr(limiter, "OBJECTIONS_TO_ONE", limiter.Limit("objection-notice", 2, 3600))
    addresses = [f"203.0.113.{number}" for number in range(3)]
    answers = [client.post(page_of(case), STRANGER, REMOTE_ADDR=address) for address in addresses]
    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 3600


def test_an_ended_notice_takes_none_and_is_not_indexed(client, case):
    close(case)
    page = client.get(page_of(case))
    assert (page.context["form"], page.headers["X-Robots-Tag"]) == (None, "noindex")
    assert client.post(page_of(case), STRANGER).status_code == 409
    assert not Objection.objects.exists()


def test_the_clerk_goes_from_the_check_over_the_preview_to_the_notice(scene):
    case, clerk = scene.received(notice=NOTICE), signed_in(scene.clerk)
    screen = clerk.get(f"/desk/cases/{case.number}/").content.decode()
    assert ('value="publish"' in screen, 'value="hand_over"' in screen) == (True, False)
    found = {f"verdict-{row.pk}": "complete" for row in case.materials.all()}
    found |= {f"remark-{row.pk}": "" for row in case.materials.all()}
    address = f"/desk/cases/{case.number}/publish/"
    sent = clerk.post(f"/desk/cases/{case.number}/check/", {**found, "act": "publish", "seen": "received"})
    assert sent["Location"] == address
    text = clerk.get(address).context["form"].initial["text"]
    preview = clerk.post(address, {"text": f"{text}\n补充说明。", "act": "preview", "seen": "received"})
    assert "补充说明。" in preview.context["preview"]
    assert scene.fresh(case).status == "received"
    clerk.post(address, {"text": f"{text}\n补充说明。", "act": "publish", "seen": "received"})
    assert scene.fresh(case).status == "published"
    assert "补充说明。" in PublicNotice.objects.get().text
    listed = clerk.get("/desk/?tab=notice").content.decode()
    assert (case.number in listed, "剩 20 个自然日" in listed) == (True, True)
    # The second of two clerks: told, and what he wrote is still there.
    late = clerk.post(address, {"text": f"{text}\n另外说明。", "act": "publish", "seen": "received"})
    assert (late.status_code, "另外说明。" in late.content.decode()) == (409, True)
    assert clerk.get(address)["Location"] == f"/desk/cases/{case.number}/"


@pytest.mark.parametrize("who", ["clerk", "reviewer", "owner", "leader"])
def test_the_case_shows_its_notice_to_every_role(scene, case, who):
    object_to(case)
    user = leader() if who == "leader" else getattr(scene, who)
    address = {"clerk": "/desk/cases/{}/", "owner": "/cases/{}/", "leader": "/leader/cases/{}/"}.get(who)
    if address is None:
        address, number = f"/review/objections/{Objection.objects.get().pk}/", ""
    else:
        number = case.number
    text = signed_in(user).get(address.format(number)).content.decode()
    assert page_of(case) in text


def test_the_department_finds_and_settles_an_objection(scene, case):
    objection = object_to(case)
    reviewer = signed_in(scene.reviewer)
    assert "/review/objections/" in reviewer.get("/review/").content.decode()
    assert objection.number in reviewer.get("/review/objections/").content.decode()
    address = objection.get_absolute_url()
    page = reviewer.get(address).content.decode()
    assert [word for word in STRANGER.values() if word not in page] == []
    assert reviewer.post(address, {"upheld": "no", "answer": "", "seen": "open"}).status_code == 400
    sent = reviewer.post(address, {"upheld": "no", "answer": "货款已结清。", "seen": "open"})
    assert sent["Location"] == "/review/objections/"
    again = reviewer.post(address, {"upheld": "yes", "answer": "货款未结清。", "seen": "open"})
    assert (again.status_code, "货款未结清。" in again.content.decode()) == (409, True)
    objection.refresh_from_db()
    assert objection.status == "dismissed"


def test_strangers_see_no_objection_and_no_check(scene, case):
    objection, check = object_to(case), granted(scene).later_check
    for address in (objection.get_absolute_url(), check.get_absolute_url()):
        assert signed_in(scene.owner).get(address).status_code == 403
        assert signed_in(scene.reviewers["city"]).get(address).status_code == 404
        assert Client().get(address).status_code == 302
        assert signed_in(leader()).get(address).status_code == 200


def commitment_page(scene: Scene) -> tuple[Client, Application, Any]:
    matter = scene.matter(commitment=COMMITMENT, steps=PARALLEL)
    application = start_application(actor=scene.act(scene.owner), project=scene.project())
    return signed_in(scene.owner), application, matter


def test_the_applicant_chooses_signs_and_submits(scene):
    firm, application, matter = commitment_page(scene)
    address = f"/applications/{application.pk}/"
    chosen = firm.get(f"{address}matters/").content.decode()
    assert f'name="by_commitment" value="{matter.code}"' in chosen
    assert "用地证明" in chosen
    firm.post(f"{address}matters/", {"matters": [matter.code], "by_commitment": [matter.code]})
    assert application.chosen.get().by_commitment
    for material in application.materials.all():
        scene.add_file(material)
    materials = firm.get(f"{address}materials/").content.decode()
    assert "用地证明" not in materials
    check = firm.get(f"{address}check/").content.decode()
    assert (COMMITMENT["text"] in check, "三、违反承诺的后果" in check) == (True, True)
    assert firm.post(f"{address}check/", {}).status_code == 400
    seen = [text for _row, text in to_sign(application)]
    sent = firm.post(
        f"{address}check/",
        {
            "conditions_signer": "业主赵",
            "conditions_agreed": "on",
            "conditions_seen": [t.replace("\n", "\r\n") for t in seen],
        },
    )
    assert sent["Location"] == f"{address}submitted/"
    assert Case.objects.get().by_commitment


def test_the_second_click_on_a_commitment_leads_to_the_receipt(scene, monkeypatch):
    """It waited for the first one's lock and read the draft before."""
    firm, application, matter = commitment_page(scene)
    address = f"/applications/{application.pk}/"
    firm.post(f"{address}matters/", {"matters": [matter.code], "by_commitment": [matter.code]})
    for material in application.materials.all():
        scene.add_file(material)
    sign(scene, application)
    services.submit_application(actor=scene.act(scene.owner), application=application)
    monkeypatch.setattr(applying, "application_to_act_on", lambda *_args: (application, scene.act(scene.owner)))
    monkeypatch.setattr(applying, "unsigned", lambda _application: [matter])
    application.status = Application.Status.DRAFT
    assert firm.post(f"{address}check/", {})["Location"] == f"{address}submitted/"
    assert Case.objects.count() == 1


def test_a_barred_firm_is_told_on_the_page(scene):
    find(scene, granted(scene), "fail")
    firm, application, matter = commitment_page(scene)
    page = firm.get(f"/applications/{application.pk}/matters/").content.decode()
    assert f'name="by_commitment" value="{matter.code}"' not in page
    refused = firm.post(
        f"/applications/{application.pk}/matters/", {"matters": [matter.code], "by_commitment": [matter.code]}
    )
    assert refused.status_code == 400


def test_the_department_checks_later_from_its_menu(scene):
    case = granted(scene)
    check, reviewer = case.later_check, signed_in(scene.reviewer)
    assert "/review/later-checks/" in reviewer.get("/review/").content.decode()
    assert case.number in reviewer.get("/review/later-checks/").content.decode()
    assert case.number not in reviewer.get("/review/later-checks/?light=red").content.decode()
    address = check.get_absolute_url()
    assert COMMITMENT["text"] in reviewer.get(address).content.decode()
    assert reviewer.post(address, {"finding": "rectify", "text": "整改", "seen": "open"}).status_code == 400
    reviewer.post(address, {"finding": "fail", "text": "未按规定建设", "seen": "open"})
    check.refresh_from_db()
    assert check.status == LaterCheck.Status.FAILED
    assert case.number in reviewer.get("/review/later-checks/?tab=failed").content.decode()


def test_every_role_sees_the_later_check_on_the_case_and_staff_on_the_firm(scene):
    case = granted(scene)
    shown = "事后核查"
    assert shown in signed_in(scene.clerk).get(f"/desk/cases/{case.number}/").content.decode()
    step = scene.step(case, "decide")
    assert shown in signed_in(scene.reviewer).get(f"/review/steps/{step.pk}/").content.decode()
    assert shown in signed_in(scene.owner).get(f"/cases/{case.number}/").content.decode()
    overview = signed_in(leader())
    assert shown in overview.get(f"/leader/cases/{case.number}/").content.decode()
    figures = {row["label"]: row["value"] for row in overview.get("/leader/").context["special"]}
    assert list(figures.values()) == ["0", "0", "1", "0", "0", "0"]
    firm = f"/enterprises/{case.enterprise_id}/"
    link = case.later_check.get_absolute_url()
    assert link in signed_in(scene.clerk).get(firm).content.decode()
    assert link not in signed_in(scene.owner).get(firm).content.decode()


def test_a_revoked_decision_shows_as_revoked_and_not_as_granted(client, scene):
    case = granted(scene)
    services.issue_decision(actor=scene.act(scene.clerk), case=case, way="online")
    firm, clerk = signed_in(scene.owner), signed_in(scene.clerk)
    find(scene, case, "rectify", text="检测井未编号", rectify_by=today() + timedelta(days=9))
    assert "检测井未编号" in firm.get(f"/cases/{case.number}/").content.decode()
    find(scene, scene.fresh(case), "fail", text="检测井未建设")
    for page in (firm.get(f"/cases/{case.number}/"), clerk.get(f"/desk/cases/{case.number}/")):
        text = page.content.decode()
        assert ("经事后核查，决定已撤销" in text, "alert-green" in text) == (True, False)
    query = client.get("/query/", {"number": case.number, "code": case.query_code})
    assert "决定已撤销" in query.context["found"].next_step


def test_the_clerk_issues_and_hands_over_as_one(scene):
    cases = decide_all(scene, setup(scene))
    clerk = signed_in(scene.clerk)
    address = f"/desk/applications/{cases[0].application_id}/together/"
    assert address in clerk.get(f"/desk/cases/{cases[1].number}/").content.decode()
    page = clerk.get(address)
    assert [row["label"] for row in page.context["rows"]] == ["许可证"] * 3
    seen = [case.pk for case in cases]
    assert clerk.post(address, {"act": "issue", "way": "counter", "seen": seen[:1]}).status_code == 409
    assert clerk.post(address, {"act": "issue", "way": "counter", "seen": seen}).status_code == 302
    assert clerk.get(address).context["collectable"] != []
    assert clerk.post(address, {"act": "sign", "signed_name": "赵一"}).status_code == 400


def test_a_late_member_is_shown_and_asks_for_a_reason(scene):
    cases = decide_all(scene, setup(scene), but=1)
    clerk = signed_in(scene.clerk)
    address = f"/desk/applications/{cases[0].application_id}/together/"
    page = clerk.get(address)
    assert ([case.pk for case in page.context["missing"]], "reason" in page.context["issue_form"].fields) == (
        [cases[2].pk], True,
    )  # fmt: skip
    body = {"act": "issue", "way": "online", "seen": [cases[0].pk, cases[1].pk]}
    assert clerk.post(address, body).status_code == 400
    assert clerk.post(address, {**body, "reason": "社保尚在核对"}).status_code == 302


def test_no_group_no_page(scene):
    case = scene.decided()
    assert signed_in(scene.clerk).get(f"/desk/applications/{case.application_id}/together/").status_code == 404
    assert signed_in(scene.owner).get(f"/desk/applications/{case.application_id}/together/").status_code == 403


def test_one_request_to_rate_what_was_issued_as_one(scene):
    cases = issue(scene, decide_all(scene, setup(scene)), way="online")
    page = signed_in(scene.owner).get("/my/").content.decode()
    assert [f"/ratings/new/{case.number}/" in page for case in cases] == [True, False, False]
    assert signed_in(scene.owner).get(f"/cases/{cases[1].number}/").context["rated"]
    assert not signed_in(scene.owner).get(f"/cases/{cases[0].number}/").context["rated"]


def test_signing_draft_helpers_agree_with_the_page(scene):
    matter = scene.matter(commitment=COMMITMENT)
    application = draft_of(scene, matter, by=(matter,))
    sign(scene, application)
    page = signed_in(scene.owner).get(f"/applications/{application.pk}/check/")
    assert 'name="conditions_signer"' not in page.content.decode()
