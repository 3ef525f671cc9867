"""The reception: inquiries in every state, openings for appointments, and the queue of today."""

from datetime import time, timedelta
from random import Random

from django.utils import timezone

from accounts.actors import Actor
from accounts.models import Department, Role, User
from common.time import now, pretend, today
from deadlines import calendars
from portal.sample.people import Staff
from reception.models import Inquiry, Kiosk, Opening, Ticket
from reception.services import (
    Asked,
    accept_handover,
    answer_inquiry,
    ask_online,
    book_appointment,
    call_next,
    close_unconfirmed,
    confirm_answer,
    finish,
    hand_over_inquiry,
    open_counter,
    queue_of,
    record_inquiry,
    refuse_handover,
    reopen_inquiry,
    take_ticket,
)
from reception.slots import days_to_book, slots_on

SEED = 33
QUESTIONS = [
    ("厂房改造后的消防验收", "厂房局部改造后，是否需要重新办理消防验收？"),
    ("二期用地预审", "二期项目与一期相邻，用地预审能否合并办理？"),
    ("施工许可容缺", "图审合格书尚未出具，能否先行受理施工许可？"),
    ("外资企业变更法定代表人", "法定代表人变更需要哪些材料，能否全程网办？"),
    ("临时占道手续", "设备运输需临时占用厂区外道路，到哪里办理？"),
    ("社保缴费基数", "新招职工的社会保险缴费基数如何确定？"),
    ("环评等级划分", "铝压铸项目应编制报告书还是报告表？"),
    ("人才公寓申请", "企业引进的工程师如何申请人才公寓？"),
]
ANSWER = "已与承办部门核实，所需材料和办理条件以办事指南为准，可持原件到窗口办理。"
NAMES = ("孙先生", "高女士", "林经理", "何女士", "郭先生", "马经理", "罗女士", "梁先生")
# Half past eight to half past eleven, half past one to half past four, on every weekday.
HOURS = ((time(8, 30), time(11, 30)), (time(13, 30), time(16, 30)))

# The sixth is answered since yesterday and the last has just been handed over: both wait for somebody.
RECENT = {5: 1, 7: 0}
MORNING = timedelta(minutes=45)


def make_reception(staff: Staff) -> None:
    """Play a few days at the reception. A random sequence of its own, so that nobody else's shifts."""
    random = Random(SEED)  # noqa: S311  (a sample must come out the same)
    windows = list(Department.objects.filter(kind=Department.Kind.WINDOW).order_by("id"))
    _make_inquiries(random, staff)
    close_unconfirmed()
    _make_openings(windows)
    _make_queue(staff, windows)
    Kiosk.objects.create(name="一楼大厅取号机", key="sample-kiosk")


def _make_inquiries(random: Random, staff: Staff) -> None:
    clerk, reviewer = staff.at(Role.CLERK, "window-project"), staff.at(Role.REVIEWER, "housing")
    officer = staff.at(Role.OFFICER, "service")
    for position, (subject, text) in enumerate(QUESTIONS):
        with pretend(now() - timedelta(days=12 - position, hours=random.randrange(3))):
            first: User = (clerk, officer, clerk, reviewer)[position % 4]
            asked = Asked(name=NAMES[position], phone=f"1390000{position:04d}", subject=subject, text=text)
            if position % 3 == 2:
                made = ask_online(actor=Actor(staff.investor), asked=asked)
            else:
                channel = ("counter", "telephone")[position % 2]
                made = record_inquiry(actor=Actor(first), channel=channel, asked=asked)
        with pretend(now() - timedelta(days=RECENT.get(position, 11 - position))):
            _go_on(made, position, staff, reviewer)


def _go_on(inquiry: Inquiry, position: int, staff: Staff, reviewer: User) -> None:
    """Every inquiry stands elsewhere: closed, reopened, handed over, refused, waiting."""
    owner = Actor(inquiry.owner)
    if position in (0, 1, 2, 5):
        answer_inquiry(actor=owner, inquiry=inquiry, text=ANSWER)
        if position == 1:
            confirm_answer(actor=Actor.system(), inquiry=inquiry)
        if position == 2:
            reopen_inquiry(actor=Actor(staff.investor), inquiry=inquiry, reason="没有说明容缺的具体材料。")
    elif position in (4, 6):
        handover = hand_over_inquiry(actor=owner, inquiry=inquiry, to_user=reviewer, reason="属住房和城乡建设局职责")
        if position == 4:
            accept_handover(actor=Actor(reviewer), handover=handover)
        else:
            refuse_handover(actor=Actor(reviewer), handover=handover, reason="环评由生态环境分局负责")
    elif position == 7:
        hand_over_inquiry(
            actor=owner, inquiry=inquiry, department=Department.objects.get(code="labour"), reason="属人社部门职责"
        )


def _make_openings(windows: list[Department]) -> None:
    Opening.objects.bulk_create(
        Opening(department=window, weekday=day, opens=opens, closes=closes, minutes=30, seats=2)
        for window in windows
        for day in range(5)
        for opens, closes in HOURS
    )


def _make_queue(staff: Staff, windows: list[Department]) -> None:
    """Some have been served this morning, some wait; the sample's clerk opens his counter himself."""
    queues = [queue_of(window) for window in windows]
    _make_bookings(staff, windows[0])
    began = now() - MORNING
    if not calendars.current().is_workday(today()) or timezone.localtime(began).date() != today():
        return
    clerk = Actor(staff.at(Role.CLERK, windows[0].code))
    counter = open_counter(actor=clerk, queue=queues[0], number=1)
    for position in range(9):
        with pretend(now() - timedelta(minutes=40 - 4 * position)):
            take_ticket(actor=Actor.system(), queue=queues[position % 3 and 1], source=Ticket.Source.KIOSK)
    for position in range(2):
        with pretend(now() - timedelta(minutes=15 - 6 * position)):
            ticket = call_next(actor=clerk, counter=counter)
        if ticket is not None and position == 0:
            with pretend(now() - timedelta(minutes=10)):
                finish(actor=clerk, ticket=ticket)


def _make_bookings(staff: Staff, window: Department) -> None:
    """Two of the days to come, one of them the investor's."""
    free = [slot for day in days_to_book() if day > today() for slot in slots_on(window, day)][:2]
    for slot, user, name, phone in zip(
        free, (staff.investor, None), ("林投资", "孙女士"), ("13800000000", "13900009999"), strict=False
    ):
        book_appointment(
            actor=Actor(user), department=window, starts_at=slot.starts_at, name=name, phone=phone, matter="项目备案"
        )
