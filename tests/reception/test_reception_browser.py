"""Two clerks and an investor at once, in real browsers, in Chinese."""

import re
from collections.abc import Callable
from datetime import datetime, time
from typing import Any

import pytest

from accounts.models import Department, Role, User
from reception.models import Booking, Inquiry, Kiosk, Opening, Ticket
from tests.clock import HallClock
from tests.factories.accounts import make_department, make_post, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def hall(transactional_db: None, hall_clock: HallClock) -> dict[str, User]:
    """Two windows with a clerk each, a clerk more at the first, and the housing department."""
    hall_clock.set(datetime(2026, 3, 2, 9, 50))  # noqa: DTZ001
    window = make_department("window", kind=Department.Kind.WINDOW, name="综合服务窗口")
    project = make_department("window-project", kind=Department.Kind.WINDOW, name="工程建设项目审批窗口")
    housing = make_department("housing", name="住房和城乡建设局")
    people = {
        "wang": make_post(make_user("wang", name="王窗口"), window, Role.CLERK).user,
        "zhao": make_post(make_user("zhao", name="赵窗口"), window, Role.CLERK).user,
        "li": make_post(make_user("li", name="李审查"), housing, Role.REVIEWER).user,
        "lin": make_user("lin", name="林投资", phone="13800000000"),
    }
    make_post(people["zhao"], project, Role.CLERK)
    for department in (window, project):
        Opening.objects.create(department=department, weekday=0, opens=time(10), closes=time(12), minutes=30, seats=2)
    Kiosk.objects.create(name="一楼大厅", key="first-floor")
    return people


def open_counter(page: Any, window: str, number: int) -> None:
    page.goto("/counter/")
    page.get_by_label("窗口", exact=True).select_option(label=window)
    page.get_by_label("柜台号").fill(str(number))
    page.get_by_role("button", name="启用柜台").click()
    page.get_by_role("heading", name=f"{number}号柜台").wait_for()


def book_online(investor: Any, screenshot: Any) -> None:
    investor.goto("/appointments/")
    screenshot(investor, "reception-appointments")
    investor.get_by_role("link", name="综合服务窗口").click()
    investor.get_by_label("10:00–10:30").check()
    investor.get_by_label("办理什么事").fill("厂房消防验收咨询")
    screenshot(investor, "reception-book")
    investor.get_by_role("button", name="预约", exact=True).click()
    investor.get_by_role("heading", name="预约成功").wait_for()
    screenshot(investor, "reception-booked")


def test_the_queue(
    hall: dict[str, User], browser_of: Callable[..., Any], hall_clock: HallClock, screenshot: Any
) -> None:
    investor, kiosk, screen = browser_of(hall["lin"]), browser_of(), browser_of()
    wang, zhao = browser_of(hall["wang"]), browser_of(hall["zhao"])
    open_counter(wang, "A · 综合服务窗口", 1)

    book_online(investor, screenshot)
    booking = Booking.objects.get()

    kiosk.goto("/hall/kiosk/first-floor/")
    screenshot(kiosk, "reception-kiosk")
    for label in ("A001", "A002"):
        kiosk.get_by_role("button", name="综合服务窗口").click()
        kiosk.get_by_role("heading", name=label).wait_for()
        kiosk.get_by_role("link", name="下一位").click()
    kiosk.get_by_label("预约码").fill(booking.code)
    kiosk.get_by_role("button", name="预约到场取号").click()
    kiosk.get_by_role("heading", name="A003").wait_for()
    screenshot(kiosk, "reception-ticket")

    hall_clock.set(datetime(2026, 3, 2, 10, 1))  # noqa: DTZ001
    screen.goto("/hall/screen/")
    open_counter(zhao, "A · 综合服务窗口", 2)
    screenshot(zhao, "reception-counter-waiting")
    # Both at once: the appointment goes first, and nobody is called twice.
    for page in (wang, zhao):
        page.get_by_role("button", name="叫下一位").click(no_wait_after=True)
    for page in (wang, zhao):
        page.get_by_role("heading", name="当前办理").wait_for()
    called = {page.locator(".called-number").inner_text() for page in (wang, zhao)}
    assert called == {"A001", "A003"}
    screen.locator(".screen-number").wait_for()
    assert screen.locator(".screen-number").inner_text() in called
    screenshot(zhao, "reception-counter")

    screen.set_viewport_size({"width": 1920, "height": 1080})
    screen.screenshot(path="var/screenshots/reception-screen-1920.png")
    screenshot(screen, "reception-screen")

    page = next(one for one in (wang, zhao) if one.locator(".called-number").inner_text() == "A003")
    page.get_by_text("转窗口").click()
    page.get_by_label("转到哪个窗口").select_option(label="B · 工程建设项目审批窗口")
    page.get_by_role("button", name="转出").click()
    page.get_by_text("A003已转到其他窗口等候").wait_for()
    zhao.goto("/counter/")
    if zhao.locator("[data-shortcut=d]").count():
        zhao.locator("[data-shortcut=d]").click()
    zhao.get_by_role("button", name="停用柜台").click()
    open_counter(zhao, "B · 工程建设项目审批窗口", 8)
    zhao.get_by_role("button", name="叫下一位").click()
    zhao.locator(".called-number", has_text="A003").wait_for()
    zhao.get_by_role("link", name="首问登记").last.click()
    assert zhao.get_by_label("咨询人").input_value() == "林投资"
    assert Ticket.objects.filter(status="called").count() >= 1


