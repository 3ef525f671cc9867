"""Meetings: called, answered, moved, called off, held, minuted, signed; what was decided is tracked to done."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from icalendar import Calendar

from accounts.actors import Actor
from accounts.models import Department, Role, User
from common.errors import HallError, InvalidInput, NotAllowed, Stale, TransitionNotAllowed
from common.time import now
from coordination import invitation_file
from coordination.models import AgendaItem, Decision, Invitation, Meeting
from coordination.services import agenda as agenda_service
from coordination.services import meetings as service
from coordination.services import minutes as minutes_service
from coordination.services.meetings import Plan
from coordination.services.minutes import Resolution
from coordination.transitions import MEETING
from deadlines import sweep
from deadlines.models import Clock, FiredRung
from ledger.selectors import timeline
from notifications.models import Message
from office.models import Task
from office.services import answer_task, close_task
from projects.models import Problem
from projects.services import raise_problem
from tests.coordination.conftest import Hall
from tests.factories.accounts import make_post, make_user
from tests.factories.enterprises import make_enterprise, make_membership
from tests.queries import statements

pytestmark = pytest.mark.django_db
START = datetime.fromisoformat("2026-03-02T09:00:00+08:00")


@pytest.fixture(autouse=True)
def moment() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def secretary(hall: Hall) -> User:
    user = make_user("secretary", name="钱秘书")
    make_post(user, Department.objects.get(code="hall-office"), Role.OFFICER)
    return user


def called(hall: Hall, secretary: User, **fields: Any) -> Meeting:
    plan = Plan(
        **{
            "kind": "coordination",
            "title": "用地协调会",
            "starts_at": now() + timedelta(days=2),
            "ends_at": now() + timedelta(days=2, hours=2),
            "place": "三楼会议室",
            "chair": hall.leader,
            "secretary": secretary,
            **fields,
        }
    )
    firms = [hall.scene.enterprise]
    return service.call_meeting(actor=Actor(secretary), plan=plan, people=[hall.scene.head], firms=firms)


def problem(hall: Hall, title: str = "供电不足") -> Problem:
    return raise_problem(actor=Actor(hall.director), project=hall.project, title=title, text="临时用电容量不够。")


def held(hall: Hall, secretary: User, moment: time_machine.Traveller) -> Meeting:
    meeting = called(hall, secretary)
    agenda_service.add_problems(actor=Actor(secretary), meeting=meeting, problems=[problem(hall)])
    moment.shift(timedelta(days=2, hours=2))
    coming = meeting.invitations.exclude(user=hall.scene.head).values_list("pk", flat=True)
    minutes_service.hold_meeting(actor=Actor(secretary), meeting=meeting, attended=list(coming))
    return Meeting.objects.get(pk=meeting.pk)


def to_sign(hall: Hall, secretary: User, moment: time_machine.Traveller) -> Meeting:
    meeting = held(hall, secretary, moment)
    item = meeting.items.get()
    actor = Actor(secretary)
    for resolution in (
        Resolution("出具用地初审意见", 3, department=hall.lead, item=item),
        Resolution("服务小组每周调度供电", 5, way="problem", item=item),
    ):
        minutes_service.add_decision(actor=actor, meeting=meeting, resolution=resolution)
    minutes_service.write_minutes(
        actor=actor, meeting=meeting, text="会议听取了汇报。", outcomes={item.pk: "供电公司承诺增容"}
    )
    minutes_service.submit_minutes(actor=actor, meeting=meeting)
    return Meeting.objects.get(pk=meeting.pk)


def signed(hall: Hall, secretary: User, moment: time_machine.Traveller) -> Meeting:
    minutes_service.sign_minutes(actor=Actor(hall.leader), meeting=to_sign(hall, secretary, moment))
    return Meeting.objects.select_related("document", "clock").get()


def told(user: User, template: str) -> int:
    return Message.objects.filter(recipient=user, template=template, channel="inapp").count()


def test_everybody_invited_is_told_and_the_minutes_have_an_owner_from_the_beginning(
    hall: Hall, secretary: User
) -> None:
    meeting = called(hall, secretary)
    guests = {row.guest for row in meeting.invitations.all()}
    assert guests == {str(one) for one in (hall.leader, secretary, hall.scene.head, hall.scene.enterprise)}
    for user in (hall.leader, hall.scene.head, hall.scene.owner):
        assert told(user, "meeting.invited") == 1
    assert told(secretary, "meeting.invited") == 0
    clock = Clock.objects.get(kind="minutes")
    assert (clock.handler_id, clock.starts_at, clock.promised) == (secretary.pk, meeting.ends_at, 3)


def test_wrong_plans_are_told_at_their_fields(hall: Hall, secretary: User) -> None:
    with pytest.raises(InvalidInput) as refused:
        called(hall, secretary, title=" ", chair=hall.scene.owner, kind="party")
    assert set(refused.value.errors) == {"title", "chair", "kind"}
    with pytest.raises(InvalidInput) as refused:
        called(hall, secretary, starts_at=now(), ends_at=now() - timedelta(hours=1), place="")
    assert set(refused.value.errors) == {"starts_at", "ends_at", "place"}
    with pytest.raises(NotAllowed):
        service.call_meeting(actor=Actor(hall.scene.owner), plan=None)


def test_people_and_firms_answer_for_themselves(hall: Hall, secretary: User) -> None:
    meeting = called(hall, secretary)
    firm = meeting.invitations.get(enterprise=hall.scene.enterprise)
    person = meeting.invitations.get(user=hall.scene.head)
    service.answer_invitation(actor=Actor(hall.scene.owner), invitation=firm, answer="coming", note="两人参会")
    with pytest.raises(InvalidInput) as refused:
        service.answer_invitation(actor=Actor(hall.scene.head), invitation=person, answer="substitute")
    assert list(refused.value.errors) == ["substitute"]
    service.answer_invitation(actor=Actor(hall.scene.head), invitation=person, answer="substitute", substitute="小周")
    for row, user in ((firm, hall.scene.head), (person, hall.scene.owner), (person, secretary)):
        with pytest.raises(NotAllowed):
            service.answer_invitation(actor=Actor(user), invitation=row, answer="declined")
    with pytest.raises(InvalidInput):
        service.answer_invitation(actor=Actor(hall.scene.owner), invitation=firm, answer="open")
    answers = dict(meeting.invitations.values_list("pk", "answer"))
    assert (answers[firm.pk], answers[person.pk]) == ("coming", "substitute")
    assert told(secretary, "meeting.answered") == 2


def test_moving_tells_everybody_asks_anew_and_refuses_answers_to_the_old_time(hall: Hall, secretary: User) -> None:
    meeting = called(hall, secretary)
    firm = meeting.invitations.get(enterprise=hall.scene.enterprise)
    service.answer_invitation(actor=Actor(hall.scene.owner), invitation=firm, answer="coming")
    before = meeting.clock_id
    begins = START + timedelta(days=7)
    service.change_meeting(
        actor=Actor(secretary), meeting=meeting, starts_at=begins, ends_at=begins + timedelta(hours=1), place="二楼"
    )
    moved = Meeting.objects.select_related("clock").get(pk=meeting.pk)
    assert (moved.sequence, moved.place, moved.starts_at) == (1, "二楼", begins)
    assert set(moved.invitations.values_list("answer", flat=True)) == {"open"}
    assert Clock.objects.get(pk=before).outcome == "cancelled"
    assert moved.clock is not None
    assert moved.clock.starts_at == moved.ends_at
    assert told(hall.scene.owner, "meeting.moved") == 1
    with pytest.raises(Stale):
        service.answer_invitation(actor=Actor(hall.scene.owner), invitation=firm, answer="coming", seen=0)
    service.answer_invitation(actor=Actor(hall.scene.owner), invitation=firm, answer="coming", seen=1)
    with pytest.raises(InvalidInput):
        service.change_meeting(
            actor=Actor(secretary), meeting=moved, starts_at=begins, ends_at=moved.ends_at, place="二楼"
        )


def test_calling_off_tells_everybody_and_ends_the_duty(hall: Hall, secretary: User) -> None:
    meeting = called(hall, secretary)
    with pytest.raises(InvalidInput):
        service.cancel_meeting(actor=Actor(secretary), meeting=meeting, reason=" ")
    with pytest.raises(NotAllowed):
        service.cancel_meeting(actor=Actor(hall.scene.head), meeting=meeting, reason="不开了")
    service.cancel_meeting(actor=Actor(secretary), meeting=meeting, reason="问题已解决")
    assert Clock.objects.get(pk=meeting.clock_id).outcome == "cancelled"
    assert told(hall.scene.owner, "meeting.cancelled") == 1


def test_the_calendar_file_keeps_its_name_and_counts_up(hall: Hall, secretary: User) -> None:
    meeting = called(hall, secretary)

    def read() -> tuple[str, int, str, str]:
        calendar = Calendar.from_ical(invitation_file.write(Meeting.objects.get(pk=meeting.pk)))
        event = calendar.walk("VEVENT")[0]
        return str(event["UID"]), int(event["SEQUENCE"]), str(calendar["METHOD"]), str(event["STATUS"])

    uid = f"meeting-{meeting.uid}@hall"
    assert read() == (uid, 0, "REQUEST", "CONFIRMED")
    begins = START + timedelta(days=7)
    service.change_meeting(
        actor=Actor(secretary), meeting=meeting, starts_at=begins, ends_at=begins + timedelta(hours=1), place="二楼"
    )
    assert read() == (uid, 1, "REQUEST", "CONFIRMED")
    service.cancel_meeting(actor=Actor(secretary), meeting=meeting, reason="不开了")
    assert read() == (uid, 2, "CANCEL", "CANCELLED")


def test_the_agenda_is_collected_ordered_and_cleared(hall: Hall, secretary: User) -> None:
    meeting, actor = called(hall, secretary), Actor(secretary)
    first, second = problem(hall, "供电"), problem(hall, "供水")
    agenda_service.add_problems(actor=actor, meeting=meeting, problems=[first])
    agenda_service.add_problems(actor=actor, meeting=meeting, problems=[first, second])
    by_hand = agenda_service.add_item(actor=actor, meeting=meeting, title="通报进度", firm=hall.scene.enterprise)

    def titles() -> list[str]:
        return list(meeting.items.order_by("position", "pk").values_list("title", flat=True))

    assert titles() == ["供电", "供水", "通报进度"]
    agenda_service.move_item(actor=actor, item=by_hand, up=True)
    agenda_service.move_item(actor=actor, item=meeting.items.get(title="供电"), up=True)
    assert titles() == ["供电", "通报进度", "供水"]
    agenda_service.remove_item(actor=actor, item=meeting.items.get(title="供电"))
    assert titles() == ["通报进度", "供水"]
    with pytest.raises(NotAllowed):
        agenda_service.add_item(actor=Actor(hall.scene.head), meeting=meeting, title="别的")
    with pytest.raises(InvalidInput):
        agenda_service.add_item(actor=actor, meeting=meeting, title=" ")


def test_minutes_are_reminded_of_by_the_sweep(hall: Hall, secretary: User, moment: time_machine.Traveller) -> None:
    meeting = held(hall, secretary, moment)
    moment.shift(timedelta(days=9))
    sweep.run()
    assert FiredRung.objects.filter(clock=meeting.clock_id).exists()
    assert Clock.objects.get(pk=meeting.clock_id).light() == "red"


def test_it_cannot_be_held_before_it_begins(hall: Hall, secretary: User) -> None:
    with pytest.raises(InvalidInput):
        minutes_service.hold_meeting(actor=Actor(secretary), meeting=called(hall, secretary), attended=[])


def test_the_chair_gives_minutes_back_or_signs_them(
    hall: Hall, secretary: User, moment: time_machine.Traveller
) -> None:
    meeting = to_sign(hall, secretary, moment)
    clock = Clock.objects.get(pk=meeting.clock_id)
    assert clock.handler_id == hall.leader.pk
    assert told(hall.leader, "meeting.to_sign") == 1
    with pytest.raises(NotAllowed):
        minutes_service.sign_minutes(actor=Actor(secretary), meeting=meeting)
    with pytest.raises(InvalidInput):
        minutes_service.return_minutes(actor=Actor(hall.leader), meeting=meeting, reason="")
    minutes_service.return_minutes(actor=Actor(hall.leader), meeting=meeting, reason="补充期限")
    assert Clock.objects.get(pk=meeting.clock_id).handler_id == secretary.pk
    minutes_service.submit_minutes(actor=Actor(secretary), meeting=meeting)
    minutes_service.sign_minutes(actor=Actor(hall.leader), meeting=meeting)
    assert Clock.objects.get(pk=meeting.clock_id).outcome == "met"


def test_signed_minutes_are_a_paper_and_each_decision_has_its_owner(
    hall: Hall, secretary: User, moment: time_machine.Traveller
) -> None:
    meeting = signed(hall, secretary, moment)
    assert meeting.document is not None
    assert meeting.document.title == "会议纪要"
    assert [row["value"] for row in meeting.document.data["rows"]][-1] == str(hall.scene.head)
    task_decision, problem_decision = meeting.decisions.order_by("pk")
    task = Task.objects.select_related("clock").get(pk=task_decision.task_id)
    assert (task.department, task.clock.promised, task.checker) == (hall.lead, 3, secretary)
    assert task.source == ("coordination.decision", task_decision.pk)
    assert problem_decision.problem is not None
    assert (problem_decision.problem.project, problem_decision.problem.owner) == (hall.project, hall.director)
    assert [entry.act for entry in timeline(meeting)][-1] == "meeting.minutes_signed"


def test_signed_minutes_cannot_change(hall: Hall, secretary: User, moment: time_machine.Traveller) -> None:
    meeting, actor = signed(hall, secretary, moment), Actor(secretary)
    decision = meeting.decisions.order_by("pk")[0]
    for act in (
        lambda: minutes_service.write_minutes(actor=actor, meeting=meeting, text="改", outcomes={}),
        lambda: minutes_service.add_decision(
            actor=actor, meeting=meeting, resolution=Resolution("再加一条", 3, department=hall.lead)
        ),
        lambda: minutes_service.remove_decision(actor=actor, decision=decision),
        lambda: agenda_service.add_item(actor=actor, meeting=meeting, title="新议题"),
        lambda: minutes_service.return_minutes(actor=Actor(hall.leader), meeting=meeting, reason="改"),
        lambda: minutes_service.sign_minutes(actor=Actor(hall.leader), meeting=meeting),
    ):
        with pytest.raises(TransitionNotAllowed):
            act()
    assert Meeting.objects.get().minutes == "会议听取了汇报。"


def test_what_is_not_done_comes_first_on_the_next_agenda(
    hall: Hall, secretary: User, moment: time_machine.Traveller
) -> None:
    meeting = signed(hall, secretary, moment)
    decisions = list(meeting.decisions.order_by("pk"))
    following = called(hall, secretary, title="第二次协调会")
    agenda_service.add_item(actor=Actor(secretary), meeting=following, title="新议题")
    items = list(following.items.order_by("position", "pk"))
    assert [row.earlier for row in items] == [*decisions, None]
    task = Task.objects.get(pk=decisions[0].task_id)
    answer_task(actor=Actor(hall.scene.head), task=task, text="已出具")
    close_task(actor=Actor(secretary), task=task)
    assert list(Decision.objects.open()) == [decisions[1]]
    third = called(hall, secretary, title="第三次协调会")
    assert [row.earlier for row in third.items.all()] == [decisions[1]]
    elsewhere = called(hall, secretary, title="联席会", kind="joint")
    assert not elsewhere.items.exists()


@pytest.mark.parametrize("wrong", ["text", "department", "item", "days", "way"])
def test_wrong_decisions_are_told_at_their_fields(
    hall: Hall, secretary: User, moment: time_machine.Traveller, wrong: str
) -> None:
    meeting = held(hall, secretary, moment)
    cases: dict[str, dict[str, Any]] = {
        "text": {"text": " "}, "department": {"department": None}, "days": {"days": 0}, "way": {"way": "party"},
        "item": {"way": "problem", "item": None},
    }  # fmt: skip
    resolution = Resolution(**{"text": "办", "days": 3, "department": hall.lead, **cases[wrong]})
    with pytest.raises(InvalidInput) as refused:
        minutes_service.add_decision(actor=Actor(secretary), meeting=meeting, resolution=resolution)
    assert list(refused.value.errors) == [wrong]


STATES = ("planned", "held", "to_sign", "signed", "cancelled")


@pytest.mark.parametrize("act", MEETING.act_names)
@pytest.mark.parametrize("state", STATES)
def test_every_pair_of_the_table(
    hall: Hall, secretary: User, moment: time_machine.Traveller, state: str, act: str
) -> None:
    row = {
        "planned": lambda: called(hall, secretary),
        "held": lambda: held(hall, secretary, moment),
        "to_sign": lambda: to_sign(hall, secretary, moment),
        "signed": lambda: signed(hall, secretary, moment),
        "cancelled": lambda: service.cancel_meeting(
            actor=Actor(secretary), meeting=called(hall, secretary), reason="不开了"
        ),
    }[state]()
    if state == "planned" and act == "hold":
        moment.shift(timedelta(days=3))
    if state == "held" and act == "submit":
        minutes_service.write_minutes(actor=Actor(secretary), meeting=row, text="纪要", outcomes={})
    actor, later = Actor(secretary), now() + timedelta(days=9)
    acts = {
        "arrange": lambda: agenda_service.add_item(actor=actor, meeting=row, title="议题"),
        "move": lambda: service.change_meeting(
            actor=actor, meeting=row, starts_at=later, ends_at=later + timedelta(hours=1), place="别处"
        ),
        "answer": lambda: service.answer_invitation(
            actor=actor, invitation=row.invitations.get(user=secretary), answer="coming"
        ),
        "cancel": lambda: service.cancel_meeting(actor=actor, meeting=row, reason="不开了"),
        "hold": lambda: minutes_service.hold_meeting(actor=actor, meeting=row, attended=[]),
        "write": lambda: minutes_service.write_minutes(actor=actor, meeting=row, text="纪要", outcomes={}),
        "submit": lambda: minutes_service.submit_minutes(actor=actor, meeting=row),
        "return": lambda: minutes_service.return_minutes(actor=Actor(hall.leader), meeting=row, reason="改"),
        "sign": lambda: minutes_service.sign_minutes(actor=Actor(hall.leader), meeting=row),
    }
    if MEETING.allows(state, act):
        acts[act]()
        assert Meeting.objects.get(pk=row.pk).status == MEETING.next(state, act)
    else:
        with pytest.raises(HallError):
            acts[act]()
        assert Meeting.objects.get(pk=row.pk).status == state


# -- pages


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_meeting_through_its_pages(hall: Hall, secretary: User, moment: time_machine.Traveller) -> None:
    client, open_problem = client_of(secretary), problem(hall)
    data = {
        "kind": "coordination", "title": "用地协调会", "starts_at": "2026-03-04T09:00", "ends_at": "2026-03-04T11:00",
        "place": "三楼", "chair": hall.leader.pk, "secretary": secretary.pk, "people": [hall.scene.head.pk],
        "firms": [hall.scene.enterprise.pk],
    }  # fmt: skip
    assert client.post("/meetings/new/", {**data, "title": ""}).status_code == 400
    client.post("/meetings/new/", data)
    meeting = Meeting.objects.get()
    base = f"/meetings/{meeting.pk}/"
    assert "供电不足" in client.get(f"{base}agenda/").content.decode()
    client.post(f"{base}agenda/", {"problems": [open_problem.pk]})
    client.post(f"{base}agenda/", {"title": "通报", "note": "", "firm": ""})
    assert meeting.items.count() == 2
    assert "供电不足" in client.get(base).content.decode()
    invitation = meeting.invitations.get(user=hall.scene.head)
    head = client_of(hall.scene.head)
    page = f"/meetings/invitations/{invitation.pk}/"
    assert head.post(page, {"answer": "substitute", "substitute": "", "seen": 0}).status_code == 400
    head.post(page, {"answer": "coming", "seen": 0})
    client.post(f"{base}move/", {"starts_at": "2026-03-05T09:00", "ends_at": "2026-03-05T11:00", "place": "三楼"})
    assert head.post(page, {"answer": "coming", "seen": 0}).status_code == 400
    moment.shift(timedelta(days=3, hours=3))
    client.post(f"{base}hold/", {"attended": [invitation.pk]})
    client.post(
        f"{base}decisions/", {"text": "出意见", "way": "task", "department": hall.lead.pk, "days": 3, "item": ""}
    )
    client.post(f"{base}minutes/", {"text": "会议纪要正文", "draft": "1"})
    assert "出意见" in client.get(f"{base}minutes/").content.decode()
    client.post(f"{base}minutes/", {"text": "会议纪要正文"})
    leader = client_of(hall.leader)
    assert "会议纪要正文" in leader.get(base).content.decode()
    assert client.post(f"{base}sign/").status_code == 403
    leader.post(f"{base}sign/")
    assert Meeting.objects.get().status == "signed"
    assert "出意见" in client.get(base).content.decode()
    assert head.get(f"{base}invitation.ics")["Content-Type"].startswith("text/calendar")


def test_a_firm_sees_its_own_points_only(hall: Hall, secretary: User, moment: time_machine.Traveller) -> None:
    meeting = called(hall, secretary)
    actor = Actor(secretary)
    other = make_enterprise(name="别家企业")
    stranger = make_user("other-owner")
    make_membership(other, stranger)
    agenda_service.add_item(actor=actor, meeting=meeting, title="本企业议题", firm=hall.scene.enterprise)
    agenda_service.add_item(actor=actor, meeting=meeting, title="别家议题", firm=other)
    agenda_service.add_item(actor=actor, meeting=meeting, title="内部议题")
    content = client_of(hall.scene.owner).get(f"/meetings/{meeting.pk}/").content.decode()
    assert "本企业议题" in content
    for hidden in ("别家议题", "内部议题", str(hall.scene.head)):
        assert hidden not in content
    assert "用地协调会" in client_of(hall.scene.owner).get("/meetings/").content.decode()
    assert client_of(stranger).get(f"/meetings/{meeting.pk}/").status_code == 404
    assert client_of(stranger).get(f"/meetings/{meeting.pk}/invitation.ics").status_code == 404
    invitation = Invitation.objects.get(enterprise=hall.scene.enterprise)
    assert client_of(stranger).get(f"/meetings/invitations/{invitation.pk}/").status_code == 404
    for path in ("agenda/", "move/", "hold/", "minutes/", "decisions/"):
        assert client_of(hall.scene.owner).get(f"/meetings/{meeting.pk}/{path}").status_code == 403
        assert client_of(stranger).get(f"/meetings/{meeting.pk}/{path}").status_code == 404
    item = AgendaItem.objects.first()
    assert item is not None
    assert client_of(hall.scene.owner).post(f"/meetings/items/{item.pk}/remove/").status_code == 403
    assert client_of(hall.scene.owner).get("/meetings/new/").status_code == 403


def test_the_firm_reads_what_was_decided_on_its_points_once_signed(
    hall: Hall, secretary: User, moment: time_machine.Traveller
) -> None:
    meeting = to_sign(hall, secretary, moment)
    client, page = client_of(hall.scene.owner), f"/meetings/{meeting.pk}/"
    assert "出具用地初审意见" not in client.get(page).content.decode()
    minutes_service.sign_minutes(actor=Actor(hall.leader), meeting=meeting)
    content = client.get(page).content.decode()
    assert "出具用地初审意见" in content
    assert "会议听取了汇报" not in content


def test_the_list_costs_the_same_for_one_and_for_many(hall: Hall, secretary: User) -> None:
    called(hall, secretary)
    client = client_of(secretary)
    client.get("/meetings/")
    one = statements(lambda: client.get("/meetings/"))
    for _ in range(5):
        called(hall, secretary)
    assert statements(lambda: client.get("/meetings/")) == one
