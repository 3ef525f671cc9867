"""The pages of inquiries, inside the hall and outside."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import Actor
from accounts.models import Department, Role, User
from deadlines.models import Clock
from files import access
from reception.models import Inquiry, InquiryHandover
from reception.services import answer_inquiry, ask_online, hand_over_inquiry, record_inquiry
from tests.clients import signed_in
from tests.clock import HallClock
from tests.factories.accounts import make_department, make_post, make_user
from tests.factories.enterprises import make_enterprise, make_membership
from tests.factories.files import make_upload
from tests.queries import statements
from tests.reception.conftest import ASKED

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]
RECORD = reverse("reception:record")
LIST = reverse("reception:inquiries")
ASK = reverse("reception:ask")
SAID = {"channel": "telephone", "name": "孙来访", "phone": "139 1234 5678", "subject": "消防验收", "text": "怎样办理？"}


def text_of(response) -> str:
    return response.content.decode()


def test_recording_on_one_page(monday: HallClock, reviewer: User) -> None:
    client = signed_in(reviewer)
    firm = make_enterprise(name="海蓝装备有限公司")
    assert client.get(RECORD + "?name=孙来访").context["form"]["name"].value() == "孙来访"
    wrong = client.post(RECORD, {**SAID, "enterprise": "没有的公司", "phone": "打电话"})
    assert wrong.status_code == 400
    assert set(wrong.context["form"].errors) == {"enterprise", "phone"}
    done = client.post(RECORD, {**SAID, "enterprise": firm.credit_code, "attachments": make_upload()}, follow=True)
    made = Inquiry.objects.get()
    assert made.query_code in text_of(done)
    assert (made.asker_phone, made.enterprise, made.files.count()) == ("13912345678", firm, 1)


def test_only_people_of_the_hall(inquiry: Inquiry, investor: User, client: Client) -> None:
    for address in (RECORD, LIST, inquiry.get_absolute_url()):
        assert signed_in(investor).get(address).status_code == 403
        assert client.get(address).status_code == 302


def test_another_department_does_not_see_it(
    inquiry: Inquiry, reviewer: User, colleague: User, director: User, clerk: User
) -> None:
    address = inquiry.get_absolute_url()
    assert signed_in(reviewer).get(address).status_code == 404
    assert signed_in(reviewer).post(reverse("reception:answer", args=[inquiry.pk]), {"answer": "好"}).status_code == 404
    assert [signed_in(user).get(address).status_code for user in (clerk, colleague, director)] == [200] * 3
    # A colleague sees it, but it is not his to answer.
    assert (
        signed_in(colleague).post(reverse("reception:answer", args=[inquiry.pk]), {"answer": "好"}).status_code == 403
    )
    hand_over_inquiry(actor=Actor(clerk), inquiry=inquiry, to_user=reviewer, reason="请办理")
    assert signed_in(reviewer).get(address).status_code == 200


def test_tabs(inquiry: Inquiry, clerk: User, colleague: User, reviewer: User, director: User) -> None:
    hand_over_inquiry(actor=Actor(clerk), inquiry=inquiry, to_user=reviewer, reason="请办理")

    def shown(user: User, tab: str, **narrowed: str) -> int:
        page = signed_in(user).get(LIST, {"tab": tab, **narrowed})
        return page.context["page_obj"].paginator.count if page.context["tab"] == tab else -1

    assert [shown(clerk, tab) for tab in ("mine", "take", "department", "all")] == [1, 0, 1, -1]
    assert [shown(colleague, tab) for tab in ("mine", "take", "department")] == [0, 0, 1]
    assert [shown(reviewer, tab) for tab in ("mine", "take", "department")] == [0, 1, 0]
    assert shown(director, "all") == 1
    for words, count in (("SW2026", 1), ("1391234", 1), ("改造", 1), ("孙来", 1), ("别的", 0)):
        assert shown(clerk, "mine", q=words) == count
    assert shown(clerk, "mine", status="closed") == 0


def test_a_long_list_costs_what_a_short_one_costs(inquiry: Inquiry, clerk: User) -> None:
    client = signed_in(clerk)
    client.get(LIST)
    few = statements(lambda: client.get(LIST))
    for _ in range(20):
        record_inquiry(actor=Actor(clerk), channel="counter", asked=ASKED)
    assert statements(lambda: client.get(LIST)) == few


def test_handing_over_and_accepting(inquiry: Inquiry, clerk: User, reviewer: User, housing: Department) -> None:
    address = reverse("reception:hand_over", args=[inquiry.pk])
    nobody = signed_in(clerk).post(address, {"reason": "请办理"})
    assert (nobody.status_code, set(nobody.context["hand_form"].errors)) == (400, {"to_user"})
    signed_in(clerk).post(address, {"department": housing.pk, "to_user": reviewer.pk, "reason": "请办理"})
    handed = InquiryHandover.objects.get()
    refuse = reverse("reception:refuse", args=[inquiry.pk, handed.pk])
    assert signed_in(reviewer).post(refuse, {"reason": ""}).status_code == 400
    accept = reverse("reception:accept", args=[inquiry.pk, handed.pk])
    assert signed_in(clerk).post(accept).status_code == 403
    done = signed_in(reviewer).post(accept, follow=True)
    assert "李审查" in text_of(done)
    assert Inquiry.objects.get().owner == reviewer
    # The first owner still sees what became of it.
    assert signed_in(clerk).get(inquiry.get_absolute_url()).status_code == 200


def test_taking_back_and_refusing(inquiry: Inquiry, clerk: User, reviewer: User) -> None:
    for _ in range(2):
        handed = hand_over_inquiry(actor=Actor(clerk), inquiry=inquiry, to_user=reviewer, reason="请办理")
        if _:
            refuse = reverse("reception:refuse", args=[inquiry.pk, handed.pk])
            assert signed_in(reviewer).post(refuse, {"reason": "非本局职责"}).status_code == 302
        else:
            signed_in(clerk).post(reverse("reception:withdraw", args=[inquiry.pk]))
    assert list(InquiryHandover.objects.order_by("id").values_list("status", flat=True)) == ["withdrawn", "refused"]


class TestOutside:
    def test_an_investor_asks_is_answered_and_reopens(self, monday: HallClock, clerk: User, investor: User) -> None:
        client = signed_in(investor)
        firm = make_enterprise(name="海蓝装备有限公司")
        make_membership(firm, investor)
        form = client.get(ASK).context["form"]
        assert (form["name"].value(), form["phone"].value()) == ("林投资", "13800000000")
        said = {**SAID, "enterprise": firm.pk, "attachments": make_upload()}
        done = client.post(ASK, said, follow=True)
        asked = Inquiry.objects.get()
        assert asked.number in text_of(done)
        assert asked.query_code in text_of(done)
        answer_inquiry(actor=Actor(clerk), inquiry=asked, text="需要办理。")
        page = text_of(client.get(reverse("reception:question", args=[asked.number])))
        assert "需要办理。" in page
        # Who answers is the hall's business.
        assert "王窗口" not in page
        reopen = reverse("reception:reopen", args=[asked.number])
        assert client.post(reopen, {"reason": ""}).status_code == 400
        assert client.post(reopen, {"reason": "依据呢？"}).status_code == 302
        answer_inquiry(actor=Actor(clerk), inquiry=asked, text="依据消防法。")
        client.post(reverse("reception:confirm", args=[asked.number]))
        asked.refresh_from_db()
        assert asked.status == "closed"
        assert asked.subject in text_of(client.get(reverse("reception:questions")))
        assert access.may_read(investor, asked.files.get())

    def test_a_visitor_asks_and_comes_back_with_the_code(self, monday: HallClock, clerk: User, client: Client) -> None:
        form = client.get(ASK).context["form"]
        assert not {"enterprise", "attachments"} & set(form.fields)
        client.post(ASK, {**SAID, "attachments": make_upload()})
        asked = Inquiry.objects.get()
        assert (asked.asked_by, asked.files.count()) == (None, 0)
        answer_inquiry(actor=Actor(clerk), inquiry=asked, text="需要办理。")
        other = Client()
        page = reverse("reception:question", args=[asked.number])
        assert other.get(page).status_code == 404
        assert other.post(reverse("reception:confirm", args=[asked.number])).status_code == 404
        look_up = reverse("reception:look_up")
        assert other.get(look_up, {"number": asked.number, "code": "WRONG234"}).status_code == 404
        found = other.get(
            look_up, {"number": asked.number.lower(), "code": f" {asked.query_code.lower()}"}, follow=True
        )
        assert "需要办理。" in text_of(found)
        other.post(reverse("reception:confirm", args=[asked.number]))
        asked.refresh_from_db()
        assert asked.status == "closed"

    def test_a_stranger_and_another_firm(self, monday: HallClock, clerk: User, investor: User, stranger: User) -> None:
        asked = ask_online(actor=Actor(investor), asked=ASKED)
        make_membership(make_enterprise(), stranger)
        client = signed_in(stranger)
        assert client.get(reverse("reception:question", args=[asked.number])).status_code == 404
        assert not client.get(reverse("reception:questions")).context["page_obj"].object_list
        assert not Clock.objects.visible_to(stranger).filter(pk=asked.clock_id).exists()
        assert Clock.objects.visible_to(investor).filter(pk=asked.clock_id).exists()

    def test_recorded_for_a_firm_its_people_see_it(self, monday: HallClock, clerk: User, investor: User) -> None:
        firm = make_enterprise(name="海蓝装备有限公司")
        make_membership(firm, investor)
        signed_in(clerk).post(RECORD, {**SAID, "enterprise": firm.name})
        made = Inquiry.objects.get()
        assert signed_in(investor).get(reverse("reception:question", args=[made.number])).status_code == 200

    def test_too_many_questions_and_guesses(self, monday: HallClock, clerk: User, client: Client) -> None:
        answers = [client.post(ASK, SAID).status_code for _ in range(11)]
        assert answers == [302] * 10 + [429]
        look_up = reverse("reception:look_up")
        tries = [client.get(look_up, {"number": "SW202600001", "code": "22222222"}).status_code for _ in range(11)]
        assert tries == [404] * 10 + [429]

    def test_people_of_the_hall_record_instead(self, monday: HallClock, clerk: User) -> None:
        assert signed_in(clerk).get(ASK).headers["location"] == RECORD


def test_every_staff_menu_leads_to_it(db: None) -> None:
    for role in Role:
        user = make_post(make_user(), make_department(), role).user
        user.is_staff = role == Role.ADMINISTRATOR
        user.save()
        assert re.search(f'href="{RECORD}"', text_of(signed_in(user).get(LIST)))
