"""The green channel: who opens it, what it changes on the desks, how it ends."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from accounts.actors import Actor
from approvals import selectors, services
from approvals.models import Case, Step
from common.errors import InvalidInput, NotAllowed, Stale
from common.time import today
from coordination.models import GreenChannel
from coordination.services.green import close_green_channel, end_green_channels, open_green_channel
from ledger.selectors import timeline
from tests.coordination.conftest import Hall
from tests.queries import statements

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def moment() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime.fromisoformat("2026-03-02T09:00:00+08:00"), tick=False) as traveller:
        yield traveller


def opened(hall: Hall, case: Case, days: int = 10) -> GreenChannel:
    return open_green_channel(
        actor=Actor(hall.leader), project=case.project, reason="省重点项目", ends_on=today() + timedelta(days=days)
    )


def test_its_cases_come_first_on_the_desk_with_a_mark(hall: Hall, moment: time_machine.Traveller) -> None:
    older = hall.scene.received()
    moment.shift(timedelta(days=1))
    newer = hall.scene.received()
    client = Client()
    client.force_login(hall.scene.clerk)

    def order() -> list[str]:
        return [case.number for case, _clock in client.get("/desk/").context["rows"]]

    assert order() == [older.number, newer.number]
    opened(hall, newer)
    assert order() == [newer.number, older.number]
    assert "绿色通道" in client.get("/desk/").content.decode()
    moment.shift(timedelta(days=11))
    assert order() == [older.number, newer.number]


def test_its_steps_come_first_on_the_review_desk(hall: Hall, moment: time_machine.Traveller) -> None:
    steps = []
    for _ in range(2):
        case = hall.scene.received()
        hall.scene.mark_complete(case)
        services.accept_case(actor=Actor(hall.scene.clerk), case=case, hand_over=True)
        steps.append(Step.objects.select_related("case__project").get(case=case, status="open"))
        moment.shift(timedelta(days=1))
    user = hall.scene.reviewer
    tab = selectors.REVIEW_TABS[0]

    def order() -> list[int]:
        rows = selectors.review_rows(selectors.review_steps(user), tab, user, selectors.green_projects())
        return list(rows.values_list("pk", flat=True))

    assert order() == [steps[0].pk, steps[1].pk]
    opened(hall, steps[1].case)
    assert order() == [steps[1].pk, steps[0].pk]
    client = Client()
    client.force_login(user)
    assert "绿色通道" in client.get("/review/").content.decode()


def test_a_list_costs_the_same_with_and_without(hall: Hall) -> None:
    cases = [hall.scene.received() for _ in range(3)]
    client = Client()
    client.force_login(hall.scene.clerk)
    client.get("/desk/")
    before = statements(lambda: client.get("/desk/"))
    for case in cases:
        opened(hall, case)
    assert statements(lambda: client.get("/desk/")) == before


def test_leaders_and_the_director_open_and_end_it_with_a_reason(hall: Hall) -> None:
    case = hall.scene.received()
    for user in (hall.scene.clerk, hall.scene.head, hall.scene.owner):
        with pytest.raises(NotAllowed):
            open_green_channel(actor=Actor(user), project=case.project, reason="急", ends_on=today() + timedelta(1))
    with pytest.raises(InvalidInput) as refused:
        open_green_channel(actor=Actor(hall.director), project=case.project, reason=" ", ends_on=today())
    assert set(refused.value.errors) == {"reason", "ends_on"}
    row = opened(hall, case)
    with pytest.raises(InvalidInput):
        opened(hall, case)
    with pytest.raises(InvalidInput):
        close_green_channel(actor=Actor(hall.director), channel=row, reason="")
    close_green_channel(actor=Actor(hall.director), channel=row, reason="已开工")
    with pytest.raises(Stale):
        close_green_channel(actor=Actor(hall.director), channel=row, reason="已开工")
    assert [entry.act for entry in timeline(case.project)][-2:] == ["green_channel.opened", "green_channel.closed"]


def test_it_ends_by_its_date_and_another_may_follow_at_once(hall: Hall, moment: time_machine.Traveller) -> None:
    case = hall.scene.received()
    opened(hall, case, days=2)
    moment.shift(timedelta(days=3))
    assert selectors.green_projects() == frozenset()
    opened(hall, case)
    assert GreenChannel.objects.filter(ended_at=None).count() == 1
    moment.shift(timedelta(days=20))
    assert [end_green_channels(), end_green_channels()] == [1, 0]
