"""Which act leaves which paper, what it says, who sees it, and what stands in the PDF."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Role
from approvals import services
from approvals.models import Case
from approvals.papers.listing import papers_of
from documents.models import Document
from documents.pictures import count_pages
from documents.services import make_pending
from tests.approvals.march import MONDAY, at
from tests.approvals.scene import Scene
from tests.clock import HallClock
from tests.factories.accounts import make_post, make_user
from tests.factories.documents import plain_of
from tests.factories.enterprises import make_mandate

pytestmark = pytest.mark.django_db

DECISION, RECEIPT, CERTIFICATE = "approvals.decision", "approvals.delivery_receipt", "approvals.certificate"


def kinds(case: Case) -> list[str]:
    return list(Document.objects.of_subject("approvals.case", case.pk).in_order().values_list("kind", flat=True))


def seen(case: Case, user: Any) -> list[str]:
    return [paper.document.kind for paper in papers_of(case, user)]


def values(document: Document) -> dict[str, str]:
    return {row["label"]: row["value"] for row in document.data["rows"]}


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("waiting", []),
        ("received", []),
        ("correcting", ["approvals.correction"]),
        ("not_accepted", ["approvals.not_accepting"]),
        ("accepted", ["approvals.acceptance"]),
        ("reviewing", ["approvals.acceptance"]),
        ("decided", ["approvals.acceptance", DECISION]),
        ("issued", ["approvals.acceptance", DECISION, CERTIFICATE, RECEIPT]),
        ("delivered", ["approvals.acceptance", DECISION, CERTIFICATE, RECEIPT]),
        ("withdrawn", []),
    ],
)
def test_each_act_leaves_its_paper(scene: Scene, status: str, expected: list[str]) -> None:
    assert kinds(scene.in_state(status)) == expected


def test_a_refusal_has_its_own_paper_with_reasons_and_remedies_and_no_certificate(scene: Scene) -> None:
    case = scene.decided("refused", "容积率不符合规划条件")
    paper = Document.objects.get(kind=f"{DECISION}_refused")
    assert (paper.title, values(paper)["理由"]) == ("不予行政许可决定书", "容积率不符合规划条件")
    assert "行政复议" in paper.data["remedy"]
    assert "行政诉讼" in paper.data["remedy"]
    services.issue_decision(actor=scene.act(scene.clerk), case=case, way="online")
    assert CERTIFICATE not in kinds(case)


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("permit", "准予行政许可决定书"),
        ("filing", "备案通知书"),
        ("confirmation", "行政确认决定书"),
        ("other", "办理结果通知书"),
    ],
)
def test_the_decision_is_called_what_it_is(scene: Scene, kind: str, title: str) -> None:
    scene.decided(kind=kind)
    assert Document.objects.get(kind=DECISION).title == title


def test_the_number_of_the_decision_is_the_case_s_result(scene: Scene) -> None:
    first, second = scene.decided(), scene.decided()
    papers = Document.objects.filter(kind=DECISION).in_order()
    assert [first.result_number, second.result_number] == [paper.number for paper in papers]
    assert [paper.serial for paper in papers] == [1, 2]


def test_acceptance_by_silence_says_so(scene: Scene, hall_clock: HallClock) -> None:
    hall_clock.set(MONDAY)
    case = scene.received()
    hall_clock.set(at("2025-03-12T09:00"))
    services.deem_accepted(case_id=case.pk)
    paper = Document.objects.get(kind="approvals.acceptance")
    assert values(paper)["受理日期"] == "2025年3月3日"
    assert "即为受理" in paper.data["paragraphs"][0]


def test_the_correction_notice_lists_everything(scene: Scene) -> None:
    scene.correcting()
    paper = Document.objects.get(kind="approvals.correction")
    assert (paper.data["points"], values(paper)["告知次数"]) == (["申请表：缺少公章"], "第1次")


# Who sees them


def test_the_firm_sees_what_ends_its_case_once_it_is_issued(scene: Scene) -> None:
    case = scene.decided("refused", "不符合规划")
    agent = make_user()
    make_post(agent, scene.window, Role.AGENT)
    make_mandate(scene.enterprise, agent, scene.owner)
    for user in (scene.owner, agent):
        assert seen(case, user) == ["approvals.acceptance"]
    assert seen(case, scene.clerk) == ["approvals.acceptance", f"{DECISION}_refused"]
    services.issue_decision(actor=scene.act(scene.clerk), case=case, way="online")
    assert seen(case, scene.owner) == ["approvals.acceptance", f"{DECISION}_refused", RECEIPT]


def test_pages_of_papers_follow_that(scene: Scene, client: Client) -> None:
    case = scene.decided()
    decision = Document.objects.get(kind=DECISION)
    client.force_login(scene.owner)
    assert client.get(decision.get_absolute_url()).status_code == 404
    assert client.get(f"/cases/{case.number}/decision/").status_code == 404
    services.issue_decision(actor=scene.act(scene.clerk), case=case, way="online")
    assert client.get(f"/cases/{case.number}/decision/")["Location"] == decision.get_absolute_url()
    assert client.get(decision.get_absolute_url()).status_code == 200


def test_strangers_see_nothing(scene: Scene, client: Client) -> None:
    case = scene.accepted()
    assert seen(case, scene.reviewers["city"]) == []
    assert seen(case, make_user()) == []


# The file


def test_the_pdfs_say_what_the_data_says(scene: Scene) -> None:
    case = scene.delivered()
    make_pending()
    papers = Document.objects.of_subject("approvals.case", case.pk).in_order()
    assert [paper.status for paper in papers] == ["made"] * 4
    for paper in papers:
        text = plain_of(paper)
        said = [paper.title, paper.number, *(row["value"] for row in paper.data["rows"])]
        assert [one for one in said if one.replace(" ", "") not in text] == [], paper.kind


def test_notices_of_the_usual_length_keep_to_one_page(scene: Scene) -> None:
    case = scene.reviewing()
    step = scene.step(case, "decide")
    asked = services.ask_more_time(
        actor=scene.act(scene.reviewer), step=step, amount=5, reason="专家意见分歧较大，需组织补充论证"
    )
    services.decide_more_time(actor=scene.act(scene.head), extension=asked, approve=True, remark="同意")
    services.begin_special_procedure(
        actor=scene.act(scene.reviewer), step=step, ground="expert_review", reason="组织专家对设计方案进行技术评审",
        planned_days=5,
    )  # fmt: skip
    make_pending()
    pages = {}
    for paper in Document.objects.of_subject("approvals.case", case.pk).select_related("file"):
        with paper.file.file.open() as stream:
            pages[paper.kind] = count_pages(stream.read())
    assert pages == {"approvals.acceptance": 1, "approvals.extension": 1, "approvals.special": 1}
