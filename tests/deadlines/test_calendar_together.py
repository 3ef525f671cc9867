"""Two administrators at once, on connections of their own: one saves, the other is told to look again."""

from datetime import datetime
from threading import Event
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction

from accounts.actors import Actor
from common.errors import Stale
from deadlines import calendars, redate, services
from deadlines.models import CalendarOverride, CalendarRevision, Clock
from ledger.selectors import first_break
from tests.deadlines.conftest import Office
from tests.deadlines.test_sweep_together import together
from tests.factories.deadlines import day, make_clock

pytestmark = pytest.mark.django_db(transaction=True)
ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2025, 3, 3, 10, 0, tzinfo=ZONE)
ORDER = {"is_workday": False, "name": "防汛停工", "source": "区防汛指挥部令第1号"}


def test_the_second_of_two_confirmations_from_one_preview_is_stale(committed_office: Office) -> None:
    actor, seen = Actor(committed_office.administrator), calendars.newest_version()
    first_has_it, second_waits = Event(), Event()

    def first() -> None:
        with transaction.atomic():
            services.set_override(actor=actor, date=day("2025-03-05"), seen=seen, **ORDER)
            first_has_it.set()
            second_waits.wait(5)

    def second() -> None:
        first_has_it.wait(5)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '10s'")
        second_waits.set()
        services.set_override(actor=actor, date=day("2025-03-06"), seen=seen, **ORDER)

    failures = together(first, second)
    assert [type(error) for error in failures] == [Stale]
    assert [override.date for override in CalendarOverride.objects.all()] == [day("2025-03-05")]


def test_counting_again_on_two_connections_counts_each_clock_once(
    committed_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redate, "BATCH", 7)
    for number in range(60):
        make_clock(starts_at=START, promised=5, subject=("tests.thing", number))
    services.set_override(actor=Actor(committed_office.administrator), date=day("2025-03-05"), **ORDER)
    assert together(redate.catch_up, redate.catch_up, redate.catch_up) == []
    redate.catch_up()
    assert (CalendarRevision.objects.first().moved, redate.waiting()) == (60, 0)
    assert {clock.due_at.astimezone(ZONE).date() for clock in Clock.objects.all()} == {day("2025-03-11")}
    assert first_break() is None
