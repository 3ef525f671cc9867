"""The inbox shows one's own messages only, and reading is noted."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from notifications.models import Message
from notifications.services import notify
from tests.factories.accounts import make_user

PARAMS = {"title": "立项 <b>", "due": "2025-03-10"}


@pytest.fixture
def reader(db: None) -> User:
    return make_user("reader")


@pytest.fixture
def inbox(reader: User, client: Client) -> Client:
    client.force_login(reader)
    client.cookies["django_language"] = "en"
    return client


def tell(person: User, count: int = 1, link: str = "/notices/?show=unread") -> None:
    for _number in range(count):
        notify(recipients=[person], template="clock.warn", params=PARAMS, link=link)


def newest(person: User) -> Message:
    message = Message.objects.visible_to(person).first()
    assert message is not None
    return message


def test_a_stranger_is_asked_to_sign_in(client: Client, db: None) -> None:
    response = client.get("/notices/")
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/notices/")


def test_an_empty_inbox_says_what_will_come(inbox: Client) -> None:
    assert "No notices yet" in inbox.get("/notices/").content.decode()


def test_messages_are_shown_escaped_and_counted(inbox: Client, reader: User) -> None:
    tell(reader, 2)
    page = inbox.get("/notices/")
    assert "Due soon: 立项 &lt;b&gt;" in page.content.decode()
    assert int(str(page.context["unread_notices"])) == 2


def test_only_ones_own_messages_are_shown(inbox: Client) -> None:
    tell(make_user("other"))
    assert "Due soon" not in inbox.get("/notices/").content.decode()


def test_opening_marks_as_read_and_leads_to_the_place(inbox: Client, reader: User) -> None:
    tell(reader)
    response = inbox.post(f"/notices/{newest(reader).pk}/open/")
    assert response["Location"] == "/notices/?show=unread"
    assert newest(reader).read_at is not None


def test_the_first_reading_stays_the_time_of_reading(inbox: Client, reader: User) -> None:
    tell(reader)
    inbox.post(f"/notices/{newest(reader).pk}/open/")
    first = newest(reader).read_at
    inbox.post(f"/notices/{newest(reader).pk}/open/")
    assert newest(reader).read_at == first


@pytest.mark.parametrize("link", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""])
def test_a_link_never_leads_out_of_the_hall(inbox: Client, reader: User, link: str) -> None:
    tell(reader, link=link)
    assert inbox.post(f"/notices/{newest(reader).pk}/open/")["Location"] == "/notices/"


def test_anothers_message_is_not_found(inbox: Client) -> None:
    other = make_user("other")
    tell(other)
    assert inbox.post(f"/notices/{newest(other).pk}/open/").status_code == 404
    assert newest(other).read_at is None


def test_reading_is_a_post(inbox: Client, reader: User) -> None:
    tell(reader)
    assert inbox.get(f"/notices/{newest(reader).pk}/open/").status_code == 405


def test_all_can_be_marked_at_once(inbox: Client, reader: User) -> None:
    tell(reader, 3)
    page = inbox.post("/notices/read/", follow=True)
    assert "3 messages marked as read." in page.content.decode()
    assert Message.objects.visible_to(reader).unread().count() == 0


def test_the_unread_tab_hides_what_was_read(inbox: Client, reader: User) -> None:
    tell(reader, 2)
    inbox.post(f"/notices/{newest(reader).pk}/open/")
    assert len(inbox.get("/notices/?show=unread").context["page"].object_list) == 1


def test_as_many_queries_for_many_messages_as_for_one(
    empty_cache: None, inbox: Client, reader: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    def queries(total: int) -> int:
        tell(reader, total - Message.objects.visible_to(reader).count())
        with django_assert_max_num_queries(30) as captured:
            inbox.get("/notices/")
        return len(captured)

    queries(1)
    assert queries(1) == queries(25)
