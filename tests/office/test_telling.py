"""Notices to staff: who is to read them, who has, who is reminded; corrections are read again."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
import time_machine

from accounts.actors import Actor
from accounts.models import Role, User
from common.errors import HallError, InvalidInput, NotAllowed, TransitionNotAllowed
from notifications.models import Message
from office import services
from office.models import NoticeVersion, Receipt, StaffNotice
from office.services import NoticeText
from office.tasks import remind_readers_task
from office.transitions import NOTICE
from tests.factories.accounts import make_post
from tests.office.conftest import Office
from tests.queries import statements

pytestmark = pytest.mark.django_db

START = datetime.fromisoformat("2026-03-02T09:00:00+08:00")
CONTENT = NoticeText(title="清明节值班安排", text="各部门请于本周内报送值班表。", read_by=date(2026, 3, 6))


@pytest.fixture(autouse=True)
def moment() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def publish(office: Office, by: User | None = None, **fields: Any) -> StaffNotice:
    return services.publish_notice(actor=Actor(by or office.head), **{"content": CONTENT, **fields})


def readers(notice: StaffNotice) -> set[str]:
    return set(notice.receipts.values_list("user__username", flat=True))


def reminded() -> list[str]:
    rows = Message.objects.filter(template="notice.unread", channel="inapp").order_by("id")
    return list(rows.values_list("recipient__username", flat=True))


def test_everybody_of_the_hall_but_the_writer_reads_what_names_nobody(office: Office) -> None:
    notice = publish(office)
    assert readers(notice) == {"reviewer", "second", "planning_head", "planner", "clerk", "director"}
    assert Message.objects.filter(template="notice.published", channel="inapp").count() == 6


def test_departments_and_roles_narrow_it(office: Office) -> None:
    make_post(office.planner, office.housing, Role.REVIEWER)
    notice = publish(office, departments=[office.housing, office.planning], roles=[Role.REVIEWER])
    assert readers(notice) == {"reviewer", "second", "planner"}
    with pytest.raises(InvalidInput) as caught:
        publish(office, departments=[office.window], roles=[Role.LEADER])
    assert list(caught.value.errors) == ["departments"]


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (NoticeText(title=" ", text="甲"), "title"), (NoticeText(title="甲", text=""), "text"),
        (NoticeText(title="甲", text="乙", importance="dire"), "importance"),
        (NoticeText(title="甲", text="乙", read_by=date(2026, 3, 1)), "read_by"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_field(office: Office, content: NoticeText, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        publish(office, content=content)
    assert list(caught.value.errors) == [field]


def test_who_writes_and_who_changes(office: Office) -> None:
    for user in (office.reviewer, office.clerk, office.investor):
        with pytest.raises(NotAllowed):
            publish(office, user)
    notice = publish(office, office.director)
    for user in (office.head, office.planner):
        with pytest.raises(NotAllowed):
            services.withdraw_notice(actor=Actor(user), notice=notice, reason="无")
    keeper = office.second
    make_post(keeper, office.housing, Role.ADMINISTRATOR)
    services.withdraw_notice(actor=Actor(keeper), notice=notice, reason="内容有误")


def test_who_sees_it(office: Office) -> None:
    notice = publish(office, departments=[office.planning])
    seen = {
        name: StaffNotice.objects.visible_to(getattr(office, name)).filter(pk=notice.pk).exists()
        for name in ("head", "planner", "planning_head", "director", "reviewer", "clerk", "investor")
    }
    assert seen == {
        "head": True, "planner": True, "planning_head": True, "director": True,
        "reviewer": False, "clerk": False, "investor": False,
    }  # fmt: skip


def test_reading_is_confirmed_once_and_again_after_a_correction(office: Office, moment: time_machine.Traveller) -> None:
    notice = publish(office)
    first = services.confirm_read(actor=Actor(office.planner), notice=notice, version=1)
    moment.move_to(datetime.fromisoformat("2026-03-02T11:00:00+08:00"))
    again = services.confirm_read(actor=Actor(office.planner), notice=notice, version=1)
    assert (first.read_at, again.read_at) == (START, START)
    assert not office.planner.notice_receipts.unread().exists()
    with pytest.raises(NotAllowed):
        services.confirm_read(actor=Actor(office.head), notice=notice, version=1)
    new = NoticeText(title=CONTENT.title, text="改为下周内报送。", read_by=date(2026, 3, 13))
    services.correct_notice(actor=Actor(office.head), notice=notice, content=new, reason="时间有误")
    assert list(NoticeVersion.objects.values_list("number", "text", "reason")) == [(1, CONTENT.text, "时间有误")]
    assert office.planner.notice_receipts.unread().exists()
    with pytest.raises(TransitionNotAllowed):
        services.confirm_read(actor=Actor(office.planner), notice=notice, version=1)
    services.confirm_read(actor=Actor(office.planner), notice=notice, version=2)
    assert Message.objects.filter(template="notice.corrected", channel="inapp").count() == 6


def test_a_correction_needs_words_and_a_change(office: Office) -> None:
    notice = publish(office)
    with pytest.raises(InvalidInput) as caught:
        services.correct_notice(actor=Actor(office.head), notice=notice, content=CONTENT, reason="")
    assert list(caught.value.errors) == ["reason", "text"]


def test_pinned_comes_first(office: Office) -> None:
    old, _new = publish(office), publish(office)
    services.pin_notice(actor=Actor(office.head), notice=old, pinned=True)
    assert StaffNotice.objects.visible_to(office.planner).first() == old


def test_whoever_has_not_read_is_reminded_once_a_day(office: Office, moment: time_machine.Traveller) -> None:
    notice = publish(office, departments=[office.planning])
    services.confirm_read(actor=Actor(office.planning_head), notice=notice, version=1)
    assert (remind_readers_task(), reminded()) == (0, [])
    moment.move_to(datetime.fromisoformat("2026-03-05T09:00:00+08:00"))
    assert [remind_readers_task(), remind_readers_task()] == [1, 0]
    assert services.remind_readers(actor=Actor(office.head), notice=notice) == 0
    moment.move_to(datetime.fromisoformat("2026-03-07T09:00:00+08:00"))
    assert remind_readers_task() == 0
    moment.move_to(datetime.fromisoformat("2026-03-09T09:00:00+08:00"))
    assert services.remind_readers(actor=Actor(office.head), notice=notice) == 1
    assert remind_readers_task() == 0
    assert reminded() == ["planner", "planner"]
    services.withdraw_notice(actor=Actor(office.head), notice=notice, reason="已改期")
    moment.move_to(datetime.fromisoformat("2026-03-10T09:00:00+08:00"))
    assert remind_readers_task() == 0


def test_many_readers_take_as_many_statements_as_few(office: Office) -> None:
    publish(office)
    few = statements(lambda: publish(office, departments=[office.planning]))
    assert statements(lambda: publish(office, departments=[office.planning, office.housing, office.window])) == few


@pytest.mark.parametrize("status", StaffNotice.Status.values)
@pytest.mark.parametrize("act", NOTICE.act_names)
def test_every_pair_of_the_table(office: Office, status: str, act: str) -> None:
    notice = publish(office)
    head = Actor(office.head)
    calls = {
        "correct": lambda: services.correct_notice(
            actor=head, notice=notice, content=NoticeText(title="甲", text="乙"), reason="补充"
        ),
        "pin": lambda: services.pin_notice(actor=head, notice=notice, pinned=True),
        "read": lambda: services.confirm_read(actor=Actor(office.planner), notice=notice, version=1),
        "remind": lambda: services.remind_readers(actor=head, notice=notice),
        "withdraw": lambda: services.withdraw_notice(actor=head, notice=notice, reason="有误"),
    }
    if status == "withdrawn":
        calls["withdraw"]()
    if NOTICE.allows(status, act):
        calls[act]()
        notice.refresh_from_db()
        assert notice.status == NOTICE.next(StaffNotice.Status(status), act)
    else:
        with pytest.raises(HallError) as caught:
            calls[act]()
        assert isinstance(caught.value, TransitionNotAllowed)
    assert Receipt.objects.filter(notice=notice).count() == 6
