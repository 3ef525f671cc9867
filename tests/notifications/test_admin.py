"""The outbox and the delivery times in the admin."""

from datetime import time

import pytest
from django.test import Client

from notifications.models import DeliveryTimes
from notifications.services import Notice, notify_many
from tests.factories.accounts import make_user

CHANGE = "/admin/notifications/deliverytimes/1/change/"


@pytest.fixture
def admin(client: Client, db: None) -> Client:
    client.force_login(make_user("root", is_superuser=True, is_staff=True))
    client.cookies["django_language"] = "zh-hans"
    return client


def times() -> tuple[time, time, time]:
    return DeliveryTimes.objects.values_list("quiet_from", "quiet_until", "digest_at").get()


def test_an_administrator_changes_the_one_row(admin: Client) -> None:
    assert "免打扰" in admin.get("/admin/notifications/deliverytimes/").content.decode()
    answer = admin.post(CHANGE, {"quiet_from": "22:00", "quiet_until": "06:30", "digest_at": "09:00"})
    assert (answer.status_code, times()) == (302, (time(22), time(6, 30), time(9)))


def test_a_digest_in_quiet_hours_is_told_and_not_saved(admin: Client) -> None:
    answer = admin.post(CHANGE, {"quiet_from": "22:00", "quiet_until": "09:30", "digest_at": "09:00"})
    assert (answer.status_code, times()) == (200, (time(21), time(7, 30), time(8, 30)))
    assert "每日汇总的发送时间不能在免打扰时段内。" in answer.content.decode()


def test_there_is_nothing_to_add_and_nothing_to_delete(admin: Client) -> None:
    assert admin.get("/admin/notifications/deliverytimes/add/").status_code == 403
    assert admin.post("/admin/notifications/deliverytimes/1/delete/", {"post": "yes"}).status_code == 403
    assert DeliveryTimes.objects.count() == 1


def test_others_do_not_get_at_it(client: Client, db: None) -> None:
    client.force_login(make_user("staff", is_staff=True))
    assert client.get(CHANGE).status_code == 403
    client.force_login(make_user("investor"))
    assert client.get(CHANGE).status_code == 302


def test_the_outbox_can_be_filtered_by_digest(admin: Client) -> None:
    reader = make_user("reader")
    notify_many([Notice([reader], "clock.warn", {}, digest=True), Notice([reader], "clock.warn", {})])
    shown = admin.get("/admin/notifications/message/", {"digest__exact": "1"}).context["cl"].queryset
    assert list(shown.values_list("channel", "digest")) == [("email", True)]
