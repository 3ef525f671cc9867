"""Papers from hand to hand: every line signed for, what is wrong goes back, and where each one is."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts.actors import Actor
from common.errors import HallError, InvalidInput, NotAllowed, Stale, TransitionNotAllowed
from deadlines import sweep
from deadlines.models import Clock, Handover
from deadlines.services import hand_over
from ledger.selectors import timeline
from notifications.models import Message
from office import services
from office.models import Paper, PaperHandover, PaperLine
from office.services import PaperSpec, Verdict
from office.transitions import HANDOVER
from tests.office.conftest import Office
from tests.queries import statements

pytestmark = pytest.mark.django_db

START = datetime.fromisoformat("2026-03-02T09:00:00+08:00")
SPECS = (
    PaperSpec(name="建设用地规划许可证", subject=("approvals.case", 17), subject_title="BJ2026000017"),
    PaperSpec(
        name="总平面图", copies=3, is_original=False, subject=("approvals.case", 18), subject_title="BJ2026000018"
    ),
)


@pytest.fixture(autouse=True)
def moment() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def send(office: Office, *, new: tuple[PaperSpec, ...] = SPECS, papers: tuple[Paper, ...] = ()) -> PaperHandover:
    return services.hand_over_papers(
        actor=Actor(office.clerk), from_department=office.window, to_department=office.planning, new=new, papers=papers
    )


def said(handover: PaperHandover, *verdicts: Verdict) -> dict[int, Verdict]:
    return dict(zip(handover.lines.values_list("pk", flat=True), verdicts, strict=True))


def where(handover: PaperHandover) -> list[tuple[str, str]]:
    rows = Paper.objects.filter(lines__handover=handover).order_by("id")
    return list(rows.values_list("state", "department__code"))


def test_what_is_sent_is_on_the_way_and_a_duty_of_the_receiver(office: Office) -> None:
    handover = send(office)
    clock = Clock.objects.get()
    assert (handover.status, handover.number) == ("sent", f"YJ2026{handover.pk:06d}")
    assert (clock.kind, clock.subject, clock.department, clock.role, clock.due_at.date()) == (
        "paper_handover", ("office.paperhandover", handover.pk), office.planning, "reviewer", date(2026, 3, 3),
    )  # fmt: skip
    assert where(handover) == [("on_the_way", "window"), ("on_the_way", "window")]
    assert list(Message.objects.filter(channel="inapp").values_list("recipient__username", "template")) == [
        ("planner", "papers.sent")
    ]


def test_receiving_everything_settles_it_and_the_papers_go_on_from_there(office: Office) -> None:
    handover = send(office)
    fine = Verdict(PaperLine.State.RECEIVED)
    services.sign_for_papers(actor=Actor(office.planner), handover=handover, verdicts=said(handover, fine, fine))
    handover.refresh_from_db()
    assert (handover.status, handover.signed_by, handover.back_clock) == ("closed", office.planner, None)
    assert where(handover) == [("held", "planning"), ("held", "planning")]
    assert Clock.objects.get().outcome == "met"
    assert Message.objects.filter(recipient=office.clerk, template="papers.signed").exists()
    paper = Paper.objects.of_subject("approvals.case", 17).get()
    services.hand_over_papers(
        actor=Actor(office.planner), from_department=office.planning, to_department=office.housing, papers=[paper]
    )
    with pytest.raises(Stale):
        services.hand_over_papers(
            actor=Actor(office.planner), from_department=office.planning, to_department=office.housing, papers=[paper]
        )


def test_what_is_missing_or_refused_comes_back_and_is_settled_by_the_sender(office: Office) -> None:
    handover = send(office, new=(*SPECS, PaperSpec(name="环评批复")))
    verdicts = said(
        handover, Verdict("received"), Verdict("missing", "袋中仅见两份"), Verdict("refused", "非本部门事项")
    )
    services.sign_for_papers(actor=Actor(office.planner), handover=handover, verdicts=verdicts)
    handover.refresh_from_db()
    back = handover.back_clock
    assert back is not None
    assert (handover.status, back.department, back.role, back.due_at.date()) == (
        "back", office.window, "clerk", date(2026, 3, 4),
    )  # fmt: skip
    assert where(handover) == [("held", "planning"), ("missing", "window"), ("on_the_way", "window")]
    with pytest.raises(IntegrityError), transaction.atomic():
        PaperLine.objects.create(handover=send(office), paper=handover.lines.all()[1].paper)
    ids = [line.pk for line in handover.lines.all()][1:]
    with pytest.raises(InvalidInput) as caught:
        services.settle_papers(
            actor=Actor(office.clerk), handover=handover, verdicts={ids[0]: Verdict("lost"), ids[1]: Verdict("found")}
        )
    assert list(caught.value.errors) == [f"line-{ids[1]}"]
    services.settle_papers(
        actor=Actor(office.clerk), handover=handover, verdicts={ids[0]: Verdict("found"), ids[1]: Verdict("returned")}
    )
    handover.refresh_from_db()
    assert (handover.status, handover.settled_by) == ("closed", office.clerk)
    assert where(handover) == [("held", "planning"), ("held", "window"), ("held", "window")]
    assert [entry.act for entry in timeline(handover)] == ["papers.sent", "papers.signed", "papers.settled"]


def test_what_is_lost_stays_lost_with_words(office: Office) -> None:
    handover = send(office, new=SPECS[:1])
    services.sign_for_papers(
        actor=Actor(office.planner), handover=handover, verdicts=said(handover, Verdict("missing", "未见"))
    )
    with pytest.raises(InvalidInput):
        services.settle_papers(actor=Actor(office.clerk), handover=handover, verdicts=said(handover, Verdict("lost")))
    services.settle_papers(
        actor=Actor(office.clerk), handover=handover, verdicts=said(handover, Verdict("lost", "已登报声明作废"))
    )
    assert where(handover) == [("lost", "window")]
    assert Message.objects.filter(recipient=office.planner, template="papers.lost").exists()


@pytest.mark.parametrize("verdict", [Verdict("missing", " "), Verdict("refused"), Verdict("lost", "甲"), Verdict("")])
def test_each_line_needs_a_verdict_and_its_words(office: Office, verdict: Verdict) -> None:
    handover = send(office)
    first, second = handover.lines.values_list("pk", flat=True)
    with pytest.raises(InvalidInput) as caught:
        services.sign_for_papers(actor=Actor(office.planner), handover=handover, verdicts={second: verdict})
    assert list(caught.value.errors) == [f"line-{first}", f"line-{second}"]
    assert Clock.objects.open().count() == 1


def test_only_the_two_sides_act(office: Office) -> None:
    handover = send(office)
    fine = said(handover, Verdict("received"), Verdict("received"))
    for user in (office.clerk, office.reviewer):
        with pytest.raises(NotAllowed):
            services.sign_for_papers(actor=Actor(user), handover=handover, verdicts=fine)
    for user in (office.planner, office.reviewer):
        with pytest.raises(NotAllowed):
            services.withdraw_papers(actor=Actor(user), handover=handover, reason="无")
        with pytest.raises(NotAllowed):
            services.hand_over_papers(
                actor=Actor(user), from_department=office.window, to_department=office.housing, new=SPECS
            )
    seen = {
        name: PaperHandover.objects.visible_to(getattr(office, name)).exists()
        for name in ("clerk", "planner", "planning_head", "director", "reviewer", "investor")
    }
    assert seen == {
        "clerk": True, "planner": True, "planning_head": True, "director": True, "reviewer": False, "investor": False,
    }  # fmt: skip
    assert Paper.objects.visible_to(office.planner).count() == 2
    assert not Paper.objects.visible_to(office.reviewer).exists()


def test_wrong_lists_are_told_at_their_field(office: Office) -> None:
    for to_department, new, field in (
        (office.window, SPECS, "to_department"), (office.planning, (), "papers"),
        (office.planning, (PaperSpec(name=" "),), "papers"),
        (office.planning, (PaperSpec(name="甲", copies=0),), "papers"),
        (office.planning, SPECS * 51, "papers"),
    ):  # fmt: skip
        with pytest.raises(InvalidInput) as caught:
            services.hand_over_papers(
                actor=Actor(office.clerk), from_department=office.window, to_department=to_department, new=new
            )
        assert list(caught.value.errors) == [field]
    assert not Paper.objects.exists()


def test_fifty_papers_take_as_many_statements_as_one(office: Office) -> None:
    send(office)
    one = statements(lambda: send(office, new=SPECS[:1]))
    assert statements(lambda: send(office, new=SPECS * 25)) == one


COURSE = {"sent": (), "closed": ("receive",), "back": ("refuse",), "withdrawn": ("withdraw",)}


@pytest.mark.parametrize("status", PaperHandover.Status.values)
@pytest.mark.parametrize("act", ["receive", "refuse", "withdraw", "settle"])
def test_every_pair_of_the_table(office: Office, status: str, act: str) -> None:
    assert set(HANDOVER.act_names) == {"receive", "refuse", "withdraw", "settle"}
    handover = send(office, new=SPECS[:1])
    planner, clerk = Actor(office.planner), Actor(office.clerk)
    calls = {
        "receive": lambda: services.sign_for_papers(
            actor=planner, handover=handover, verdicts=said(handover, Verdict("received"))
        ),
        "refuse": lambda: services.sign_for_papers(
            actor=planner, handover=handover, verdicts=said(handover, Verdict("refused", "不符"))
        ),
        "withdraw": lambda: services.withdraw_papers(actor=clerk, handover=handover, reason="误交"),
        "settle": lambda: services.settle_papers(
            actor=clerk, handover=handover, verdicts=said(handover, Verdict("returned"))
        ),
    }
    for step in COURSE[status]:
        calls[step]()
    if HANDOVER.allows(status, act):
        calls[act]()
        handover.refresh_from_db()
        assert handover.status == HANDOVER.next(PaperHandover.Status(status), act)
    else:
        with pytest.raises(HallError) as caught:
            calls[act]()
        assert isinstance(caught.value, TransitionNotAllowed)


def test_withdrawing_leaves_no_duty_and_the_papers_where_they_were(office: Office) -> None:
    handover = send(office)
    services.withdraw_papers(actor=Actor(office.clerk), handover=handover, reason="误交")
    assert where(handover) == [("held", "window"), ("held", "window")]
    assert Clock.objects.get().outcome == "cancelled"


def test_nobody_signs_and_the_engine_says_so(office: Office, moment: time_machine.Traveller) -> None:
    handover = send(office)
    hand_over(
        actor=Actor(office.director), clock_id=handover.clock_id, to_user_id=office.planner.pk,
        cause=Handover.Cause.REASSIGNMENT,
    )  # fmt: skip
    moment.move_to(datetime.fromisoformat("2026-03-05T10:00:00+08:00"))
    sweep.run()
    inapp = Message.objects.filter(channel="inapp", template__startswith="clock.")
    assert sorted(inapp.values_list("recipient__username", "template")) == [
        ("planner", "clock.overdue"), ("planner", "clock.warn"), ("planning_head", "clock.escalate_head"),
    ]  # fmt: skip
