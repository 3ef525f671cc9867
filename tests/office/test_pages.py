"""The pages: who opens them, what they say, how many statements they take."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.actors import Actor
from accounts.models import User
from files.access import may_read
from office import services
from office.models import Paper, PaperHandover, StaffNotice, Task
from office.services import NoticeText, PaperSpec, Verdict
from office.subjects import Subject, opened
from tests.clients import in_english, signed_in
from tests.factories.files import PDF
from tests.office.conftest import Office
from tests.queries import statements

pytestmark = pytest.mark.django_db

LISTS = (
    "/office/", "/office/search/?q=用地", "/office/tasks/", "/office/papers/", "/office/papers/where/",
    "/office/notices/",
)  # fmt: skip


@pytest.fixture
def full(office: Office) -> Office:
    """One of everything, with a file, waiting for planning."""
    upload = SimpleUploadedFile("附件.pdf", PDF, "application/pdf")
    spec = services.TaskSpec(
        title="核实用地红线", text="请核实并答复。", department_id=office.planning.pk, subject_title="海蓝装备项目"
    )
    services.assign_tasks(actor=Actor(office.head), tasks=[spec], uploads=[upload])
    services.hand_over_papers(
        actor=Actor(office.clerk), from_department=office.window, to_department=office.planning,
        new=[PaperSpec(name="用地预审意见"), PaperSpec(name="总平面图", is_original=False)],
    )  # fmt: skip
    services.publish_notice(
        actor=Actor(office.head), content=NoticeText(title="用地工作安排", text="请各部门遵照执行。"),
        uploads=[SimpleUploadedFile("通知.pdf", PDF, "application/pdf")],
    )  # fmt: skip
    return office


def addresses() -> list[str]:
    handover = PaperHandover.objects.get()
    return [
        Task.objects.get().get_absolute_url(), handover.get_absolute_url(), f"{handover.get_absolute_url()}print/",
        StaffNotice.objects.get().get_absolute_url(), f"/office/papers/where/{Paper.objects.first().pk}/",
    ]  # fmt: skip


def test_both_sides_open_everything_in_both_languages(full: Office) -> None:
    for user in (full.planner, full.director):
        for client in (signed_in(user), in_english(user)):
            assert [url for url in (*LISTS, *addresses()) if client.get(url).status_code != 200] == []


def test_strangers_get_404(full: Office) -> None:
    other = signed_in(full.second)
    task, handover, printed, _notice, paper = addresses()
    assert [other.get(url).status_code for url in (task, handover, printed, paper)] == [404] * 4
    outside = signed_in(full.investor)
    urls = (*LISTS, *addresses(), "/office/tasks/new/", "/office/papers/new/", "/office/notices/new/")
    assert {outside.get(url).status_code for url in urls} == {404}
    assert {Client().get(url).status_code for url in urls} == {302}


def test_files_follow_the_row(full: Office) -> None:
    of_task, of_notice = Task.objects.get().files.get(), StaffNotice.objects.get().files.get()
    who = {name: getattr(full, name) for name in ("planner", "second", "investor")}
    assert [name for name, user in who.items() if may_read(user, of_task)] == ["planner"]
    assert [name for name, user in who.items() if may_read(user, of_notice)] == ["planner", "second"]


@pytest.mark.parametrize("url", LISTS)
def test_lists_take_as_many_statements_for_twenty_rows_as_for_one(full: Office, url: str) -> None:
    client = signed_in(full.planner)
    client.get(url)
    one = statements(lambda: client.get(url))
    for _ in range(6):
        full.give(title="用地")
        services.hand_over_papers(
            actor=Actor(full.clerk), from_department=full.window, to_department=full.planning,
            new=[PaperSpec(name="用地材料")],
        )  # fmt: skip
        services.publish_notice(actor=Actor(full.head), content=NoticeText(title="用地", text="乙"))
    assert statements(lambda: client.get(url)) == one


def test_giving_a_task_from_the_page(office: Office) -> None:
    head = signed_in(office.head)
    assert signed_in(office.reviewer).get("/office/tasks/new/").status_code == 403
    page = head.post("/office/tasks/new/", {"title": "", "text": "甲", "days": 3})
    assert page.status_code == 400
    assert set(page.context["form"].errors) == {"title", "department"}
    data = {
        "title": "联合踏勘", "text": "请安排踏勘。", "days": 3, "department": office.planning.pk,
        "assisting": [office.window.pk], "attachments": [SimpleUploadedFile("图.pdf", PDF, "application/pdf")],
    }  # fmt: skip
    assert head.post("/office/tasks/new/", data).status_code == 302
    rows = Task.objects.order_by("id").values_list("department__code", "role_in", "clock__promised")
    assert list(rows) == [("planning", "lead", 3), ("window", "assist", 3)]
    wrong = head.post("/office/tasks/new/", {**data, "assisting": [office.planning.pk], "attachments": []})
    assert set(wrong.context["form"].errors) == {"assisting"}
    broken = {**data, "attachments": [SimpleUploadedFile("a.pdf", b"no", "application/pdf")]}
    assert set(head.post("/office/tasks/new/", broken).context["form"].errors) == {"attachments"}
    assert Task.objects.count() == 2


def act(user: User, task: Task, name: str, **data: Any) -> Any:
    return signed_in(user).post(task.get_absolute_url(), {"act": name, **data})


def test_the_whole_course_on_the_task_page(office: Office) -> None:
    task = office.give()
    assert act(office.planner, task, "close").status_code == 403
    assert act(office.planner, task, "take").status_code == 302
    refused = act(office.planner, task, "answer", text="")
    assert (refused.status_code, list(refused.context["panels"]["answer"].form.errors)) == (400, ["text"])
    assert act(office.planner, task, "extend", days=2, reason="勘测").status_code == 302
    assert act(office.head, task, "decide", decision="no", remark="").status_code == 400
    assert act(office.head, task, "decide", decision="yes", remark="").status_code == 302
    assert act(office.planner, task, "hand_over", to=office.planning_head.pk).status_code == 302
    assert act(office.planning_head, task, "answer", text="已办").status_code == 302
    assert act(office.head, task, "return", reason="补图", days=2).status_code == 302
    assert act(office.planning_head, task, "answer", text="已补").status_code == 302
    assert act(office.head, task, "close").status_code == 302
    task.refresh_from_db()
    assert task.status == "closed"
    other = office.give()
    assert act(office.head, other, "withdraw", reason="取消").status_code == 302


def test_the_boxes_and_filters_of_tasks(office: Office) -> None:
    mine = office.give(handler_id=office.planner.pk, title="甲事")
    untaken = office.give(title="乙事", subject_title="海蓝项目")
    client = signed_in(office.planner)

    def listed(query: str, who: Client = client) -> list[Task]:
        return list(who.get(f"/office/tasks/?{query}").context["page_obj"])

    assert listed("") == [mine]
    assert listed("box=department") == [untaken]
    assert listed("box=all&q=海蓝") == [untaken]
    assert listed("box=all&light=red") == []
    assert listed("box=all&light=green&status=assigned") == [mine, untaken]
    services.answer_task(actor=Actor(office.planner), task=mine, text="已办")
    assert listed("box=mine") == []
    assert listed("box=check", signed_in(office.head)) == [mine]
    assert listed("box=given", signed_in(office.head)) == [mine, untaken]
    assert listed(f"box=all&department={office.window.pk}", signed_in(office.head)) == []


def test_handing_over_from_the_page_of_a_case(office: Office) -> None:
    subject = Subject("approvals.case", 17, "BJ2026000017", "/desk/cases/BJ2026000017/")
    url = f"/office/papers/new/?subject={subject.sealed}&subject=forged"
    client = signed_in(office.clerk)
    page = client.get(url)
    assert page.context["rows"].forms[0]["belongs"].value() == "BJ2026000017"
    rows = {
        "rows-TOTAL_FORMS": 2, "rows-INITIAL_FORMS": 0, "rows-0-name": "营业执照", "rows-0-copies": 2,
        "rows-0-kind": "copy", "rows-0-belongs": "BJ2026000017", "rows-1-name": "", "rows-1-belongs": "",
    }  # fmt: skip
    data = {"from_department": office.window.pk, "to_department": office.planning.pk, **rows}
    more = client.post(url, {**data, "add_row": "1"})
    assert (more.status_code, len(more.context["rows"].forms)) == (200, 3)
    empty = client.post(url, {**data, "rows-0-name": ""})
    assert empty.status_code == 400
    assert client.post(url, data).status_code == 302
    paper = Paper.objects.get()
    assert (paper.subject_type, paper.subject_id, paper.copies, paper.is_original) == ("approvals.case", 17, 2, False)
    assert paper.subject_link == subject.link
    assert opened(["forged"]) == []


def test_signing_and_settling_on_the_page(full: Office) -> None:
    handover = PaperHandover.objects.get()
    url = handover.get_absolute_url()
    first, second = handover.lines.values_list("pk", flat=True)
    planner, clerk = signed_in(full.planner), signed_in(full.clerk)
    assert clerk.post(url, {"act": "sign"}).status_code == 403
    wrong = planner.post(url, {"act": "sign", f"line-{first}": "received", f"line-{second}": "missing"})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (400, [f"line-{second}"])
    data = {"act": "sign", f"line-{first}": "received", f"line-{second}": "missing", f"words-{second}": "未见"}
    assert planner.post(url, data).status_code == 302
    assert clerk.post(url, {"act": "settle", f"line-{second}": "found"}).status_code == 302
    assert Paper.objects.filter(state="held").count() == 2
    listed = clerk.get("/office/papers/new/").context["form"].fields["papers"].queryset
    assert [paper.name for paper in listed] == ["总平面图"]


def test_receiving_all_and_withdrawing_on_the_page(full: Office) -> None:
    first = PaperHandover.objects.get()
    clerk = signed_in(full.clerk)
    second = services.hand_over_papers(
        actor=Actor(full.clerk), from_department=full.window, to_department=full.planning, new=[PaperSpec(name="甲")]
    )
    assert clerk.post(second.get_absolute_url(), {"act": "withdraw", "reason": ""}).status_code == 400
    assert clerk.post(second.get_absolute_url(), {"act": "withdraw", "reason": "误交"}).status_code == 302
    signed_in(full.planner).post(first.get_absolute_url(), {"act": "receive_all"})
    assert list(PaperHandover.objects.order_by("id").values_list("status", flat=True)) == ["closed", "withdrawn"]


def test_notices_on_their_pages(office: Office) -> None:
    head, planner = signed_in(office.head), signed_in(office.planner)
    assert planner.get("/office/notices/new/").status_code == 403
    data = {
        "title": "值班",
        "text": "甲",
        "importance": "urgent",
        "departments": [office.planning.pk],
        "is_pinned": "on",
    }
    assert head.post("/office/notices/new/", {**data, "title": ""}).status_code == 400
    assert head.post("/office/notices/new/", data).status_code == 302
    notice = StaffNotice.objects.get()
    url = notice.get_absolute_url()
    entries = planner.get("/office/").context["nav_items"]
    assert [int(str(entry["badge"])) for entry in entries if entry["badge"]] == [1]
    assert planner.get(url).context["to_confirm"]
    assert "total" not in planner.get(url).context
    assert planner.post(f"{url}remind/").status_code == 403
    planner.post(f"{url}read/", {"version": "1"})
    assert not planner.get(url).context["to_confirm"]
    head.post(f"{url}unpin/")
    head.post(f"{url}remind/")
    shown = head.get(url).context
    assert ([one.user for one in shown["readers"]], [one.user for one in shown["waiting"]]) == (
        [office.planner], [office.planning_head],
    )  # fmt: skip
    assert head.post(f"{url}correct/", {**data, "reason": "补充"}).status_code == 400
    assert head.post(f"{url}correct/", {**data, "text": "乙", "reason": "补充"}).status_code == 302
    assert planner.get(url).context["to_confirm"]
    head.post(f"{url}withdraw/", {"reason": "取消"})
    notice.refresh_from_db()
    assert (notice.status, notice.version, notice.is_pinned) == ("withdrawn", 2, False)


def test_search_finds_only_what_one_may_see(full: Office) -> None:
    found = signed_in(full.planner).get("/office/search/?q=用地").context
    assert (len(found["tasks"]), len(found["papers"]), len(found["notices"])) == (1, 1, 1)
    other = signed_in(full.second).get("/office/search/?q=用地").context
    assert (len(other["tasks"]), len(other["papers"]), len(other["notices"])) == (0, 0, 1)
    both = signed_in(full.planner).get("/office/search/?q=海蓝 红线").context
    assert (len(both["tasks"]), len(both["papers"])) == (1, 0)


def test_a_paper_that_went_on_is_seen_with_its_ways(full: Office) -> None:
    handover = PaperHandover.objects.get()
    fine = {line.pk: Verdict("received") for line in handover.lines.all()}
    services.sign_for_papers(actor=Actor(full.planner), handover=handover, verdicts=fine)
    paper = Paper.objects.order_by("id").first()
    assert paper is not None
    services.hand_over_papers(
        actor=Actor(full.planner), from_department=full.planning, to_department=full.housing, papers=[paper]
    )
    page = signed_in(full.second).get(f"/office/papers/where/{paper.pk}/")
    assert [(way.handover_id in page.context["visible"]) for way in page.context["ways"]] == [True, False]
