"""Every page that speaks of gaps, from the menu or the case to the act, in the reader's role."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.models import Role
from approvals import holding
from approvals.models import Case, Commitment, Deferral, DeferralBar
from common.time import end_of_day, now, pretend
from documents.models import Document
from tests.approvals.deferral.side import side_by_side
from tests.approvals.scene import Scene
from tests.clients import in_english
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.files import PDF, make_upload
from tests.queries import statements

pytestmark = pytest.mark.django_db


def url(name: str, *args) -> str:
    return reverse(f"approvals:{name}", args=args)


def text_of(answer) -> str:
    return answer.content.decode()


def post(role: str, kind: str = "hall"):
    user = make_user()
    make_post(user, make_department("posts", kind=kind), role, starts_on=timezone.localdate())
    return user


def test_promise_sign_and_submit(scene: Scene):
    draft = scene.draft(scene.matter(), skip=["funding"])
    client = in_english(scene.owner)
    page = client.get(url("materials", draft.pk))
    later = next(card.later for card in page.context["cards"] if card.later)
    material = draft.materials.get(code="funding")
    assert "At the latest" in text_of(page)

    refused = client.post(url("later", material.pk), {"until": "2099-01-01"})
    assert refused.status_code == 400
    assert "At the latest" in str(refused.context["later_errors"][material.pk])
    assert client.post(url("later", material.pk), {"until": later.rule.last.isoformat()}).status_code == 302

    check = client.get(url("check", draft.pk))
    promise = check.context["promise"]
    for line in promise.lines:
        assert line in text_of(check)
    unsigned = client.post(url("check", draft.pk), {"seen_text": promise.digest})
    assert unsigned.status_code == 400
    assert [line["url"] for line in unsigned.context["lines"]] == ["#id_signer", "#id_agreed"]
    signed = {"seen_text": promise.digest, "signer": scene.owner.name, "agreed": "on"}
    assert client.post(url("check", draft.pk), signed)["Location"] == url("submitted", draft.pk)
    assert Commitment.objects.get().text == promise.text


def test_taking_the_promise_back(scene: Scene):
    draft = scene.draft(scene.matter(), skip=["funding"])
    material = scene.later(draft)
    client = in_english(scene.owner)
    client.post(url("later", material.pk), {"take_back": "1"})
    assert client.get(url("check", draft.pk)).context["promise"] is None
    assert client.post(url("check", draft.pk)).status_code == 400


def test_walk_in_signs_with_a_scan(scene: Scene):
    draft = scene.draft(scene.matter(), skip=["funding"])
    draft.created_by = scene.clerk
    draft.save()
    scene.later(draft)
    client = in_english(scene.clerk)
    promise = client.get(url("check", draft.pk)).context["promise"]
    signed = {"seen_text": promise.digest, "signer": "王五", "agreed": "on"}
    refused = client.post(url("check", draft.pk), signed)
    assert [line["url"] for line in refused.context["lines"]] == ["#id_signature"]
    scan = make_upload("承诺书.pdf", PDF)
    assert client.post(url("check", draft.pk), {**signed, "signature_file": scan}).status_code == 302
    commitment = Commitment.objects.get()
    seen = in_english(scene.owner).get(commitment.signature.get_absolute_url())
    assert (seen.status_code, b"".join(seen.streaming_content)) == (200, PDF)
    assert in_english(make_user()).get(commitment.signature.get_absolute_url()).status_code == 404


def test_side_by_side_is_asked_and_signed(scene: Scene):
    (first, second) = side_by_side(scene)
    assert [first.status, second.status] == ["received", "received"]
    draft = scene.draft(first.matter, second.matter)
    draft.theme = first.application.theme
    draft.save()
    client = in_english(scene.owner)
    page = client.get(url("materials", draft.pk))
    assert [offer.saved for offer in page.context["side_by_side"]] == [11]
    assert "saves up to 11 working days" in text_of(page)
    client.post(url("overlap", draft.pk), {"overlap": "on"})
    assert client.get(url("check", draft.pk)).context["promise"].certificates
    client.post(url("overlap", draft.pk), {})
    assert client.get(url("check", draft.pk)).context["promise"] is None


def test_hand_in_and_check(scene: Scene):
    case = scene.reviewing(scene.promised())
    row = Deferral.objects.get()
    firm, clerk = in_english(scene.owner), in_english(scene.clerk)
    page = text_of(firm.get(url("case", case.number)))
    assert "Hand in the promised paper" in page
    assert "calendar days" in page
    why = clerk.get(reverse("deadlines:clock", args=[row.clock_id]))
    assert why.status_code == 200
    assert reverse("deadlines:clock", args=[row.clock_id]) in text_of(clerk.get(url("desk_case", case.number)))
    assert "Hand in “" in text_of(firm.get(reverse("dashboards:mine")))
    firm.post(url("upload", row.material.material_id), {"file": make_upload("资金.pdf", PDF)})
    firm.post(url("deferral_hand_in", row.pk))
    row.refresh_from_db()
    assert row.handed_in_at is not None

    desk = clerk.get(f"{url('desk')}?tab=deferrals")
    assert [one.pk for one, _clock in desk.context["rows"]] == [case.pk]
    assert [clock.pk for _one, clock in desk.context["rows"]] == [row.clock_id]
    assert "Paper is complete" in text_of(clerk.get(url("desk_case", case.number)))
    silent = clerk.post(url("deferral_return", row.pk), {})
    assert silent.status_code == 400
    clerk.post(url("deferral_return", row.pk), {f"return-{row.pk}-remark": "缺少签字"})
    assert "缺少签字" in text_of(firm.get(url("case", case.number)))
    firm.post(url("upload", row.material.material_id), {"file": make_upload("资金.pdf", PDF)})
    firm.post(url("deferral_hand_in", row.pk))
    assert clerk.post(url("deferral_confirm", row.pk)).status_code == 302
    row.refresh_from_db()
    assert row.status == "filled"
    assert clerk.post(url("deferral_confirm", row.pk)).status_code == 409


def test_the_window_takes_a_paper_in(scene: Scene):
    case = scene.reviewing(scene.promised())
    row = Deferral.objects.get()
    clerk = in_english(scene.clerk)
    page = text_of(clerk.get(url("desk_case", case.number)))
    assert "The applicant brings it to the window" in page
    clerk.post(url("deferral_hand_in", row.pk), {"file": make_upload("资金.pdf", PDF)})
    row.refresh_from_db()
    assert row.handed_in_at is not None
    file = row.material.material.files.get(is_current=True)
    assert (file.added_by, file.on_behalf_of) == (scene.clerk, scene.enterprise.name)


def test_the_days_of_a_held_certificate_are_the_applicants(scene: Scene):
    case = scene.decided(case=scene.promised())
    with pretend(now() + timedelta(days=14)), override("en"):
        shares = {share.label: share.days for share in holding.view_of(case, holding.clocks_of(case)).shares}
    assert shares == {"Applicant": 10}


def test_strangers_get_404(scene: Scene):
    row = Deferral.objects.get(case=scene.reviewing(scene.promised()))
    stranger = in_english(make_user())
    assert stranger.post(url("deferral_hand_in", row.pk)).status_code == 404
    assert stranger.post(url("later", row.material.material_id), {"take_back": 1}).status_code == 404
    assert in_english(scene.owner).post(url("deferral_confirm", row.pk)).status_code == 403
    assert in_english(scene.reviewer).post(url("deferral_hand_in", row.pk)).status_code == 404


def test_everybody_reads_why_the_certificate_is_held_back(scene: Scene):
    case = scene.decided(case=scene.promised())
    words = "Certificate held back: "
    director = post(Role.DIRECTOR)
    pages = [
        (scene.owner, url("case", case.number)),
        (scene.owner, url("project", case.project_id)),
        (scene.clerk, url("desk_case", case.number)),
        (scene.reviewer, url("step", scene.step(case, "decide").pk)),
        (director, reverse("dashboards:case", args=[case.number])),
    ]
    for user, address in pages:
        assert words in text_of(in_english(user).get(address)), address
    query = f"{reverse('content:query')}?number={case.number}&code={case.query_code}"
    assert words in text_of(Client(headers={"accept-language": "en"}).get(query))
    refused = in_english(scene.clerk).post(url("desk_issue", case.number), {"way": "online", "seen": "decided"})
    assert refused.status_code == 409
    assert words in text_of(refused)


def test_leaders_find_the_cases_behind_the_figure(scene: Scene):
    held = scene.decided(case=scene.promised())
    running = scene.reviewing(scene.promised())
    scene.reviewing()
    client = in_english(post(Role.DIRECTOR))
    stats = client.get(reverse("dashboards:overview")).context["stats"]
    (figure,) = [stat for stat in stats if stat["label"] == "Papers to follow"]
    assert figure["value"] == "2"
    listed = client.get(figure["url"]).context["rows"]
    assert {case.pk for case in listed} == {held.pk, running.pk}
    only = client.get(f"{reverse('dashboards:cases')}?deferral=held").context["rows"]
    assert [case.pk for case in only] == [held.pk]


def test_bars_from_the_menu_to_the_lifting(scene: Scene):
    case = scene.terminated()
    bar = DeferralBar.objects.get()
    head = post(Role.HEAD, "window")
    client = in_english(head)
    assert url("bars") in text_of(client.get(reverse("approvals:review")))
    page = client.get(url("bars"), {"q": scene.enterprise.name[:3]})
    assert [row.pk for row in page.context["page_obj"]] == [bar.pk]
    assert client.get(url("bars"), {"q": "没有这家"}).context["count"] == 0
    assert "In force" in text_of(client.get(url("bar", bar.pk)))
    assert client.post(url("bar", bar.pk), {"reason": ""}).status_code == 400
    assert client.post(url("bar", bar.pk), {"reason": "已补交并说明"}).status_code == 302
    assert client.post(url("bar", bar.pk), {"reason": "已补交并说明"}).status_code == 409
    assert client.get(url("bars")).context["count"] == 0
    assert client.get(url("bars"), {"show": "lifted"}).context["count"] == 1
    assert case.number in text_of(client.get(url("bars"), {"show": "all"}))


def test_a_firm_sees_its_own_bar_and_no_other(scene: Scene):
    scene.terminated()
    bar = DeferralBar.objects.get()
    client = in_english(scene.owner)
    assert "Barred from handing in papers later" in text_of(
        client.get(reverse("enterprises:detail", args=[scene.enterprise.pk]))
    )
    assert client.get(url("bar", bar.pk)).status_code == 200
    assert client.get(url("bars")).status_code == 403
    assert client.post(url("bar", bar.pk), {"reason": "请解除"}).status_code == 404
    draft = scene.draft(scene.matter(), skip=["funding"])
    assert "barred" in text_of(client.get(url("materials", draft.pk)))
    assert in_english(make_user()).get(url("bar", bar.pk)).status_code == 404
    api = client.get("/api/v1/deferral-bars/").json()
    assert [row["id"] for row in api["results"]] == [bar.pk]
    assert in_english(make_user()).get("/api/v1/deferral-bars/").json()["results"] == []


def test_a_certificate_that_will_not_come(scene: Scene):
    first, second = side_by_side(scene)
    second = scene.decided(case=second)
    clerk = in_english(scene.clerk)
    assert clerk.get(url("desk_case", second.number)).context["terminate_form"] is None
    scene.decided("refused", "不符合规划", first)
    page = in_english(scene.owner).get(url("case", second.number))
    assert page.context["may_withdraw"]
    assert "has come to nothing" in text_of(page)
    assert clerk.post(url("desk_terminate", second.number), {"reason": "前置事项未获许可"}).status_code == 302
    assert scene.fresh(second).status == "terminated"
    assert Document.objects.filter(kind="approvals.termination").count() == 1


def test_the_correction_page_takes_a_promise(scene: Scene):
    case = scene.received()
    row = case.materials.get(material__code="funding")
    row.material.files.update(is_current=False)
    clerk, firm = in_english(scene.clerk), in_english(scene.owner)
    found = {f"verdict-{one.pk}": "complete" for one in case.materials.all()}
    found |= {f"verdict-{row.pk}": "wrong", f"remark-{row.pk}": "未提交", "act": "correct", "seen": "received"}
    clerk.post(url("desk_check", case.number), found)
    clerk.post(url("desk_correction", case.number), {"items": "", "seen": "received"})
    here = url("correct", case.number)
    later = next(item["card"].later for item in firm.get(here).context["items"] if item["card"])
    answer = firm.post(url("later", row.material_id), {"until": later.rule.last.isoformat(), "next": here})
    assert answer["Location"] == f"{here}#material-{row.material_id}"
    promise = firm.get(here).context["promise"]
    assert firm.post(here, {"seen": "correcting", "seen_text": promise.digest}).status_code == 400
    signed = {"seen": "correcting", "seen_text": promise.digest, "signer": scene.owner.name, "agreed": "on"}
    assert firm.post(here, signed).status_code == 302
    assert Deferral.objects.get(case=case).promised_on == later.rule.last


def test_lists_cost_the_same_however_long(scene: Scene):
    clerk, head, firm = in_english(scene.clerk), in_english(post(Role.HEAD, "window")), in_english(scene.owner)

    def counts() -> list[int]:
        return [
            statements(lambda: clerk.get(f"{url('desk')}?tab=deferrals")),
            statements(lambda: firm.get(reverse("dashboards:mine"))),
            statements(lambda: head.get(url("bars"), {"show": "all"})),
            statements(lambda: firm.get(url("project", project.pk))),
        ]

    project = scene.project()

    def add(count: int) -> None:
        for case in scene.submit_promised(*(scene.matter() for _ in range(count)), project=project):
            scene.decided(case=case)
        scene.hand_in(Deferral.objects.filter(handed_in_at=None, clock__isnull=False)[0])
        for _ in range(count):
            case = Case.objects.filter(project=project)[0]
            DeferralBar.objects.create(
                enterprise=scene.enterprise, case=case, reason="未补交", barred_at=now(),
                lifted_at=now(), lifted_by=scene.clerk, lift_reason="已补交",
            )  # fmt: skip

    add(1)
    counts()
    one = counts()
    add(4)
    assert counts() == one


def test_documents_of_a_termination_are_for_the_firm(scene: Scene):
    case = scene.terminated()
    paper = Document.objects.get(kind="approvals.termination")
    assert Document.objects.visible_to(scene.owner).filter(pk=paper.pk).exists()
    page = text_of(in_english(scene.owner).get(url("case", case.number)))
    assert "The case was terminated" in page
    with pretend(end_of_day(timezone.localdate(now())) + timedelta(days=1)):
        assert in_english(scene.owner).get(url("case", case.number)).status_code == 200