def test_an_inquiry(hall: dict[str, User], browser_of: Callable[..., Any], screenshot: Any) -> None:
    clerk, expert, investor = browser_of(hall["wang"]), browser_of(hall["li"]), browser_of(hall["lin"])
    clerk.goto("/inquiries/new/")
    screenshot(clerk, "reception-record")
    clerk.get_by_label("咨询人").fill("孙来访")
    clerk.get_by_label("联系电话").or_(clerk.get_by_label("电话", exact=True)).last.fill("13912345678")
    clerk.get_by_label("咨询什么事").fill("消防验收")
    clerk.get_by_label("问题").first.fill("厂房改造后是否需要重新办理消防验收？")
    clerk.get_by_role("button", name="登记", exact=True).click()
    clerk.get_by_text("请告知咨询人").wait_for()

    investor.goto("/questions/ask/")
    investor.get_by_label("咨询什么事").fill("二期厂房开工条件")
    investor.get_by_label("问题").first.fill("二期厂房开工前需要办理哪些手续？")
    screenshot(investor, "reception-ask")
    investor.get_by_role("button", name="提交咨询").click()
    investor.get_by_role("heading", name="您的咨询已登记").wait_for()
    screenshot(investor, "reception-asked")
    asked = Inquiry.objects.get(channel="web")
    owner = clerk if asked.owner == hall["wang"] else browser_of(hall["zhao"])

    owner.goto("/inquiries/")
    screenshot(owner, "reception-inquiries")
    owner.get_by_role("link", name="二期厂房开工条件").click()
    owner.get_by_label("部门").select_option(label="住房和城乡建设局")
    owner.get_by_label("原因").fill("属住建局职责")
    screenshot(owner, "reception-inquiry")
    owner.get_by_role("button", name="移交").click()
    owner.get_by_text("对方接收之前仍由原承办人负责").wait_for()

    expert.goto("/inquiries/?tab=take")
    expert.get_by_role("link", name="二期厂房开工条件").click()
    screenshot(expert, "reception-to-take-over")
    expert.get_by_role("button", name="接收").click()
    expert.get_by_text("该首问件现由您承办").wait_for()
    expert.locator("[name=answer]").fill("需先取得建筑工程施工许可证。")
    expert.get_by_role("button", name="发送答复").click()
    expert.get_by_text("已答复，并已通知咨询人").wait_for()

    investor.reload()
    investor.get_by_text("需先取得建筑工程施工许可证").wait_for()
    investor.get_by_label("还有什么没有解决").fill("请说明施工许可证的办理条件。")
    screenshot(investor, "reception-answered")
    investor.get_by_role("button", name="未解决，重新提出").click()
    investor.get_by_text("已重新提出，将再次办理").wait_for()
    expert.goto(asked.get_absolute_url())
    screenshot(expert, "reception-reopened")
    expert.locator("[name=answer]").fill("条件见办事指南。")
    expert.get_by_role("button", name="发送答复").click()
    investor.goto(f"/questions/{asked.number}/")
    investor.get_by_role("button", name=re.compile("^已解决")).click()
    investor.get_by_text("您的咨询已办结").wait_for()
    asked.refresh_from_db()
    assert (asked.status, asked.owner, asked.reopened) == ("closed", hall["li"], 1)
